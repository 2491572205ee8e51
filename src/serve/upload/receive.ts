/**
 * Reads the form of an upload: text into memory, within limits, and the file to the disk while it is hashed.
 *
 * What a client says is never believed: the names of files are kept as they came, for the rules, and become names on disk
 * only when they are nothing but letters, digits and the marks of distribution names.
 */
import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { createBlake2b256, type Blake2b256 } from '../../support/blake2.ts';
import type { ReceivedFile, ReceivedUpload } from '../state.ts';

/** What is read of an upload at most. */
export interface ReceiveLimits {
  /** Bytes of the file. */
  readonly file: number;
  /** Bytes of a field. */
  readonly field: number;
  /** Bytes of all fields together. */
  readonly fields: number;
  /** Fields and files. */
  readonly parts: number;
}

/** Attestations and descriptions are the largest fields there are. */
export const FORM_LIMITS: Omit<ReceiveLimits, 'file'> = {
  field: 8 << 20,
  fields: 32 << 20,
  parts: 20_000,
};

/** A body that is no form, or too much of one. */
export class UnreadableUpload extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'UnreadableUpload';
    this.status = status;
  }
}

/** An upload with the names of its parts as they came. */
export interface OrderedUpload extends ReceivedUpload {
  readonly order: readonly string[];
}

/**
 * Reads the request to its end; the file is flushed to the disk below `folder`.
 * @throws UnreadableUpload when there is nothing to judge.
 */
export async function receiveUpload(
  request: IncomingMessage,
  folder: string,
  limits: ReceiveLimits,
): Promise<OrderedUpload> {
  const form = new Map<string, string[]>();
  const order: string[] = [];
  const strayFiles: string[] = [];
  const busboy = openForm(request, limits);
  let content: Promise<ReceivedFile> | undefined;
  let fieldBytes = 0;

  await new Promise<void>((resolve, reject) => {
    const stop = (error: unknown): void => {
      request.unpipe(busboy);
      request.resume();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    const tooMuch = (what: string): void => stop(new UnreadableUpload(413, what));
    busboy.on('field', (name, value, isNameCut, isCut) => {
      fieldBytes += value.length;
      if (isNameCut || isCut || fieldBytes > limits.fields)
        return tooMuch(`The field ${shown(name)} is too large.`);
      order.push(name);
      const values = form.get(name);
      if (values === undefined) form.set(name, [value]);
      else values.push(value);
    });
    busboy.on('file', (name, stream, filename, _encoding, contentType) => {
      order.push(name);
      if (name !== 'content' || content !== undefined) {
        if (name !== 'gpg_signature') strayFiles.push(name);
        stream.resume();
        return;
      }
      content = writeContent(stream, { folder, filename, contentType });
      content.catch(stop);
    });
    busboy.on('partsLimit', () => tooMuch('The form has too many fields.'));
    busboy.on('error', () => stop(new UnreadableUpload(400, 'Invalid multipart form.')));
    busboy.on('finish', resolve);
    request.on('aborted', () => stop(new UnreadableUpload(400, 'The upload was cut.')));
    request.on('error', stop);
    request.pipe(busboy);
  });
  const received = await content;
  return {
    form,
    strayFiles,
    order,
    ...(received === undefined ? {} : { content: await withMd5(received, form) }),
  };
}

function openForm(request: IncomingMessage, limits: ReceiveLimits): ReturnType<typeof Busboy> {
  const type = request.headers['content-type'] ?? '';
  if (!/^multipart\/form-data\s*;/i.test(type))
    throw new UnreadableUpload(400, 'The request is no multipart form.');
  try {
    return Busboy({
      headers: { ...request.headers, 'content-type': type },
      highWaterMark: 1 << 20,
      fileHwm: 1 << 20,
      // The rules judge the whole name.
      preservePath: true,
      isPartAFile: (_name, _type, filename) => filename !== undefined,
      limits: {
        fileSize: limits.file,
        fieldSize: limits.field,
        parts: limits.parts,
        headerPairs: 32,
        headerSize: 16 << 10,
      },
    });
  } catch {
    throw new UnreadableUpload(400, 'The request is no multipart form.');
  }
}

interface Place {
  readonly folder: string;
  readonly filename: string;
  readonly contentType: string | undefined;
}

async function writeContent(
  stream: BusboyFileStream,
  { folder, filename, contentType }: Place,
): Promise<ReceivedFile> {
  const path = join(folder, safeName(filename));
  const handle = await open(path, 'wx');
  try {
    const sha256 = createHash('sha256');
    const blake2 = await createBlake2b256();
    const size = await writeHashed(stream, handle, [sha256, blake2]);
    await handle.datasync();
    return {
      filename,
      contentType,
      path,
      size,
      sha256: sha256.digest('hex'),
      blake2b256: blake2.digest(),
      md5: '',
      isCut: stream.truncated,
    };
  } finally {
    await handle.close();
  }
}

/** Writes are collected: one of a megabyte costs hardly more than one of a packet. */
const WRITTEN_AT_ONCE = 1 << 20;

async function writeHashed(
  stream: Readable,
  handle: FileHandle,
  hashes: readonly (Hash | Blake2b256)[],
): Promise<number> {
  let size = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let writing: Promise<unknown> = Promise.resolve();
  const write = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting, waitingBytes);
    waiting = [];
    waitingBytes = 0;
    // The disk writes one piece while the next is hashed, and is never more than that behind.
    await writing;
    writing = writeWhole(handle, bytes);
    writing.catch(() => {});
    for (const hash of hashes) hash.update(bytes);
  };
  for await (const chunk of stream) {
    const bytes = chunk as Buffer;
    size += bytes.length;
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes >= WRITTEN_AT_ONCE) await write();
  }
  await write();
  await writing;
  return size;
}

async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written);
    written += bytesWritten;
  }
}

/** Only old clients send an MD5, so only theirs is made; it is read again for it, from the cache of the system. */
async function withMd5(
  file: ReceivedFile,
  form: ReadonlyMap<string, readonly string[]>,
): Promise<ReceivedFile> {
  if ((form.get('md5_digest')?.[0] ?? '') === '') return file;
  const md5 = createHash('md5');
  const handle = await open(file.path, 'r');
  try {
    for await (const chunk of handle.createReadStream({ highWaterMark: WRITTEN_AT_ONCE }))
      md5.update(chunk as Buffer);
  } finally {
    await handle.close();
  }
  return { ...file, md5: md5.digest('hex') };
}

/** As distributions are called; anything else gets a name that says nothing. */
function safeName(filename: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._+!-]{0,240}\.(?:whl|tar\.gz|zip)$/.test(filename)
    ? filename
    : 'content';
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 60));
}
