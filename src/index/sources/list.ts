/**
 * A list of files as JSON: one array, an object with `files`, or one object a line. The keys are those of a file in the
 * simple API (PEP 691, 700): `docs/index.md` has them.
 */
import { readFile } from 'node:fs/promises';
import { dirname, posix, resolve, sep } from 'node:path';
import * as z from 'zod';
import { tryParseSpecifierSet } from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { parseHttpUrl } from '../../support/http.ts';
import type { FoundFile, SourceResult } from './found-file.ts';

const DIGESTS = z.record(z.string().regex(/^[a-z0-9_]+$/), z.string().regex(/^[0-9a-fA-F]+$/));

const ENTRY = z
  .object({
    url: z.string(),
    path: z.string(),
    filename: z.string(),
    hashes: DIGESTS,
    sha256: z.string().regex(/^[0-9a-fA-F]{64}$/),
    size: z.int().nonnegative(),
    'upload-time': z.string(),
    'requires-python': z.string(),
    yanked: z.union([z.boolean(), z.string()]),
    provenance: z.string(),
    'core-metadata': z.union([z.boolean(), DIGESTS]),
  })
  .partial();

type Entry = z.infer<typeof ENTRY>;

/**
 * Reads a list. Paths in it start from its own folder and stay in it.
 * @throws WheelworksError `index/list` for what is no such list, `http/bad-url`, `file/*`.
 */
export async function readList(path: string): Promise<SourceResult> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
  const files = valuesOf(text, path).map((value, index) => {
    const parsed = ENTRY.safeParse(value);
    if (!parsed.success)
      throw bad(path, index, parsed.error.issues[0]?.message ?? 'it is not an object');
    return fileOf(parsed.data, path, index);
  });
  return { files, passedOver: [] };
}

function valuesOf(text: string, path: string): readonly unknown[] {
  const whole = tryJson(text);
  if (Array.isArray(whole)) return whole;
  if (typeof whole === 'object' && whole !== null && 'files' in whole && Array.isArray(whole.files))
    return whole.files;
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const value = tryJson(line);
      if (value === undefined) throw bad(path, index, 'it is not JSON');
      return value;
    });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function fileOf(entry: Entry, list: string, index: number): FoundFile {
  const { url, path } = entry;
  if ((url === undefined) === (path === undefined))
    throw bad(list, index, 'it has neither url nor path, or both');
  const place: FoundFile['place'] =
    url === undefined
      ? { kind: 'local', path: placeBelow(list, path ?? '', index) }
      : { kind: 'remote', url: parseHttpUrl(url).href };
  const named = posix.basename(url === undefined ? (path ?? '') : decodedPath(url));
  const filename = entry.filename ?? named;
  // A file on this machine keeps its name: the index must not give one to bytes that its metadata does not bear out.
  if (url === undefined && filename !== named)
    throw bad(list, index, `filename is ${filename}, its path ends in ${named}`);
  const requires = entry['requires-python'];
  if (requires !== undefined && tryParseSpecifierSet(requires) === undefined)
    throw bad(list, index, `requires-python of ${filename} is no list of specifiers: ${requires}`);
  const sha256 = entry.sha256?.toLowerCase();
  const { yanked } = entry;
  const metadata = entry['core-metadata'];
  return {
    filename,
    place,
    told: {
      hashes: { ...lowerCase(entry.hashes ?? {}), ...(sha256 === undefined ? {} : { sha256 }) },
      ...(entry.size === undefined ? {} : { size: entry.size }),
      ...(entry['upload-time'] === undefined ? {} : { uploadTime: entry['upload-time'] }),
      ...(requires === undefined ? {} : { requiresPython: requires }),
      ...(yanked === undefined || yanked === false
        ? {}
        : { yanked: yanked === '' ? true : yanked }),
      ...(entry.provenance === undefined ? {} : { provenance: entry.provenance }),
      ...(metadata === undefined || metadata === false ? {} : { coreMetadata: metadata }),
    },
  };
}

function lowerCase(hashes: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(hashes).map(([name, digest]) => [name, digest.toLowerCase()]),
  );
}

/** Whoever writes a list must not get at other files of this machine through it. */
function placeBelow(list: string, path: string, index: number): string {
  const folder = resolve(dirname(list));
  const place = resolve(folder, path);
  if (!place.startsWith(folder.endsWith(sep) ? folder : folder + sep) || path.includes('\0'))
    throw bad(list, index, `the path ${path} leads out of the folder of the list`);
  return place;
}

function decodedPath(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname);
  } catch {
    return new URL(url).pathname;
  }
}

function bad(path: string, index: number, reason: string): WheelworksError {
  return new WheelworksError('index/list', `${path} is not a list of files: ${reason}.`, {
    path,
    evidence: `entry ${index + 1}`,
    hint: 'An entry is an object with url or path, and what else is known: see docs/index.md.',
  });
}
