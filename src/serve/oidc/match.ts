/**
 * Which publisher an identity token is of.
 *
 * Source of every rule: warehouse/oidc/models/*.py of pypi/warehouse at 6b6215712 (2026-08-21). Where two publishers fit,
 * the one that names an environment or subject goes before the one that names none.
 */
import type { ReadyIssuer } from './issuers.ts';
import type {
  ActiveStatePublisher,
  Claims,
  GitHubPublisher,
  GitLabPublisher,
  GooglePublisher,
  PublisherKind,
  TrustedPublisher,
} from './model.ts';

/** The one that fits, or why none does. */
export type Match<Entry> =
  | { readonly found: Entry; readonly why?: undefined }
  | { readonly found?: undefined; readonly why: string };

const NOT_FOUND = 'Publisher with matching claims was not found';

/** Claims without which PyPI looks no further. */
const REQUIRED: Readonly<Record<PublisherKind, readonly string[]>> = {
  GitHub: [
    'repository',
    'repository_owner',
    'repository_owner_id',
    'job_workflow_ref',
    'jti',
    'event_name',
    'ref',
    'sha',
  ],
  GitLab: ['sub', 'project_path', 'ci_config_ref_uri', 'jti', 'ref_path', 'sha'],
  Google: ['email', 'email_verified'],
  ActiveState: ['sub', 'organization', 'project', 'actor_id', 'builder'],
};

/** What tells the kinds apart where an issuer can speak for several, as the local one. */
const TELLTALE: Readonly<Record<PublisherKind, string>> = {
  GitHub: 'job_workflow_ref',
  GitLab: 'ci_config_ref_uri',
  Google: 'email',
  ActiveState: 'actor_id',
};

/** Finds the publisher of verified claims among those that are trusted. */
export function matchPublisher<Entry extends { readonly publisher: TrustedPublisher }>(
  claims: Claims,
  { kinds, isLocal }: Pick<ReadyIssuer, 'kinds' | 'isLocal'>,
  entries: readonly Entry[],
): Match<Entry> {
  const [only] = kinds;
  const kind = kinds.length === 1 ? only : kinds.find((each) => TELLTALE[each] in claims);
  if (kind === undefined) return { why: NOT_FOUND };
  const missing = REQUIRED[kind].find(
    (name) => claims[name] === undefined || claims[name] === null,
  );
  if (missing !== undefined) return { why: `Missing claim '${missing}'` };
  const candidates = entries
    .filter(({ publisher }) => publisher.kind === kind && isNamed(publisher, claims))
    .filter(({ publisher }) => isLocal || isOfIssuer(publisher, claims))
    .toSorted((left, right) => specificity(right.publisher) - specificity(left.publisher));
  const found = candidates.find(({ publisher }) => narrows(publisher, claims));
  if (found === undefined) return { why: NOT_FOUND };
  const why = contradiction(found.publisher, claims);
  return why === undefined ? { found } : { why };
}

/** Whether the claims name this publisher, its optional narrowing aside. */
function isNamed(publisher: TrustedPublisher, claims: Claims): boolean {
  switch (publisher.kind) {
    case 'GitHub':
      return (
        isSameText(claims['repository'], publisher.repository) &&
        text(claims['job_workflow_ref']).includes(`/${publisher.workflow}@`)
      );
    case 'GitLab':
      return (
        isSameText(claims['project_path'], publisher.repository) &&
        text(claims['ci_config_ref_uri']).includes(`//${publisher.workflowFilepath}@`)
      );
    case 'Google':
      return claims['email'] === publisher.email;
    case 'ActiveState':
      return (
        claims['organization'] === publisher.organization &&
        claims['project'] === publisher.project &&
        claims['actor_id'] === publisher.actorId
      );
  }
}

/** A GitLab of one's own must not speak for gitlab.com, nor the other way about. */
function isOfIssuer(publisher: TrustedPublisher, claims: Claims): boolean {
  return publisher.kind !== 'GitLab' || claims.iss === (publisher.issuer ?? GITLAB);
}

const GITLAB = 'https://gitlab.com';

function specificity(publisher: TrustedPublisher): number {
  return narrowing(publisher) === undefined ? 0 : 1;
}

function narrowing(publisher: TrustedPublisher): string | undefined {
  if (publisher.kind === 'Google') return publisher.sub;
  return publisher.kind === 'ActiveState' ? undefined : publisher.environment;
}

function narrows(publisher: TrustedPublisher, claims: Claims): boolean {
  const wanted = narrowing(publisher);
  if (wanted === undefined) return true;
  if (publisher.kind === 'Google') return claims['sub'] === wanted;
  // GitHub's environments have no case, GitLab's have.
  return publisher.kind === 'GitHub'
    ? isSameText(claims['environment'], wanted)
    : claims['environment'] === wanted;
}

/** What speaks against the publisher that the claims name; PyPI's words. */
function contradiction(publisher: TrustedPublisher, claims: Claims): string | undefined {
  switch (publisher.kind) {
    case 'GitHub':
      return githubContradiction(publisher, claims);
    case 'GitLab':
      return gitlabContradiction(publisher, claims);
    case 'Google':
      return googleContradiction(publisher, claims);
    case 'ActiveState':
      return activeStateContradiction(publisher, claims);
  }
}

function githubContradiction(publisher: GitHubPublisher, claims: Claims): string | undefined {
  const [owner = ''] = publisher.repository.split('/', 1);
  if (!isSameText(claims['repository_owner'], owner)) return checkFailed('repository_owner');
  if (publisher.ownerId !== undefined && claims['repository_owner_id'] !== publisher.ownerId)
    return NOT_FOUND;
  const workflow = `${publisher.repository}/.github/workflows/${publisher.workflow}`;
  const mismatch = refMismatch(claims, {
    claim: 'job_workflow_ref',
    file: workflow,
    refs: ['ref', 'sha'],
  });
  if (mismatch !== undefined) return mismatch;
  // Its code is of the request, its secrets of the repository.
  return claims['event_name'] === 'pull_request_target'
    ? "Publishing from a workflow invoked via 'pull_request_target' is not supported."
    : undefined;
}

function gitlabContradiction(publisher: GitLabPublisher, claims: Claims): string | undefined {
  const [kind, path] = text(claims.sub).split(':');
  if (kind !== 'project_path' || !isSameText(path, publisher.repository)) return checkFailed('sub');
  const host = (publisher.issuer ?? GITLAB).replace(/^https?:\/\//, '');
  const pipeline = `${host}/${publisher.repository}//${publisher.workflowFilepath}`;
  return refMismatch(claims, {
    claim: 'ci_config_ref_uri',
    file: pipeline,
    refs: ['ref_path', 'sha'],
  });
}

function googleContradiction(_: GooglePublisher, claims: Claims): string | undefined {
  return claims['email_verified'] === true ? undefined : checkFailed('email_verified');
}

function activeStateContradiction(
  { organization, project }: ActiveStatePublisher,
  claims: Claims,
): string | undefined {
  const expected = `org:${organization}:project:${project}`;
  if (claims.sub !== expected && !text(claims.sub).startsWith(`${expected}:`))
    return "Invalid 'subject' claim";
  return claims['builder'] === 'pypi-publisher' ? undefined : checkFailed('builder');
}

interface RefRule {
  readonly claim: string;
  /** What must stand before the `@`. */
  readonly file: string;
  /** The claims of which one must stand behind it. */
  readonly refs: readonly string[];
}

/** The file must be that of the very commit or branch that the job runs for: no copy of it elsewhere. */
function refMismatch(claims: Claims, { claim, file, refs }: RefRule): string | undefined {
  const given = text(claims[claim]);
  const expected = refs.map((name) => text(claims[name])).filter((ref) => ref !== '');
  if (expected.length === 0) return `The ${refs.join(' and ')} claims are empty`;
  const wanted = expected.map((ref) => `${file}@${ref}`).toSorted();
  if (wanted.includes(given)) return undefined;
  const list = wanted.map((each) => `'${each}'`).join(', ');
  return `The ${claim} claim does not match, expecting one of [${list}], got '${given}'`;
}

function checkFailed(claim: string): string {
  return `Check failed for required claim '${claim}'`;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isSameText(left: unknown, right: string): boolean {
  return typeof left === 'string' && left.toLowerCase() === right.toLowerCase();
}
