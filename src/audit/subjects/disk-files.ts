/** The native files among files on disk. */
import { lstat, readlink, realpath } from 'node:fs/promises';
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { NativeFacts } from '../facts.ts';
import type { FactsCache } from '../libraries/facts-cache.ts';
import type { MemberFacts } from '../subject.ts';

/** Files below a folder, sorted out. Paths are relative to it, with `/`. */
export interface DiskFiles {
  readonly natives: readonly NativeFacts[];
  readonly members: readonly MemberFacts[];
  readonly symlinks: readonly string[];
  readonly linkTargets: ReadonlyMap<string, string>;
  /** Symbolic links that lead to one of the natives, or to a folder with some, to the path of the native. */
  readonly aliases: ReadonlyMap<string, string>;
}

/** Python's own files are no native ones, and most of what is installed. */
const PYTHON = /\.py[ci]?$/;
const AT_ONCE = 16;

/**
 * Reads the native files of a list. What is not there any more, pipes and devices are left out; a file that may not be
 * read counts as a member alone.
 * @param folder real path
 * @param paths files and symbolic links below it, in the order of the result
 */
export async function readDiskFiles(
  folder: string,
  paths: readonly string[],
  facts: FactsCache,
): Promise<DiskFiles> {
  const natives: NativeFacts[] = [];
  const members: MemberFacts[] = [];
  const linkTargets = new Map<string, string>();
  const symlinks: string[] = [];
  const looks = await mapParallel(paths, AT_ONCE, (path) => look(folder, path, facts));
  for (const [index, found] of looks.entries()) {
    const path = paths[index] ?? '';
    if (found === undefined) continue;
    if (found.link !== undefined) {
      symlinks.push(path);
      linkTargets.set(path, found.link);
      continue;
    }
    members.push({ path, size: found.size, compressedSize: undefined, crc32: undefined });
    if (found.native !== undefined) natives.push({ ...found.native, path });
  }
  const aliases = await aliasesOf(folder, symlinks, natives);
  return { natives, members, symlinks, linkTargets, aliases };
}

interface Look {
  readonly size: number;
  readonly link?: string;
  readonly native?: NativeFacts | undefined;
}

async function look(folder: string, path: string, facts: FactsCache): Promise<Look | undefined> {
  const place = `${folder}/${path}`;
  const found = await lstat(place).catch(() => undefined);
  if (found?.isSymbolicLink() === true) {
    const link = await readlink(place).catch(() => undefined);
    return link === undefined ? undefined : { size: 0, link };
  }
  if (found?.isFile() !== true) return undefined;
  if (PYTHON.test(path)) return { size: found.size };
  return { size: found.size, native: await facts.tryRead(place) };
}

/** A loader follows links: libraries of a build tree are found by `libx.so.1`, which leads to `libx.so.1.2.3`. */
async function aliasesOf(
  folder: string,
  symlinks: readonly string[],
  natives: readonly NativeFacts[],
): Promise<ReadonlyMap<string, string>> {
  const aliases = new Map<string, string>();
  for (const link of symlinks) {
    const real = await realpath(`${folder}/${link}`).catch(() => undefined);
    if (real === undefined || !real.startsWith(`${folder}/`)) continue;
    const target = real.slice(folder.length + 1);
    for (const { path } of natives) {
      if (path === target) aliases.set(link, path);
      // A link to a folder above itself would lead around in circles.
      else if (path.startsWith(`${target}/`) && !link.startsWith(`${target}/`))
        aliases.set(`${link}${path.slice(target.length)}`, path);
    }
  }
  return aliases;
}

/** The real path of a folder. @throws WheelworksError `file/not-a-directory`. */
export async function realFolderOf(path: string): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  const found = real === undefined ? undefined : await lstat(real);
  if (real !== undefined && found?.isDirectory() === true) return real;
  throw new WheelworksError('file/not-a-directory', `${path} is not a folder.`, { path });
}
