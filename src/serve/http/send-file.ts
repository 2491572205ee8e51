/** Sends files, whole or in part (RFC 9110, 14). */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { sendAnswer, textAnswer } from './answer.ts';

export interface SentFile {
  readonly path: string;
  readonly size: number;
  /** Quoted. */
  readonly etag: string;
  readonly contentType: string;
  /** Characters that need no quoting only. */
  readonly downloadName?: string;
}

/** The bytes behind the address of a file never change: it holds their digest. */
const FOR_EVER = 'max-age=365000000, immutable';

/** Answers GET and HEAD, with 304, 206 and 416 where they are due. */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: SentFile,
): Promise<void> {
  const { size, etag, contentType, downloadName } = file;
  const headers = {
    'content-type': contentType,
    'cache-control': FOR_EVER,
    'accept-ranges': 'bytes',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    etag,
    ...(downloadName === undefined
      ? {}
      : { 'content-disposition': `attachment; filename="${downloadName}"` }),
  };
  if (isKnown(request.headers['if-none-match'], etag)) {
    sendAnswer(request, response, { status: 304, headers });
    return;
  }
  const ifRange = request.headers['if-range'];
  const wantsPart = ifRange === undefined || ifRange === etag;
  const range = wantsPart ? rangeOf(request.headers.range, size) : undefined;
  if (range === 'unsatisfiable') {
    const answer = textAnswer(416, 'The file ends before that.', {
      'content-range': `bytes */${size}`,
    });
    sendAnswer(request, response, answer);
    return;
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range === undefined ? 200 : 206, {
    ...headers,
    'content-length': String(end - start + 1),
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  await pipeline(createReadStream(file.path, { start, end, highWaterMark: 1 << 18 }), response);
}

/** Whether the client has this very version. */
export function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch
    .split(',')
    .map((each) => each.trim().replace(/^W\//, ''))
    .some((each) => each === etag || each === '*');
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** One range; several at once, and what is none, are answered with the whole file, as the standard permits. */
function rangeOf(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size - 1 };
  }
  const start = Number(from);
  const end = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
