/** Which entries of a tree a path with patterns means. */
import type { FileTree } from '../../archive/tree/index.ts';
import { matchesPattern } from '../../support/text-pattern.ts';

/**
 * The paths of the tree that the parts mean, sorted. `*`, `?` and `[...]` match within a part, and a name that begins with
 * a dot only where the pattern does, as in a shell; a part `**` is any number of directories. Links are not followed.
 * @param paths all of the tree's, sorted
 */
export function matchPaths(
  tree: FileTree,
  paths: readonly string[],
  parts: readonly string[],
): readonly string[] {
  if (!parts.some(isPattern)) {
    const path = parts.join('/');
    return tree.has(path) ? [path] : [];
  }
  const firstPattern = parts.findIndex(isPattern);
  const prefix = parts.slice(0, firstPattern).join('/');
  return paths.filter(
    (path) =>
      (prefix === '' || path.startsWith(`${prefix}/`)) &&
      matchesParts(parts.slice(firstPattern), path.split('/').slice(firstPattern)),
  );
}

/** Whether a part of a path is a pattern. */
export function isPattern(part: string): boolean {
  return /[*?[]/.test(part);
}

function matchesParts(patterns: readonly string[], names: readonly string[]): boolean {
  const [pattern, ...more] = patterns;
  if (pattern === undefined) return names.length === 0;
  if (pattern === '**') {
    for (let taken = 0; taken <= names.length; taken += 1) {
      if (matchesParts(more, names.slice(taken))) return true;
      if (names[taken]?.startsWith('.') === true) return false;
    }
    return false;
  }
  const [name, ...below] = names;
  return name !== undefined && matchesPart(pattern, name) && matchesParts(more, below);
}

function matchesPart(pattern: string, name: string): boolean {
  if (!isPattern(pattern)) return pattern === name;
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  return matchesPattern(pattern, name);
}
