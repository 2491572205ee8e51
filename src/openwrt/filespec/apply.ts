import type { FileTree, TreeEntry } from '../../archive/tree/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { matchPaths } from './match.ts';
import type { Filespec, FilespecRule, IgnoredLine } from './model.ts';
import { problem } from './parse.ts';

/** What came of applying a filespec. */
export interface AppliedFilespec {
  /** Lines that lenient reading passed over. */
  readonly ignored: readonly IgnoredLine[];
}

/**
 * Carries out a filespec, from its first line to its last, on `destination`: `+` copies from `source`, all others change
 * what is in `destination` by then.
 *
 * Entries keep their modes unless the line says otherwise, links stay links and get no mode, parents that are not there
 * yet have mode 755. A directory is copied into one that is there.
 * @throws WheelworksError `filespec/not-found` for a line that meets nothing (in lenient mode not for `-`),
 *   `filespec/conflict` where a directory would take the place of something else, or something else its place.
 */
export function applyFilespec(
  filespec: Filespec,
  source: FileTree,
  destination: FileTree,
): AppliedFilespec {
  const ignored: IgnoredLine[] = [...filespec.ignored];
  const sourcePaths = pathsOf(source);
  for (const rule of filespec.rules) {
    const place = { ...rule, path: filespec.path };
    const tree = rule.operator === '+' ? source : destination;
    const paths = rule.operator === '+' ? sourcePaths : pathsOf(destination);
    const matched = rule.parts.length === 0 ? [''] : matchPaths(tree, paths, rule.parts);
    if (matched.length === 0) {
      if (rule.operator !== '-' || !filespec.lenient) throw notFound(place, tree, rule);
      ignored.push({ line: rule.line, text: rule.text, reason: 'nothing of that name is there' });
      continue;
    }
    try {
      for (const path of matched) carryOut(rule, { path, source, destination, sourcePaths });
    } catch (error) {
      if (!(error instanceof WheelworksError) || error.code !== 'tree/path-conflict') throw error;
      throw problem('filespec/conflict', place, {
        what: `cannot be carried out: ${error.message} ${error.evidence ?? ''}`.trim(),
        hint: 'Take away what is there with a - line before this one.',
      });
    }
  }
  return { ignored: ignored.sort((one, other) => one.line - other.line) };
}

interface Step {
  /** Empty for the root. */
  readonly path: string;
  readonly source: FileTree;
  readonly destination: FileTree;
  readonly sourcePaths: readonly string[];
}

function carryOut(rule: FilespecRule, { path, source, destination, sourcePaths }: Step): void {
  switch (rule.operator) {
    case '+':
      for (const each of withBelow(source, sourcePaths, path)) {
        const entry = source.get(each);
        if (entry !== undefined) destination.set(each, withMode(entry, rule));
      }
      return;
    case '-':
      if (path !== '') destination.delete(path);
      else for (const each of pathsOf(destination)) destination.delete(each);
      return;
    case '=':
    case '==': {
      const paths = pathsOf(destination);
      const met = rule.operator === '==' ? [path] : withBelow(destination, paths, path);
      for (const each of met) {
        const entry = destination.get(each);
        if (entry !== undefined) destination.set(each, withMode(entry, rule));
      }
    }
  }
}

/** An entry and what is below it; everything, for the root. */
function withBelow(tree: FileTree, paths: readonly string[], path: string): readonly string[] {
  if (path === '') return paths;
  if (tree.get(path)?.kind !== 'directory') return [path];
  return [path, ...paths.filter((each) => each.startsWith(`${path}/`))];
}

function withMode(entry: TreeEntry, { fileMode, directoryMode }: FilespecRule): TreeEntry {
  if (entry.kind === 'file' && fileMode !== undefined) return { ...entry, mode: fileMode };
  if (entry.kind === 'directory' && directoryMode !== undefined)
    return { ...entry, mode: directoryMode };
  return entry;
}

function pathsOf(tree: FileTree): string[] {
  return tree.entries().map(([path]) => path);
}

function notFound(
  place: { readonly path: string; readonly line: number; readonly text: string },
  tree: FileTree,
  { operator, parts }: FilespecRule,
): WheelworksError {
  const where = operator === '+' ? 'what was installed' : 'the package so far';
  const link = parts
    .map((_, index) => parts.slice(0, index + 1).join('/'))
    .find((path) => tree.get(path)?.kind === 'symlink');
  const hint =
    link === undefined
      ? operator === '-'
        ? 'A - takes from what + lines before it have copied. --lenient passes over a - of what is not there.'
        : 'Compare the line with the files that pack lists without --filespec: --dry-run --verbose --source-only.'
      : `/${link} is a link, which is not followed; name the place that it leads to.`;
  return problem('filespec/not-found', place, { what: `names nothing in ${where}`, hint });
}
