/** Which CI service this runs on. */
import type { Secret } from '../../support/secret.ts';
import type { CiService, Environment } from './model.ts';

/** Variables that the services set in every job. */
const SIGNS: readonly (readonly [CiService, string])[] = [
  ['GitHub Actions', 'GITHUB_ACTIONS'],
  ['Buildkite', 'BUILDKITE'],
  ['GitLab CI/CD', 'GITLAB_CI'],
  ['CircleCI', 'CIRCLECI'],
  // Set by people: a service account to act for.
  ['Google Cloud', 'GOOGLE_SERVICE_ACCOUNT_NAME'],
];

/** The service, by its variables; undefined elsewhere, also on Google's machines, which set none. */
export function ciService(env: Environment): CiService | undefined {
  const [service] = SIGNS.find(([, name]) => isSet(env[name])) ?? [];
  return service;
}

/** A line that makes GitHub's log show `***` for a secret; undefined elsewhere, where it would show the secret. */
export function githubMaskLine(env: Environment, secret: Secret): string | undefined {
  return isSet(env['GITHUB_ACTIONS']) ? `::add-mask::${secret.reveal()}` : undefined;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== 'false';
}
