import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileError, systemErrorCode } from '../support/errors.ts';
import { matchesPattern } from '../support/text-pattern.ts';

/** True when a text has a character that means something in a pattern. */
export function isGlob(text: string): boolean {
  return /[*?[]/.test(text);
}

/**
 * The paths below `root` that a pattern with `/` between its parts matches, in code unit order.
 *
 * `*` and `?` match within one name, `[ab]`, `[a-z]` and `[!a]` one character, `**` any number of folders. As in
 * shells, a name that starts with a dot is matched only by a part that does too. `**` does not follow symbolic links,
 * so that a link to a parent does not lead round for ever.
 * @throws WheelworksError `file/*` when a folder cannot be read; a missing one matches nothing.
 */
export async function globPaths(pattern: string, root: string): Promise<string[]> {
  const isAbsolute = pattern.startsWith('/');
  const parts = pattern.split('/').filter((part) => part !== '');
  const found = new Set<string>();
  await walk(isAbsolute ? '/' : '', parts, { root, found });
  return [...found].sort();
}

interface Walk {
  readonly root: string;
  readonly found: Set<string>;
}

/** `base` is what has been matched so far, as it will be shown: relative to the root, or absolute. */
async function walk(base: string, parts: readonly string[], state: Walk): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) {
    state.found.add(base);
    return;
  }
  if (part === '.' || part === '..') return walk(extend(base, part), rest, state);
  if (part === '**') return walkDeep(base, parts, state);
  for (const entry of await entriesOf(base, state)) {
    if (!matchesName(part, entry.name)) continue;
    if (rest.length === 0 || entry.isDirectory() || entry.isSymbolicLink())
      await walk(extend(base, entry.name), rest, state);
  }
}

async function walkDeep(base: string, parts: readonly string[], state: Walk): Promise<void> {
  const rest = parts.slice(1);
  // A pattern that ends with ** means every file below.
  await walk(base, rest.length === 0 ? ['*'] : rest, state);
  for (const entry of await entriesOf(base, state)) {
    if (entry.isDirectory() && !entry.name.startsWith('.'))
      await walkDeep(extend(base, entry.name), parts, state);
  }
}

async function entriesOf(base: string, { root }: Walk): Promise<Dirent[]> {
  const folder = base.startsWith('/') ? base : join(root, base);
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw fileError(error, folder);
  }
}

function extend(base: string, name: string): string {
  return base === '' || base.endsWith('/') ? base + name : `${base}/${name}`;
}

/**
 * Whether a path matches a pattern, part by part; `**` stands for any number of folders. A pattern without `/` is about
 * the last name of the path.
 */
export function matchesPath(pattern: string, path: string): boolean {
  const names = path.split('/');
  if (!pattern.includes('/')) return matchesName(pattern, names.at(-1) ?? '');
  const parts = pattern.split('/').filter((part) => part !== '');
  // For each part of the pattern, how many names it and those before it can have taken.
  let ends: ReadonlySet<number> = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const end of ends) {
      if (part === '**') for (let at = end; at <= names.length; at += 1) next.add(at);
      else if (end < names.length && matchesName(part, names[end] ?? '')) next.add(end + 1);
    }
    ends = next;
  }
  return ends.has(names.length);
}

/** Whether one name matches one part of a pattern; the time is proportional to the product of their lengths. */
export function matchesName(pattern: string, name: string): boolean {
  return (pattern.startsWith('.') || !name.startsWith('.')) && matchesPattern(pattern, name);
}
