/** Makes the native files of a repaired wheel: copies of libraries and members, stripped and edited. */
import { copyFile, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  applyPatch,
  planElfEdit,
  planStrip,
  readElf,
  type ElfEdit,
  type ElfFile,
  type ElfPatch,
} from '../binary/elf/index.ts';
import { fileError, systemErrorCode } from '../support/errors.ts';
import { hashFile, sha256 } from '../support/hash.ts';
import { patchNativeFile, type NewContent, type Wheel } from '../wheel/index.ts';

/** A file as it will be in the wheel. */
export interface ShippedFile {
  readonly content: NewContent;
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Where a native file comes from. */
export type NativeSource =
  | { readonly kind: 'member'; readonly wheel: Wheel; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly size: number };

/** What is done to it. */
export interface NativeChange {
  readonly edits: readonly ElfEdit[];
  readonly strip: boolean;
}

/** Keeps what was made until the wheel is written: small files in memory, others in a folder. */
export interface Workshop {
  readonly directory: string;
  /** Bytes that may still be kept in memory. */
  memory: number;
  /** Files made so far. */
  count: number;
}

/** An empty workshop in an empty folder. */
export function openWorkshop(directory: string): Workshop {
  return { directory, memory: MEMORY, count: 0 };
}

const MEMORY = 96 << 20;
/** Larger files are changed on disk. */
const LARGEST_IN_MEMORY = 16 << 20;

/** Makes one file. @throws WheelworksError `elf/*`, `zip/*`, `file/*`. */
export async function makeNative(
  source: NativeSource,
  change: NativeChange,
  workshop: Workshop,
): Promise<ShippedFile> {
  const size = sizeOf(source);
  return size <= LARGEST_IN_MEMORY
    ? makeInMemory(source, change, workshop)
    : makeOnDisk(source, change, workshop);
}

function sizeOf(source: NativeSource): number {
  if (source.kind === 'file') return source.size;
  return source.wheel.archive.get(source.path)?.size ?? 0;
}

/** Stripped first: what is cut off then lies behind everything that is loaded, and edits add to the end. */
function patchesFor({ edits, strip }: NativeChange): readonly ((elf: ElfFile) => ElfPatch)[] {
  return [
    ...(strip ? [planStrip] : []),
    ...(edits.length === 0 ? [] : [(elf: ElfFile) => planElfEdit(elf, edits)]),
  ];
}

async function makeInMemory(
  source: NativeSource,
  change: NativeChange,
  workshop: Workshop,
): Promise<ShippedFile> {
  let bytes = await readSource(source);
  const path = nameOf(source);
  for (const plan of patchesFor(change)) bytes = applyPatch(bytes, plan(readElf(bytes, { path })));
  const made = { sha256: sha256(bytes), size: bytes.length };
  if (bytes.length > workshop.memory) {
    const file = nextFile(workshop);
    await writeFile(file, bytes).catch(rethrow(file));
    return { ...made, content: { file } };
  }
  workshop.memory -= bytes.length;
  return { ...made, content: { bytes } };
}

async function readSource(source: NativeSource): Promise<Uint8Array> {
  if (source.kind === 'file') return readFile(source.path).catch(rethrow(source.path));
  const { archive } = source.wheel;
  const entry = archive.get(source.path);
  return entry === undefined ? new Uint8Array(0) : archive.read(entry);
}

async function makeOnDisk(
  source: NativeSource,
  change: NativeChange,
  workshop: Workshop,
): Promise<ShippedFile> {
  const file = nextFile(workshop);
  if (source.kind === 'file')
    await copyFile(source.path, file).catch((error: unknown) => {
      throw fileError(error, isFull(error) ? file : source.path);
    });
  else await extract(source, file);
  for (const plan of patchesFor(change)) await patchNativeFile(file, nameOf(source), plan);
  const { sha256: digest, size } = await hashFile(file);
  return { content: { file }, sha256: digest, size };
}

async function extract(
  { wheel, path }: Extract<NativeSource, { kind: 'member' }>,
  file: string,
): Promise<void> {
  const entry = wheel.archive.get(path);
  if (entry === undefined) return;
  const handle = await open(file, 'wx').catch(rethrow(file));
  try {
    for await (const chunk of wheel.archive.stream(entry)) await handle.writeFile(chunk);
  } catch (error) {
    throw fileError(error, file);
  } finally {
    await handle.close();
  }
}

/** It is the copy that has no room. */
function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(systemErrorCode(error) ?? '');
}

function nameOf(source: NativeSource): string {
  return source.kind === 'file' ? source.path : `${source.wheel.path}!${source.path}`;
}

function nextFile(workshop: Workshop): string {
  workshop.count += 1;
  return join(workshop.directory, String(workshop.count));
}

function rethrow(path: string): (error: unknown) => never {
  return (error) => {
    throw fileError(error, path);
  };
}
