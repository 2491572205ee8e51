/**
 * The archive being written. Invariants:
 * - `position` is the offset of the next byte; queued bytes count as written.
 * - `written` and the central headers have one entry for each finished member, in the order of the file.
 * - Before a patch the queue is flushed, so that a patch never lies ahead of what it changes.
 */
import { encodeCentralHeader, encodeEnd, encodeLocalHeader, type MemberHeader } from './encode.ts';
import type { ZipSink } from './sink.ts';

/** A finished member of a new archive. */
export interface WrittenMember {
  readonly path: string;
  readonly size: number;
  readonly compressedSize: number;
  readonly crc32: number;
  readonly method: number;
  /** Where its local header starts. */
  readonly localHeaderOffset: number;
  /** URL-safe base64 SHA-256 of the content, as RECORD has it; absent for copies, whose content was not looked at. */
  readonly sha256?: string;
}

/** Small writes are gathered until one is worth a system call. */
const FLUSH_BYTES = 1 << 20;
const FLUSH_PIECES = 512;

export class ZipOutput {
  readonly written: WrittenMember[] = [];
  readonly #sink: ZipSink;
  readonly #onProgress: (writtenBytes: number) => void;
  #directory: Uint8Array[] = [];
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #position = 0;

  constructor(sink: ZipSink, onProgress: (writtenBytes: number) => void) {
    this.#sink = sink;
    this.#onProgress = onProgress;
  }

  get position(): number {
    return this.#position;
  }

  /** Whether {@link patch} works. */
  get canPatch(): boolean {
    return this.#sink.patchAt !== undefined;
  }

  /** A whole member whose bytes are at hand. They must not change until the next flush. */
  async addMember(
    path: string,
    header: MemberHeader,
    content: { readonly data: Uint8Array; readonly sha256?: string },
  ): Promise<void> {
    const offset = this.#position;
    await this.append(encodeLocalHeader(header));
    await this.append(content.data);
    this.finishMember(path, header, { offset, sha256: content.sha256 });
  }

  /** Appends bytes, now or with what follows them. */
  async append(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#position += bytes.length;
    if (this.#queuedBytes >= FLUSH_BYTES || this.#queue.length >= FLUSH_PIECES) await this.flush();
  }

  /** Records a member whose header and data were appended. */
  finishMember(
    path: string,
    header: MemberHeader,
    facts: { readonly offset: number; readonly sha256: string | undefined },
  ): void {
    this.#directory.push(encodeCentralHeader(header, facts.offset));
    this.written.push({
      path,
      size: header.size,
      compressedSize: header.compressedSize,
      crc32: header.crc32,
      method: header.method,
      localHeaderOffset: facts.offset,
      ...(facts.sha256 === undefined ? {} : { sha256: facts.sha256 }),
    });
  }

  async patch(offset: number, bytes: Uint8Array): Promise<void> {
    await this.flush();
    await this.#sink.patchAt?.(offset, bytes);
  }

  /** Central directory and end records. Returns the size of the archive. */
  async finish(): Promise<number> {
    const offset = this.#position;
    const count = this.#directory.length;
    for (const header of this.#directory) await this.append(header);
    this.#directory = [];
    await this.append(encodeEnd({ count, offset, size: this.#position - offset }));
    await this.flush();
    return this.#position;
  }

  async flush(): Promise<void> {
    const pieces = this.#queue;
    if (pieces.length === 0) return;
    this.#queue = [];
    this.#queuedBytes = 0;
    const [first] = pieces;
    if (pieces.length === 1 && first !== undefined) await this.#sink.write(first);
    else if (this.#sink.writev !== undefined) await this.#sink.writev(pieces);
    else for (const piece of pieces) await this.#sink.write(piece);
    this.#onProgress(this.#position);
  }
}
