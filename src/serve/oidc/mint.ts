/**
 * An API token for an identity token.
 *
 * Source of order, codes and words: warehouse/oidc/views.py of pypi/warehouse at 6b6215712 (2026-08-21).
 */
import { normalizeName } from '../../packaging/name.ts';
import type { Secret } from '../../support/secret.ts';
import type { MintFault } from './answers.ts';
import { matchPublisher } from './match.ts';
import type { MintedTokens } from './minted-tokens.ts';
import type { Claims, PendingTrust, Trust, TrustedPublisher } from './model.ts';
import type { UsedTokens } from './used-tokens.ts';
import { verifyIdentityToken, type VerifyTokenOptions } from './verify-token.ts';

/** Who is trusted; it changes when a pending publisher makes its project. */
export interface TrustBook {
  trusts: readonly Trust[];
  pending: readonly PendingTrust[];
}

export interface MintOptions extends VerifyTokenOptions {
  readonly book: TrustBook;
  readonly used: UsedTokens;
  readonly minted: MintedTokens;
  /** Whether there is a project of this normalised name. */
  readonly projectExists: (name: string) => boolean | Promise<boolean>;
  /** Makes the project of a pending publisher; what it returns is why it cannot be. */
  readonly createProject: (name: string) => string | undefined | Promise<string | undefined>;
}

/** A token, or why there is none. */
export type MintResult =
  | { readonly token: Secret; readonly expires: number; readonly fault?: undefined }
  | { readonly fault: MintFault };

/** Exchanges an identity token. */
export async function mintToken(token: string, options: MintOptions): Promise<MintResult> {
  const verified = await verifyIdentityToken(token, options);
  if (verified.fault !== undefined) return { fault: verified.fault };
  const { claims, issuer } = verified;
  const { book, used, minted } = options;
  const pending = matchPublisher(claims, issuer, book.pending);
  if (pending.found !== undefined) {
    const fault = await settlePending(pending.found, options);
    if (fault !== undefined) return { fault };
  }
  const match = matchPublisher(claims, issuer, book.trusts);
  if (match.found === undefined)
    return {
      fault: {
        code: 'invalid-publisher',
        description: `valid token, but no corresponding publisher (${match.why})`,
      },
    };
  // Google and ActiveState put no jti into their tokens: PyPI takes those until they expire.
  const isNew =
    claims.jti === undefined || used.add(`${issuer.issuer} ${claims.jti}`, Number(claims.exp));
  if (!isNew)
    return {
      fault: { code: 'invalid-reuse-token', description: 'invalid token: already used' },
    };
  const { publisher, projects } = match.found;
  const identity = { publisher, projects: projects.map(normalizeName), claims: keptClaims(claims) };
  return minted.mint(identity);
}

/** The project comes to be with the first token, or somebody else has it by now. */
async function settlePending(
  entry: PendingTrust,
  { book, projectExists, createProject }: MintOptions,
): Promise<MintFault | undefined> {
  book.pending = book.pending.filter((each) => each !== entry);
  const name = normalizeName(entry.project);
  if (await projectExists(name))
    return {
      code: 'invalid-pending-publisher',
      description: 'valid token, but project already exists',
    };
  const why = await createProject(name);
  if (why !== undefined) return { code: 'invalid-payload', description: why };
  book.pending = book.pending.filter(({ project }) => normalizeName(project) !== name);
  book.trusts = withProject(book.trusts, entry.publisher, name);
  return undefined;
}

function withProject(
  trusts: readonly Trust[],
  publisher: TrustedPublisher,
  name: string,
): readonly Trust[] {
  const known = trusts.find((trust) => isSamePublisher(trust.publisher, publisher));
  if (known === undefined) return [...trusts, { publisher, projects: [name] }];
  const extended = { publisher: known.publisher, projects: [...known.projects, name] };
  return trusts.map((trust) => (trust === known ? extended : trust));
}

function isSamePublisher(left: TrustedPublisher, right: TrustedPublisher): boolean {
  return fingerprint(left) === fingerprint(right);
}

function fingerprint(publisher: TrustedPublisher): string {
  return JSON.stringify(Object.entries(publisher).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** What PyPI keeps of an identity token with the uploads that it led to. */
const KEPT = ['ref', 'ref_path', 'sha'];

function keptClaims(claims: Claims): Readonly<Record<string, string>> {
  return Object.fromEntries(
    KEPT.flatMap((name) => {
      const value = claims[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
