/** An API token for an identity token. */
import { WheelworksError } from '../../support/errors.ts';
import { httpRequest, type HttpResponse } from '../../support/http.ts';
import { Secret } from '../../support/secret.ts';
import table from './data/mint-codes.json' with { type: 'json' };
import { PYTP_MEDIA_TYPE, requireTrustworthy, type MintEndpoints } from './endpoints.ts';
import { shownClaims } from './identity-text.ts';
import { jsonObject } from './json-answer.ts';
import type { AmbientIdentity, MintedToken } from './model.ts';

export interface MintRequest {
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly signal?: AbortSignal;
}

/** Seconds; what PEP 807 lets a client suppose where nothing is said. */
const SUPPOSED_LIFETIME = 900;

/**
 * Whom identity tokens for an index must be made out to; undefined where it takes none.
 * @throws WheelworksError `trusted/not-enabled`, `trusted/bad-answer`, `trusted/insecure`, `http/*`.
 */
export async function askAudience(
  endpoints: MintEndpoints,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { origin, href } = requireTrustworthy(endpoints.audienceUrl);
  const answer = await httpRequest(href, {
    headers: { accept: acceptOf(endpoints) },
    maxBytes: 1 << 20,
    redirects: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status === 403)
    throw new WheelworksError('trusted/not-enabled', `${origin} takes no identities at present.`, {
      evidence: textOf(jsonObject(answer)['message']),
      hint: table.codes['not-enabled'],
    });
  const { audience } = jsonObject(answer);
  const isAudience = typeof audience === 'string' && /^[\x21-\x7e]{1,500}$/.test(audience);
  if (answer.status === 200 && isAudience) return audience;
  // By convention only: anything may be there, most often nothing.
  if (!endpoints.isDiscovered) return undefined;
  throw badAnswer(origin, `status ${answer.status} from its audience endpoint`);
}

/**
 * Exchanges an identity token for an API token.
 * @throws WheelworksError `trusted/refused` with what the index says, `trusted/bad-answer`, `trusted/insecure`, `http/*`.
 */
export async function mintToken(
  endpoints: MintEndpoints,
  identity: AmbientIdentity,
  { clock, signal }: MintRequest,
): Promise<MintedToken> {
  const { href, origin } = requireTrustworthy(endpoints.mintUrl);
  const asked = Math.floor(clock() / 1000);
  const answer = await httpRequest(href, {
    method: 'POST',
    headers: { accept: acceptOf(endpoints), 'content-type': 'application/json' },
    body: JSON.stringify({ token: identity.token.reveal() }),
    maxBytes: 1 << 20,
    ...(signal === undefined ? {} : { signal }),
  });
  if (answer.status !== 200) throw refused(answer, { origin, identity });
  const { token, expires } = jsonObject(answer);
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(token))
    throw badAnswer(origin, 'there is no token in it');
  const isTime = typeof expires === 'number' && Number.isSafeInteger(expires);
  return { token: new Secret(token), expires: isTime ? expires : asked + SUPPOSED_LIFETIME };
}

function acceptOf({ isDiscovered }: MintEndpoints): string {
  return isDiscovered ? PYTP_MEDIA_TYPE : 'application/json';
}

function refused(
  answer: HttpResponse,
  { origin, identity }: { readonly origin: string; readonly identity: AmbientIdentity },
): WheelworksError {
  const reasons = reasonsOf(answer);
  const hints: Readonly<Record<string, string>> = table.codes;
  const [hint] = Object.entries(hints).flatMap(([code, text]) =>
    reasons.some((reason) => reason.startsWith(code)) ? [text] : [],
  );
  const isMismatch = reasons.some((reason) => reason.startsWith('invalid-publisher'));
  const claims = isMismatch ? [`the token says: ${shownClaims(identity.token)}`] : [];
  return new WheelworksError(
    'trusted/refused',
    `${origin} gives no token to ${identity.service}.`,
    {
      evidence: [`status ${answer.status}`, ...reasons, ...claims].join('; '),
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

/** `code: description` of PyPI's list, or what RFC 9457 has. */
function reasonsOf(answer: HttpResponse): readonly string[] {
  const { errors, title, detail, message } = jsonObject(answer);
  if (Array.isArray(errors) && errors.length > 0)
    return errors.slice(0, 5).map((error: unknown) => {
      const { code, description } = { ...(error as object) } as Record<string, unknown>;
      return `${textOf(code)}: ${textOf(description)}`;
    });
  return [detail ?? title ?? message].map(textOf).filter((text) => text !== '');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 500) : '';
}

function badAnswer(origin: string, why: string): WheelworksError {
  return new WheelworksError('trusted/bad-answer', `The answer of ${origin} makes no sense.`, {
    evidence: why,
  });
}
