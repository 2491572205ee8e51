/**
 * Sends one file, and knows how it ended.
 *
 * A file is never posted twice blindly. After an end that leaves open whether the index took it (the connection was lost, a
 * gateway failed), the index is asked, and only a file that is not there is sent again; where the index cannot be asked,
 * only to servers that are known to answer the same bytes with success (PyPI since 2015: warehouse forklift/legacy.py).
 */
import type { Dispatcher } from 'undici';
import { WheelworksError } from '../support/errors.ts';
import { httpRequest } from '../support/http.ts';
import { readAnswer, type UploadEnd } from './answer.ts';
import type { Credentials } from './credentials.ts';
import type { Destination } from './destination.ts';
import type { Presence } from './existing.ts';
import { formEntries, uploadBody } from './form.ts';
import { requireUnchanged, type PublishFile } from './publish-file.ts';

/** What sending needs besides the file. */
export interface SendOptions {
  readonly destination: Destination;
  readonly credentials: Credentials;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  /** How often a file is sent again after the first time. */
  readonly retries: number;
  /** Milliseconds without a byte after which the index counts as gone. */
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher;
  /** A JSON list of attestations for a file. */
  readonly attestations?: string;
  /** A name that is taken by bytes that nobody tells counts as there. */
  readonly skipExisting: boolean;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** Asks the index for this file. */
  readonly lookUp: (file: PublishFile) => Promise<Presence>;
  readonly onBytes: (done: number) => void;
  /** Before each time the file is sent. */
  readonly onAttempt: (attempt: number) => Promise<void>;
  readonly onRetry: (error: WheelworksError, pauseMs: number) => void;
}

/** How it went for a file. */
export interface Sent {
  /** `arrived`: the answer was lost, and the index has the file. `present`: it had it before. */
  readonly outcome: 'sent' | 'arrived' | 'present';
  readonly attempts: number;
  readonly status?: number;
  /** What the index warns of. */
  readonly warnings: readonly string[];
}

/** Answers are short; a server that goes on for ever is not listened to. */
const MOST_ANSWER_BYTES = 256 * 1024;
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 30_000;

/**
 * Sends a file until the index has it.
 * @throws WheelworksError `publish/*` for every refusal, `publish/unclear`, `http/*`, `file/*`.
 */
export async function sendFile(file: PublishFile, options: SendOptions): Promise<Sent> {
  const { destination, retries } = options;
  for (let attempt = 1; ; attempt += 1) {
    await requireUnchanged(file.path, file.mark);
    await options.onAttempt(attempt);
    const end = await post(file, options);
    if (end.kind === 'accepted')
      return { outcome: 'sent', attempts: attempt, status: end.status, warnings: end.warnings };
    if (end.kind === 'refused') throw end.error;
    const seen =
      end.kind === 'exists' || end.isUnclear ? await options.lookUp(file) : { state: 'absent' };
    const isTaken = end.kind === 'exists' && options.skipExisting && seen.state !== 'other';
    if (seen.state === 'same' || isTaken)
      return {
        outcome: attempt > 1 || end.kind === 'again' ? 'arrived' : 'present',
        attempts: attempt,
        ...(end.status === undefined ? {} : { status: end.status }),
        warnings: [],
      };
    if (end.kind === 'exists') throw existing(end.error, seen.state, attempt);
    const mayRepeat = !end.isUnclear || seen.state === 'absent' || destination.isPyPI;
    if (!mayRepeat) throw unclear(file, end.error);
    if (attempt > retries) throw end.error;
    const pause = end.wait ?? Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
    options.onRetry(end.error, pause);
    await options.pause(pause);
  }
}

async function post(file: PublishFile, options: SendOptions): Promise<UploadEnd> {
  const { destination, credentials, signal } = options;
  const authorization = await credentials.authorization(signal);
  const body = uploadBody(file, formEntries(file, options.attestations));
  let changed: unknown;
  try {
    const response = await httpRequest(destination.upload, {
      method: 'POST',
      headers: {
        'content-type': body.contentType,
        'content-length': String(body.length),
        // As uv: the message stands in `code` of the JSON; the reason phrase is lost over HTTP/2.
        accept: 'application/json;q=0.9, text/plain;q=0.8, text/html;q=0.7',
        'user-agent': options.userAgent,
      },
      ...(authorization === undefined ? {} : { authorization }),
      body: watched(body.stream(options.onBytes), (error) => (changed = error)),
      maxBytes: MOST_ANSWER_BYTES,
      timeoutMs: options.timeoutMs,
      signal,
      ...(options.dispatcher === undefined ? {} : { dispatcher: options.dispatcher }),
    });
    return readAnswer(response, {
      path: file.path,
      filename: file.filename,
      secrets: credentials.secrets(),
      isAnonymous: authorization === undefined,
      now: options.now,
    });
  } catch (error) {
    if (changed instanceof WheelworksError) throw changed;
    return lost(error);
  }
}

/** The client reports what its source throws as an error of its own. */
async function* watched(
  chunks: AsyncIterable<Uint8Array>,
  onError: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* chunks;
  } catch (error) {
    onError(error);
    throw error;
  }
}

/** Connections that were never made: nothing can have arrived. */
const NEVER_SENT =
  /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT/;

/** Of a connection that was not trusted, before anything was sent. */
const CERTIFICATE = /SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)|CERT_|ERR_TLS_CERT/;

function lost(error: unknown): UploadEnd {
  if (!(error instanceof WheelworksError)) throw error;
  // An answer that does not end says nothing, but the upload was complete.
  if (error.code !== 'http/no-answer' && error.code !== 'http/too-large') throw error;
  const { cause } = error;
  const told = `${error.evidence ?? ''} ${cause instanceof Error && 'code' in cause ? String(cause.code) : ''}`;
  if (CERTIFICATE.test(told))
    throw new WheelworksError(
      'publish/certificate',
      'The index is not who its certificate names.',
      {
        evidence: [error.message, error.evidence].filter(Boolean).join('\n'),
        cause: error,
        hint: 'Nothing was sent. For an index with certificates of your own give theirs with --cert.',
      },
    );
  return { kind: 'again', error, isUnclear: !NEVER_SENT.test(told) };
}

function existing(error: WheelworksError, state: string, attempt: number): WheelworksError {
  if (state === 'other') return error;
  const { message, path, evidence } = error;
  return new WheelworksError(error.code, message, {
    ...(path === undefined ? {} : { path }),
    ...(evidence === undefined ? {} : { evidence }),
    hint:
      attempt > 1
        ? 'An earlier request of this run may have been taken. The index does not tell the digest: compare it by hand, with --index-url, or let it pass with --skip-existing.'
        : (error.hint ?? ''),
  });
}

function unclear(file: PublishFile, error: WheelworksError): WheelworksError {
  return new WheelworksError(
    'publish/unclear',
    `Whether the index has taken ${file.filename} is not known.`,
    {
      path: file.path,
      evidence: [error.message, error.evidence].filter(Boolean).join('\n'),
      cause: error,
      hint: 'Look on the index whether the file is there. With --index-url wheelworks finds out by itself; --resend sends it again.',
    },
  );
}
