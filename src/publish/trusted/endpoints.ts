/**
 * Where an index gives tokens for identities: by PyPI's convention, or found as PEP 807 (a draft as of 2026-08) has it.
 *
 * https://docs.pypi.org/trusted-publishers/internals/, https://peps.python.org/pep-0807/
 */
import { indexByUploadUrl } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { httpRequest, isLoopback, parseHttpUrl } from '../../support/http.ts';
import { jsonObject } from './json-answer.ts';

export interface MintEndpoints {
  readonly audienceUrl: string;
  readonly mintUrl: string;
  /** Found by PEP 807; else by convention, and perhaps not there. */
  readonly isDiscovered: boolean;
}

/** What clients of PEP 807 ask for. */
export const PYTP_MEDIA_TYPE = 'application/vnd.pypi.pytp.v1+json';

/**
 * The endpoints for an upload address.
 * @throws WheelworksError `trusted/insecure` for plain http off this machine, `trusted/bad-endpoint` for a discovery that
 * leads elsewhere, `http/*`.
 */
export async function findEndpoints(
  uploadUrl: string,
  signal?: AbortSignal,
): Promise<MintEndpoints> {
  const known = indexByUploadUrl(uploadUrl);
  if (known !== undefined) return conventional(new URL(known.site));
  const upload = requireTrustworthy(uploadUrl);
  return (await discovered(upload, signal)) ?? conventional(upload);
}

/**
 * An address that tokens may be sent to: https, or this machine.
 * @throws WheelworksError `trusted/insecure`, `http/bad-url`.
 */
export function requireTrustworthy(address: string): URL {
  const url = parseHttpUrl(address);
  if (url.protocol === 'https:' || isLoopback(url)) return url;
  throw new WheelworksError('trusted/insecure', `No identity is shown to ${url.origin}.`, {
    hint: 'Use https: whoever is on the way could publish in its stead.',
  });
}

function conventional({ origin }: URL): MintEndpoints {
  return {
    audienceUrl: `${origin}/_/oidc/audience`,
    mintUrl: `${origin}/_/oidc/mint-token`,
    isDiscovered: false,
  };
}

/** Undefined where the index does not say. */
async function discovered(upload: URL, signal?: AbortSignal): Promise<MintEndpoints | undefined> {
  const url = new URL('/.well-known/pytp', upload);
  url.searchParams.set('discover', upload.pathname);
  const answer = await httpRequest(url.href, {
    headers: { accept: PYTP_MEDIA_TYPE },
    maxBytes: 1 << 20,
    redirects: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status !== 200) return undefined;
  const document = jsonObject(answer);
  const [audienceUrl, mintUrl] = [document['audience-endpoint'], document['token-mint-endpoint']];
  // A page for people, with which some servers answer everything.
  if (audienceUrl === undefined && mintUrl === undefined) return undefined;
  return {
    audienceUrl: sameHost(audienceUrl, upload),
    mintUrl: sameHost(mintUrl, upload),
    isDiscovered: true,
  };
}

/** PEP 807, "Constraints": what the server names must be on the host that the user named. */
function sameHost(value: unknown, upload: URL): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  const isTrustworthy = url?.protocol === 'https:' || (url !== undefined && isLoopback(url));
  if (url !== undefined && isTrustworthy && url.hostname === upload.hostname) return url.href;
  throw new WheelworksError(
    'trusted/bad-endpoint',
    `${upload.origin} sends identities to where they must not go.`,
    { evidence: String(value).slice(0, 200) },
  );
}
