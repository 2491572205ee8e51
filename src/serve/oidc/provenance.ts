/** Publishers as provenance documents name them. */
import type { AttestationPublisher } from '../../packaging/attestation.ts';
import type { TrustedPublisher } from './model.ts';

/**
 * The publisher object of PEP 740 as PyPI serves it, or undefined for kinds whose attestations it does not take.
 * Source: pypi_attestations 0.0.29, `GitHubPublisher`, `GitLabPublisher`, `GooglePublisher`.
 */
export function provenancePublisher(publisher: TrustedPublisher): AttestationPublisher | undefined {
  switch (publisher.kind) {
    case 'GitHub': {
      const { kind, repository, workflow, environment = null } = publisher;
      return { kind, repository, workflow, environment };
    }
    case 'GitLab': {
      const { kind, repository, workflowFilepath, environment = null } = publisher;
      return { kind, repository, workflow_filepath: workflowFilepath, environment };
    }
    case 'Google':
      return { kind: publisher.kind, email: publisher.email };
    case 'ActiveState':
      return undefined;
  }
}
