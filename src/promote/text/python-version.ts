/**
 * Assignments of the version in Python files: `__version__ = "3.12.0rc1"`, and the tuples that setuptools-scm and hatch-vcs
 * write beside them. Recognised are files whose names say what they are for; `__init__.py` for `__version__` alone.
 */
import type { VersionChange } from '../version-change.ts';
import { spellingsOf } from './spellings.ts';

const VERSION_FILE = /^(?:_*version_*|_*about_*|_*release_*)\.py$/i;

/** Whether assignments in a file of this path count, and which names. */
function namesIn(path: string): string | undefined {
  const base = path.slice(path.lastIndexOf('/') + 1);
  if (VERSION_FILE.test(base))
    return String.raw`[A-Za-z_]*version[A-Za-z_]*|[A-Za-z_]*release[A-Za-z_]*`;
  return base === '__init__.py' ? '__version__' : undefined;
}

/** The file with the new version; the same text when it assigns none that is known. */
export function promotePython(path: string, text: string, change: VersionChange): string {
  const names = namesIn(path);
  if (names === undefined) return text;
  const { pattern } = spellingsOf(change.from);
  const assignment = new RegExp(
    String.raw`^([ \t]*(?:(?:${names})[ \t]*(?::[^=\n]*)?=[ \t]*)+)(["'])(v?)${pattern.source}\2`,
    'gim',
  );
  return text
    .replace(
      assignment,
      (_, before: string, quote: string, v: string) =>
        `${before}${quote}${v}${change.toText}${quote}`,
    )
    .replace(
      tuplePattern(change),
      (_, open: string, close: string) => `${open}${tupleOf(change)}${close}`,
    );
}

/** `(3, 12, 0, 'rc1')` and `(3, 12, 0, 'rc', 1)`. */
function tuplePattern({ from: { release, pre } }: VersionChange): RegExp {
  if (pre === undefined) return /(?!)()()/;
  const numbers = release.join(String.raw`\s*,\s*`);
  return new RegExp(
    String.raw`(\(\s*)${numbers}\s*,\s*(?:["']${pre.kind}\.?${pre.number}["']|["']${pre.kind}["']\s*,\s*${pre.number})(\s*,?\s*\))`,
    'g',
  );
}

function tupleOf({ to }: VersionChange): string {
  const parts = [
    ...to.release.map(String),
    ...(to.pre === undefined ? [] : [`'${to.pre.kind}${to.pre.number}'`]),
    ...(to.post === undefined ? [] : [`'post${to.post}'`]),
  ];
  return parts.join(', ');
}
