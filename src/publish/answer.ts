/** What an index answers to an upload, as an error of ours with the next step. */
import { WheelworksError, type ErrorCode } from '../support/errors.ts';
import type { HttpResponse } from '../support/http.ts';
import { maskSecrets, type Secret } from '../support/secret.ts';
import table from './data/answers.json' with { type: 'json' };

/** How an upload ended. */
export type UploadEnd =
  | { readonly kind: 'accepted'; readonly status: number; readonly warnings: readonly string[] }
  /** The name is taken; whether by the same bytes is not said. */
  | { readonly kind: 'exists'; readonly status: number; readonly error: WheelworksError }
  | { readonly kind: 'refused'; readonly status: number; readonly error: WheelworksError }
  /** It may work another time. */
  | {
      readonly kind: 'again';
      readonly status?: number;
      readonly error: WheelworksError;
      /** The file may have been taken all the same. */
      readonly isUnclear: boolean;
      /** Milliseconds that the server asks to wait. */
      readonly wait?: number;
    };

interface AnswerOptions {
  readonly path: string;
  readonly filename: string;
  /** What must not be shown, whatever the server sends back. */
  readonly secrets: readonly Secret[];
  /** Nobody's name was given. */
  readonly isAnonymous?: boolean;
  readonly now: () => number;
}

/** Answers that say that nothing was done. */
const CLEARLY_NOT_DONE = [429, 503];
const AGAIN = [408, 425, 429, 500, 502, 503, 504, 507, 509, 520, 521, 522, 523, 524, 530];

/** Sorts an answer out. */
export function readAnswer(response: HttpResponse, options: AnswerOptions): UploadEnd {
  const { status } = response;
  const { text, words } = toldBy(response, options.secrets);
  if (status >= 200 && status < 300)
    return { kind: 'accepted', status, warnings: warningsOf(response, options.secrets) };
  if (status >= 300 && status < 400)
    return { kind: 'refused', status, error: redirected(response, options) };
  const known = table.answers.find(({ says }) => words.includes(says.toLowerCase()));
  const code = (known?.code ?? codeOf(status)) as ErrorCode;
  const error = new WheelworksError(code, messageOf(code, options.filename), {
    path: options.path,
    evidence: text,
    hint:
      options.isAnonymous === true && code === 'publish/bad-credentials'
        ? 'No credentials were sent, since the server is on this machine: give its token with --token-file FILE.'
        : (known?.hint ?? hintOf(status)),
  });
  if (code === 'publish/file-exists' || (status === 409 && known === undefined))
    return { kind: 'exists', status, error };
  const isOver = known !== undefined && status < 500 && code !== 'publish/rate-limited';
  if (isOver || !AGAIN.includes(status)) return { kind: 'refused', status, error };
  const wait = retryAfter(response, options.now);
  return {
    kind: 'again',
    status,
    error,
    isUnclear: !CLEARLY_NOT_DONE.includes(status),
    ...(wait === undefined ? {} : { wait }),
  };
}

/** Characters of an answer that are shown. */
const MOST_SHOWN = 600;

/** What the server says: its reason phrase, and what the body adds to it. */
function toldBy(
  response: HttpResponse,
  secrets: readonly Secret[],
): { readonly text: string; readonly words: string } {
  const body = bodyText(response);
  const reason = oneLine(response.reason);
  const status = `${response.status} ${reason}`.trim();
  const added = body === '' || status.includes(body) ? [] : [body];
  const text = maskSecrets([status, ...added].join('\n'), secrets);
  return {
    text: text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text,
    words: text.toLowerCase(),
  };
}

/** Of JSON its message, of plain text all, of HTML nothing: the reason says the same. */
function bodyText({ headers, body }: HttpResponse): string {
  const type = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const text = Buffer.from(body).toString('utf8');
  if (/^application\/(?:[\w.+-]+\+)?json$/.test(type)) return oneLine(jsonMessage(text));
  return type === 'text/plain' ? oneLine(text) : '';
}

function jsonMessage(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return '';
    const told = Object.entries(value).filter(([, each]) => typeof each === 'string');
    const by = new Map(told as [string, string][]);
    // PyPI's `code` is the whole status line; `detail` and `error` are those of other servers.
    return by.get('code') ?? by.get('message') ?? by.get('detail') ?? by.get('error') ?? '';
  } catch {
    return '';
  }
}

/** Line ends and control characters of a server are its own. */
function oneLine(text: string): string {
  return text
    .slice(0, 4 * MOST_SHOWN)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim();
}

/** PyPI answers a success with warnings, a line each. */
function warningsOf(response: HttpResponse, secrets: readonly Secret[]): readonly string[] {
  const type = response.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type !== 'text/plain') return [];
  return Buffer.from(response.body)
    .toString('utf8')
    .slice(0, 8 * MOST_SHOWN)
    .split('\n')
    .map((line) => maskSecrets(oneLine(line), secrets))
    .filter((line) => line !== '' && !/^(?:ok|201|200)\b/i.test(line))
    .slice(0, 20);
}

function redirected(
  { status, headers, url }: HttpResponse,
  { path }: AnswerOptions,
): WheelworksError {
  const location = headers['location'];
  const target =
    location !== undefined && URL.canParse(location, url) ? new URL(location, url) : undefined;
  const shown = target === undefined ? undefined : oneLine(`${target.origin}${target.pathname}`);
  return new WheelworksError('publish/redirected', 'The index sends uploads to another address.', {
    path,
    evidence: `${status} from ${url}${shown === undefined ? '' : ` to ${shown}`}`,
    hint:
      shown === undefined
        ? 'Look up the address for uploads in the documentation of the index.'
        : `Credentials are not sent after a redirect. If you trust it: --repository-url ${shown}`,
  });
}

function codeOf(status: number): ErrorCode {
  if (status === 401 || status === 403) return 'publish/forbidden';
  if (status === 404 || status === 405 || status === 410) return 'publish/wrong-address';
  if (status === 409) return 'publish/file-exists';
  if (status === 413) return 'publish/too-large';
  if (status === 429) return 'publish/rate-limited';
  return status >= 500 ? 'publish/server-failed' : 'publish/refused';
}

function hintOf(status: number): string {
  if (status === 401 || status === 403)
    return 'Look at the user and the token: is it for this index, and may it upload to this project?';
  if (status === 404 || status === 405 || status === 410)
    return 'The address takes no uploads. For most indexes it ends in /legacy/; look at --repository-url.';
  if (status === 413) return 'The index takes no files of this size.';
  if (status === 429 || status >= 500)
    return 'Run the same command again later: what is there already is not sent again.';
  return 'wheelworks check may tell what is wrong with the file.';
}

function messageOf(code: ErrorCode, filename: string): string {
  if (code === 'publish/server-failed') return `The index failed while it took ${filename}.`;
  if (code === 'publish/file-exists') return `The index has a file ${filename} already.`;
  if (code === 'publish/rate-limited') return 'The index asks to slow down.';
  return `The index refused ${filename}.`;
}

/** Longest pause that is kept, in milliseconds: a server must not hold a release for a day. */
const LONGEST_WAIT = 5 * 60 * 1000;

/** RFC 9110 10.2.3: seconds or a date. */
function retryAfter({ headers }: HttpResponse, now: () => number): number | undefined {
  const text = headers['retry-after']?.trim();
  if (text === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_WAIT) : undefined;
}
