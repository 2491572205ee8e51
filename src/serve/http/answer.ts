/** Answers as this server gives them, and how they are sent. */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';

export interface Answer {
  readonly status: number;
  /** In place of the usual one. Anything may be in it: it is made safe when it is sent. */
  readonly reason?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Given before the request has come to its end; the rest of it is not read. */
  readonly isEarly?: boolean;
}

/** On every answer: nothing here is to be guessed, framed or run. */
const ALWAYS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Sends an answer; the body of one to HEAD is only counted. */
export function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, reason, headers = {}, body = '' }: Answer,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const isEmpty = status === 304 || status === 204;
  response.writeHead(status, safeReason(reason ?? STATUS_CODES[status] ?? 'Unknown'), {
    ...ALWAYS,
    ...headers,
    ...(isEmpty ? {} : { 'content-length': String(bytes.length) }),
  });
  response.end(request.method === 'HEAD' || isEmpty ? undefined : bytes);
}

const LONGEST_REASON = 1000;

/**
 * A reason phrase that ends no header and starts none. As on PyPI, what latin-1 lacks becomes `?`.
 * twine shows people nothing but this.
 */
export function safeReason(text: string): string {
  return text
    .slice(0, LONGEST_REASON)
    .replaceAll(/[^\t\u0020-\u007e\u00a0-\u00ff]/g, (character) =>
      character < ' ' || (character >= '\u007f' && character < '\u00a0') ? ' ' : '?',
    )
    .trim();
}

/** Text for people. */
export function textAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: `${text}\n`,
  };
}

/** A document for programs; never kept by caches. */
export function documentAnswer(status: number, document: unknown): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: `${JSON.stringify(document, null, 2)}\n`,
  };
}

/** A page for people. Only its own style sheet is allowed in, by the policy the page itself has; forms go nowhere else. */
export function pageAnswer(html: string, status = 200): Answer {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
    body: html,
  };
}
