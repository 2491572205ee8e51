/**
 * Requests to servers of others: bounded in time and size, no credentials over open connections or to another host, and
 * nothing tried twice. Who may try again is for the caller to know.
 */
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { WheelworksError, systemErrorCode } from './errors.ts';
import { redactText, type Secret } from './secret.ts';

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** The value of the header `Authorization`; never sent to another origin, nor over plain http off this machine. */
  readonly authorization?: Secret;
  readonly body?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Most bytes of the answer that are read. Default 64 MiB. */
  readonly maxBytes?: number;
  /** Takes the body of an answer with status 200 piece by piece, so that it is not held; `body` is empty then. */
  readonly onChunk?: (chunk: Uint8Array) => Promise<void>;
  /** Milliseconds without a byte after which the server counts as gone. Default 60 seconds. */
  readonly timeoutMs?: number;
  /** How many redirects are followed, of GET and HEAD only. Default 5. */
  readonly redirects?: number;
  readonly signal?: AbortSignal;
  /** Connections of a certain kind: a pool, certificates. Default: those of everybody. */
  readonly dispatcher?: Dispatcher;
}

export interface HttpResponse {
  readonly status: number;
  /** The reason phrase, in which PyPI says what is wrong; empty over HTTP/2. */
  readonly reason: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Where the answer came from, after redirects. */
  readonly url: string;
}

const DEFAULT_MAX_BYTES = 64 << 20;
const DEFAULT_TIMEOUT = 60_000;
const DEFAULT_REDIRECTS = 5;
const PAUSED_ABOVE = 64 << 20;

/**
 * Sends a request and reads the answer whole. An answer of any status is a result, a redirect that is not followed too.
 * @throws WheelworksError `http/bad-url`, `http/insecure` for credentials over plain http, `http/no-answer` (whose
 * `evidence` has what the system says), `http/too-large`, `http/too-many-redirects`, `http/cancelled`.
 */
export async function httpRequest(url: string, options: HttpRequest = {}): Promise<HttpResponse> {
  const { method = 'GET', redirects = DEFAULT_REDIRECTS } = options;
  const follows = method === 'GET' || method === 'HEAD' ? redirects : 0;
  const first = parseHttpUrl(url);
  let target = first;
  for (let hop = 0; ; hop += 1) {
    const response = await once(target, first, options);
    const location = response.headers['location'];
    if (follows === 0 || !isRedirect(response.status) || location === undefined) return response;
    if (hop >= follows)
      throw new WheelworksError('http/too-many-redirects', `${shown(first)} redirects too often.`, {
        evidence: shown(target),
      });
    target = nextUrl(location, target);
  }
}

/**
 * The URL of an http or https address.
 * @throws WheelworksError `http/bad-url`, for one with a user and password as well: they end in logs.
 */
export function parseHttpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new WheelworksError('http/bad-url', `${redactText(text)} is no http or https address.`, {
      hint: 'Give it whole, as in https://example.org/simple/.',
    });
  if (url.username !== '' || url.password !== '')
    throw new WheelworksError('http/bad-url', `${shown(url)} has a user or password in it.`, {
      hint: 'Give them by an environment variable, .pypirc or keyring: addresses end in logs.',
    });
  return url;
}

/** Whether an address is on this machine: connections to it leave it never. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

async function once(url: URL, first: URL, options: HttpRequest): Promise<HttpResponse> {
  const { method = 'GET', headers = {}, authorization, body } = options;
  const { timeoutMs = DEFAULT_TIMEOUT, maxBytes = DEFAULT_MAX_BYTES, signal, dispatcher } = options;
  const mayKnow = authorization !== undefined && url.origin === first.origin;
  if (mayKnow && url.protocol === 'http:' && !isLoopback(url))
    throw new WheelworksError('http/insecure', `Credentials are not sent to ${shown(url)}.`, {
      hint: 'Use https: whoever is on the way could read them.',
    });
  // Loaded with the first request: it is large, and most runs make none. Bundled, it has no named exports.
  const { request } = (await import('undici')).default;
  try {
    const answer = await request(url, {
      method,
      headers: {
        ...headers,
        ...(mayKnow ? { authorization: authorization.reveal() } : {}),
      },
      headersTimeout: timeoutMs,
      // undici fails on a connection that its server closes while reading pauses (HTTP/1.0): it then pauses rarely.
      ...(options.onChunk === undefined ? {} : { highWaterMark: PAUSED_ABOVE }),
      bodyTimeout: timeoutMs,
      ...(body === undefined ? {} : { body: bodyOf(body) }),
      ...(signal === undefined ? {} : { signal }),
      ...(dispatcher === undefined ? {} : { dispatcher }),
    });
    return {
      status: answer.statusCode,
      reason: answer.statusText,
      headers: headersOf(answer.headers),
      body: await readBounded(answer.body, {
        maxBytes,
        url,
        ...(options.onChunk === undefined || answer.statusCode !== 200
          ? {}
          : { onChunk: options.onChunk }),
      }),
      url: url.href,
    };
  } catch (error) {
    throw asHttpError(error, url, signal);
  }
}

function bodyOf(body: NonNullable<HttpRequest['body']>): string | Uint8Array | Readable {
  return typeof body === 'string' || body instanceof Uint8Array ? body : Readable.from(body);
}

async function readBounded(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, url, onChunk }: { maxBytes: number; url: URL; onChunk?: HttpRequest['onChunk'] },
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes)
      throw new WheelworksError('http/too-large', `The answer of ${shown(url)} is too large.`, {
        evidence: `more than ${maxBytes} bytes`,
      });
    if (onChunk === undefined) chunks.push(chunk);
    else await onChunk(chunk);
  }
  return Buffer.concat(chunks);
}

function headersOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): HttpResponse['headers'] {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** From https only to https: anything else would show to all on the way what was meant for one. */
function nextUrl(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const isDowngrade = from.protocol === 'https:' && url?.protocol === 'http:';
  if (url === undefined || !/^https?:$/.test(url.protocol) || isDowngrade)
    throw new WheelworksError('http/bad-url', `${shown(from)} redirects to what is not followed.`, {
      evidence: location,
    });
  return url;
}

function asHttpError(error: unknown, url: URL, signal: AbortSignal | undefined): unknown {
  if (error instanceof WheelworksError) return error;
  if (signal?.aborted === true)
    return new WheelworksError('http/cancelled', `The request to ${shown(url)} was cancelled.`, {
      cause: error,
    });
  // What is no HTTP at all comes without a code.
  const isParserError = error instanceof Error && error.name === 'HTTPParserError';
  const code = systemErrorCode(error) ?? (isParserError ? error.name : undefined);
  if (code === undefined) return error;
  const text = error instanceof Error && error.message !== '' ? error.message : code;
  return new WheelworksError('http/no-answer', `${shown(url)} did not answer.`, {
    evidence: text,
    cause: error,
    hint: 'Look at the address and the connection, and try again.',
  });
}

/** An address for people: no user, query or fragment, in which secrets may be. */
function shown(url: URL): string {
  return `${url.origin}${url.pathname}`;
}
