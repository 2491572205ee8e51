/** Lists of a web API that come page by page, with the address of the next one in the header `Link` (RFC 8288). */
import { WheelworksError } from '../../support/errors.ts';
import { httpRequest, isLoopback, parseHttpUrl, type HttpRequest } from '../../support/http.ts';
import type { Secret } from '../../support/secret.ts';

/** How an API of a forge is asked. */
export interface ForgeOptions {
  /** Its address, when it is not that of the public service. */
  readonly apiUrl?: string;
  /** The value of the header that says who asks, and the header's name. */
  readonly token?: { readonly header: string; readonly value: Secret };
  readonly request?: Pick<HttpRequest, 'signal' | 'timeoutMs' | 'dispatcher'>;
}

/** More pages than any project has; a server that always names a next one must end somewhere. */
const MOST_PAGES = 10_000;

/**
 * Every element of all pages. Either all of them or an error: a list that is cut short would take files out of an index.
 * @throws WheelworksError `index/api-refused`, `index/api-answer`, `http/*`.
 */
export async function readPagedList(
  url: string,
  { token, request = {} }: ForgeOptions,
): Promise<readonly unknown[]> {
  const first = parseHttpUrl(url);
  const all: unknown[] = [];
  const seen = new Set<string>();
  for (let next: URL | undefined = first; next !== undefined;) {
    const page: URL = next;
    if (seen.has(page.href) || seen.size >= MOST_PAGES)
      throw badAnswer(page, 'it names a page as the next one that was read already');
    seen.add(page.href);
    requireSafe(page, first, token !== undefined);
    const answer = await httpRequest(page.href, {
      ...request,
      // Headers other than Authorization would be sent on.
      redirects: 0,
      headers: {
        accept: 'application/json',
        'user-agent': 'wheelworks',
        ...(token === undefined ? {} : { [token.header]: token.value.reveal() }),
      },
    });
    if (answer.status !== 200) throw refused(page, answer, token !== undefined);
    all.push(...elementsOf(Buffer.from(answer.body).toString('utf8'), page));
    next = nextPage(answer.headers['link'], page);
  }
  return all;
}

function requireSafe(page: URL, first: URL, hasToken: boolean): void {
  if (page.origin !== first.origin)
    throw badAnswer(first, `it names a next page on another host, ${page.host}`);
  if (hasToken && page.protocol === 'http:' && !isLoopback(page))
    throw new WheelworksError('http/insecure', `Credentials are not sent to ${page.origin}.`, {
      hint: 'Use https: whoever is on the way could read them.',
    });
}

function elementsOf(text: string, page: URL): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badAnswer(page, 'it is not JSON');
  }
  if (!Array.isArray(value)) throw badAnswer(page, 'it is not a list');
  return value;
}

/** `<https://...>; rel="next", <...>; rel="last"`. */
function nextPage(link: string | undefined, page: URL): URL | undefined {
  for (const part of link?.split(',') ?? []) {
    const [, target, parameters] = /^\s*<([^>]*)>\s*;(.*)$/s.exec(part) ?? [];
    if (target === undefined || !/;?\s*rel\s*=\s*"?next"?/i.test(parameters ?? '')) continue;
    if (!URL.canParse(target, page.href)) throw badAnswer(page, 'its next page has no address');
    return new URL(target, page.href);
  }
  return undefined;
}

function refused(
  page: URL,
  answer: { readonly status: number; readonly reason: string },
  hasToken: boolean,
): WheelworksError {
  const isAccess = [401, 403, 404, 429].includes(answer.status);
  const hints = hasToken
    ? 'May the token read this repository? Is the limit of requests used up?'
    : 'A private repository needs a token in the environment; without one few requests are allowed.';
  return new WheelworksError('index/api-refused', `${page.origin}${page.pathname} was not given.`, {
    evidence: `${answer.status} ${answer.reason}`.trim(),
    hint: isAccess ? hints : 'Try again later. The index stays as it is.',
  });
}

function badAnswer(page: URL, reason: string): WheelworksError {
  return new WheelworksError(
    'index/api-answer',
    `The answer of ${page.origin}${page.pathname} is not understood: ${reason}.`,
    { hint: 'Is --api-url the address of the API, and not of the pages?' },
  );
}
