/**
 * Splits the debug information of a wheel's native files off: the wheel gets small, and a debugger still finds it.
 *
 * A file with a build id has its debug file where debuggers look by that: `.build-id/ab/cdef.debug` below a folder that is
 * theirs (`set debug-file-directory`); one without has it at its own path in the wheel. Both are named in the stripped file
 * too. `files.json` tells whose is whose.
 */
import { createReadStream, ftruncateSync, writeSync } from 'node:fs';
import { open, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { planDebugFile, planDebugLink, planStrip, type ElfFile } from '../binary/elf/index.ts';
import { fileError } from '../support/errors.ts';
import { makeFolders } from '../support/folders.ts';
import {
  draftFromWheel,
  editDraft,
  listNatives,
  patchNativeFile,
  withElfFile,
  withWheel,
  writeWheel,
  type Wheel,
  type WheelEdit,
} from '../wheel/index.ts';

export interface DebugFilesOptions {
  /** An empty folder for the new wheel and what it is made from. */
  readonly scratch: string;
  /** Where debug files go. */
  readonly directory: string;
  /** For the times in the new wheel. */
  readonly modified: Date;
}

/** A native file and its debug file. */
export interface DebugFile {
  /** In the wheel. */
  readonly path: string;
  /** Below the folder of debug files. */
  readonly debugFile: string;
  /** Lower-case hexadecimal; absent where the file has none. */
  readonly buildId?: string;
  /** Bytes of the native file before and after, and of the debug file. */
  readonly before: number;
  readonly after: number;
  readonly size: number;
}

/**
 * Splits a wheel. Its other members stay as they are.
 * @returns the new wheel and what was split; undefined when no file of the wheel has debug sections.
 * @throws WheelworksError `elf/strip-damaged`, `elf/*`, `wheel/*`, `zip/*`, `file/*`.
 */
export async function splitDebugFiles(
  path: string,
  options: DebugFilesOptions,
): Promise<{ readonly path: string; readonly files: readonly DebugFile[] } | undefined> {
  return withWheel(path, async (wheel) => {
    const edits: WheelEdit[] = [];
    const files: DebugFile[] = [];
    for (const { entry, format } of await listNatives(wheel.archive)) {
      if (format !== 'elf') continue;
      const file = join(options.scratch, `native-${entry.index}`);
      await extract(wheel, entry.path, file);
      const split = await splitFile(file, entry.path, options.directory);
      if (split === undefined) continue;
      files.push(split);
      edits.push({ kind: 'replace', path: entry.path, file });
    }
    if (files.length === 0) return undefined;
    await writeText(
      join(options.directory, 'files.json'),
      `${JSON.stringify({ schema: 'wheelworks.debug-files/1', wheel: basename(path), files }, undefined, 2)}\n`,
    );
    const draft = editDraft(await draftFromWheel(wheel), edits);
    const directory = join(options.scratch, 'split');
    await makeFolders(directory);
    const written = await writeWheel(draft, directory, { modified: options.modified });
    return { path: written.path, files };
  });
}

async function extract({ archive }: Wheel, path: string, to: string): Promise<void> {
  const entry = archive.get(path);
  if (entry === undefined) return;
  try {
    const handle = await open(to, 'w');
    try {
      for await (const chunk of archive.stream(entry)) await handle.writeFile(chunk);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, to);
  }
}

/** Writes the debug file of an extracted file, and strips that in place. */
async function splitFile(
  file: string,
  path: string,
  directory: string,
): Promise<DebugFile | undefined> {
  const what = withElfFile(file, path, (elf) => ({
    isNeeded: planDebugFile(elf) !== undefined,
    buildId: elf.known.buildId,
  }));
  if (!what.isNeeded) return undefined;
  const debugFile = nameOf(path, what.buildId);
  const to = join(directory, debugFile);
  const before = (await stat(file)).size;
  await makeFolders(dirname(to));
  await writeDebugFile(file, path, to);
  const link = { file: basename(debugFile), crc: await checksum(to) };
  await patchNativeFile(file, path, planStrip);
  await patchNativeFile(file, path, (elf) => planDebugLink(elf, link));
  return {
    path,
    debugFile,
    ...(what.buildId === undefined ? {} : { buildId: what.buildId }),
    before,
    after: (await stat(file)).size,
    size: (await stat(to)).size,
  };
}

/** A build id is 20 bytes by default, and some linkers are told others. */
function nameOf(path: string, buildId: string | undefined): string {
  return buildId === undefined || buildId.length < 6
    ? `${path}.debug`
    : `.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
}

const CHUNK = 4 << 20;

async function writeDebugFile(file: string, name: string, to: string): Promise<void> {
  try {
    const handle = await open(to, 'w');
    const { fd } = handle;
    try {
      withElfFile(file, name, (elf: ElfFile) => {
        const plan = planDebugFile(elf);
        if (plan === undefined) return;
        ftruncateSync(fd, plan.size);
        const write = (bytes: Uint8Array, at: number): void => {
          let done = 0;
          while (done < bytes.length)
            done += writeSync(fd, bytes, done, bytes.length - done, at + done);
        };
        for (const copy of plan.copies)
          for (let done = 0; done < copy.size; done += CHUNK) {
            const length = Math.min(CHUNK, copy.size - done);
            write(elf.bytes.range(copy.from + done, length, 'debug section'), copy.to + done);
          }
        for (const { offset, bytes } of plan.writes) write(bytes, offset);
      });
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileError(error, to);
  }
}

async function checksum(path: string): Promise<number> {
  let value = 0;
  try {
    for await (const chunk of createReadStream(path)) value = crc32(chunk as Buffer, value);
  } catch (error) {
    throw fileError(error, path);
  }
  return value;
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, text).catch((error: unknown) => {
    throw fileError(error, path);
  });
}
