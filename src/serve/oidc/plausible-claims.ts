/** Identity tokens as CI services make them, for trying things out. */
import type { Claims, TrustedPublisher } from './model.ts';

/** What a job runs for. */
export interface Job {
  /** Default `refs/heads/main`. */
  readonly ref?: string;
  /** Hex of a commit. Default zeros. */
  readonly sha?: string;
  /** Default: that of the publisher. */
  readonly environment?: string;
  /** What started it, as GitHub names events. Default `push`. */
  readonly event?: string;
}

const NO_COMMIT = '0'.repeat(40);

/** The claims of a job of this publisher, for `issueIdentityToken`: they match it. */
export function plausibleClaims(publisher: TrustedPublisher, job: Job = {}): Claims {
  const { ref = 'refs/heads/main', sha = NO_COMMIT, event = 'push' } = job;
  switch (publisher.kind) {
    case 'GitHub': {
      const { repository, workflow, ownerId = '1' } = publisher;
      const file = `${repository}/.github/workflows/${workflow}@${ref}`;
      const environment = job.environment ?? publisher.environment;
      return {
        sub: `repo:${repository}:${environment === undefined ? `ref:${ref}` : `environment:${environment}`}`,
        repository,
        repository_owner: repository.split('/', 1)[0],
        repository_owner_id: ownerId,
        job_workflow_ref: file,
        workflow_ref: file,
        event_name: event,
        ref,
        sha,
        ...(environment === undefined ? {} : { environment }),
      };
    }
    case 'GitLab': {
      const { repository, workflowFilepath, issuer = 'https://gitlab.com' } = publisher;
      const host = issuer.replace(/^https?:\/\//, '');
      const environment = job.environment ?? publisher.environment;
      return {
        sub: `project_path:${repository}:ref_type:branch:ref:${ref.replace('refs/heads/', '')}`,
        project_path: repository,
        namespace_path: repository.split('/').slice(0, -1).join('/'),
        ci_config_ref_uri: `${host}/${repository}//${workflowFilepath}@${ref}`,
        ref_path: ref,
        sha,
        ...(environment === undefined ? {} : { environment }),
      };
    }
    case 'Google':
      return {
        email: publisher.email,
        email_verified: true,
        sub: publisher.sub ?? '100000000000000000000',
      };
    case 'ActiveState': {
      const { organization, project, actorId } = publisher;
      return {
        sub: `org:${organization}:project:${project}`,
        organization,
        project,
        actor_id: actorId,
        builder: 'pypi-publisher',
      };
    }
  }
}
