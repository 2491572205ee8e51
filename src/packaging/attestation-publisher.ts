/**
 * Whether a certificate names the publisher that an index knows.
 *
 * Source: the policies of pypi_attestations 0.0.29, https://github.com/pypi/pypi-attestations
 */
import type { CertificateIdentity } from './attestation-certificate.ts';
import type { AttestationPublisher } from './attestation-model.ts';

const GOOGLE = 'https://accounts.google.com';

/** Kinds of publishers whose attestations PyPI takes. */
export const ATTESTING_KINDS: readonly string[] = ['GitHub', 'GitLab', 'Google'];

/**
 * What in a certificate speaks against a publisher; undefined when it names it. The publisher is as provenance documents
 * have it.
 */
export function publisherContradiction(
  identity: CertificateIdentity,
  publisher: AttestationPublisher,
): string | undefined {
  switch (publisher.kind) {
    case 'GitHub':
      return workflowContradiction(identity, {
        issuer: 'https://token.actions.githubusercontent.com',
        repository: `https://github.com/${text(publisher['repository'])}`,
        file: `/.github/workflows/${text(publisher['workflow'])}`,
      });
    case 'GitLab':
      return workflowContradiction(identity, {
        issuer: 'https://gitlab.com',
        repository: `https://gitlab.com/${text(publisher['repository'])}`,
        file: `//${text(publisher['workflow_filepath'])}`,
      });
    case 'Google':
      if (identity.issuer !== GOOGLE) return issuerOf(identity, GOOGLE);
      return identity.names.includes(text(publisher['email']))
        ? undefined
        : `its name is ${identity.names.join(', ')}, not ${text(publisher['email'])}`;
    default:
      return `publishers of the kind ${publisher.kind} are not known`;
  }
}

interface Workflow {
  readonly issuer: string;
  readonly repository: string;
  readonly file: string;
}

/** A publisher knows no commits: the certificate's own say which its workflow must be of. */
function workflowContradiction(
  identity: CertificateIdentity,
  { issuer, repository, file }: Workflow,
): string | undefined {
  const { claims } = identity;
  if (identity.issuer !== issuer) return issuerOf(identity, issuer);
  if (claims['source_repository_uri'] !== repository)
    return `its repository is ${claims['source_repository_uri'] ?? 'none'}, not ${repository}`;
  const commits = [claims['source_repository_digest'], claims['source_repository_ref']];
  const expected = commits.flatMap((each) =>
    each === undefined ? [] : [`${repository}${file}@${each}`],
  );
  const workflow = claims['build_config_uri'];
  return workflow !== undefined && expected.includes(workflow)
    ? undefined
    : `its workflow is ${workflow ?? 'none'}, not ${repository}${file}`;
}

function issuerOf({ issuer }: CertificateIdentity, wanted: string): string {
  return `its issuer is ${issuer ?? 'none'}, not ${wanted}`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
