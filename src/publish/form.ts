/**
 * The body of an upload: `multipart/form-data`, made as it is sent, so that a large file is never in memory.
 *
 * Specifications: RFC 7578 (multipart/form-data) with the escapes of the HTML standard; the fields of the legacy upload
 * API, https://docs.pypi.org/api/upload/.
 */
import { createHash } from 'node:crypto';
import type { FormEntry } from '../packaging/index.ts';
import { fileChanged, sendableChunks, type PublishFile } from './publish-file.ts';

/** A request body whose length is known before it is read. */
export interface UploadBody {
  readonly contentType: string;
  /** Bytes. */
  readonly length: number;
  /** Reads the file once; each call is one more time. `onBytes` gets how many bytes were handed on so far. */
  readonly stream: (onBytes: (done: number) => void) => AsyncIterable<Uint8Array>;
}

/** All fields besides the file, in the order they are sent. */
export function formEntries(file: PublishFile, attestations?: string): readonly FormEntry[] {
  return [
    [':action', 'file_upload'],
    ['protocol_version', '1'],
    ...file.entries,
    ['sha256_digest', file.sha256],
    ['blake2_256_digest', file.blake2b256],
    ...(attestations === undefined ? [] : ([['attestations', attestations]] as const)),
  ];
}

/**
 * The body for a file.
 *
 * The end of the body is held back until all bytes are known to be those that were planned: a server never sees a
 * complete upload of anything else. Then the stream throws WheelworksError `publish/file-changed`.
 */
export function uploadBody(file: PublishFile, entries: readonly FormEntry[]): UploadBody {
  // Nothing that is sent can hold a digest of itself, so that the boundary stands in no part.
  const boundary = `wheelworks-${createHash('sha256').update(`boundary ${file.sha256}`).digest('hex').slice(0, 40)}`;
  const head = Buffer.from(
    [
      ...entries.map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${escaped(name)}"\r\n\r\n${value}\r\n`,
      ),
      `--${boundary}\r\nContent-Disposition: form-data; name="content"; filename="${escaped(file.filename)}"\r\n` +
        'Content-Type: application/octet-stream\r\n\r\n',
    ].join(''),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: head.length + file.size + tail.length,
    async *stream(onBytes) {
      const hash = createHash('sha256');
      let done = 0;
      yield head;
      for await (const chunk of sendableChunks(file.path)) {
        hash.update(chunk);
        done += chunk.length;
        // More than was announced would be cut by the client, less would hang the server.
        if (done > file.size) throw fileChanged(file.path);
        yield chunk;
        onBytes(done);
      }
      if (done !== file.size || hash.digest('hex') !== file.sha256) throw fileChanged(file.path);
      yield tail;
    },
  };
}

/** As browsers do: the rest is sent as it is. */
function escaped(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
