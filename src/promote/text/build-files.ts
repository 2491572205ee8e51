/**
 * The files of an sdist that a backend reads when it builds a wheel: the version as they state it, and requirements on
 * members of the set. Left as they were, a wheel built from the promoted sdist would be a candidate again.
 */
import { nameForFile } from '../../packaging/index.ts';
import type { VersionChange, VersionChanges } from '../version-change.ts';
import { rewriteClauses, rewriteRequirement } from './requirement-pins.ts';
import { spellingsOf } from './spellings.ts';

const STATING = new Set(['pyproject.toml', 'setup.cfg', 'setup.py']);

/** The file with the new versions; the same text when it is none that builds read. Paths are below the sdist's top folder. */
export function promoteBuildFile(
  path: string,
  text: string,
  { own, changes }: { readonly own: VersionChange; readonly changes: VersionChanges },
): string {
  if (STATING.has(path)) return withPins(withVersion(text, own), changes);
  if (/(?:^|\/)[^/]+\.egg-info\/requires\.txt$/.test(path)) return withLines(text, changes);
  return text;
}

/** `version = "3.12.0rc1"` of a table, `version = 3.12.0rc1` of setup.cfg, `version="3.12.0rc1",` of a call. */
function withVersion(text: string, { from, toText }: VersionChange): string {
  const { pattern } = spellingsOf(from);
  return text.replace(
    new RegExp(
      String.raw`^([ \t]*(?:.*[(,][ \t]*)?["']?version["']?[ \t]*[=:][ \t]*)(["']?)${pattern.source}\2(?=[ \t]*(?:[,)#;\r\n]|$))`,
      'gim',
    ),
    (_, before: string, quote: string) => `${before}${quote}${toText}${quote}`,
  );
}

/** Requirements wherever they stand in a text: a member's name, its extras, and clauses up to what ends them. */
function withPins(text: string, changes: VersionChanges): string {
  return [...changes.values()].reduce((current, change) => {
    const name = nameForFile(change.project).replaceAll('_', '[-_.]+');
    const pin = new RegExp(
      String.raw`((?<![A-Za-z0-9._-])${name}[ \t]*(?:\[[^\]\n]*\])?[ \t]*\(?)((?:[ \t]*(?:===|==|~=|>=|<=|!=|<|>)[^;)"'\n#]*))`,
      'gi',
    );
    return current.replace(
      pin,
      (_, before: string, clauses: string) => before + rewriteClauses(clauses, change),
    );
  }, text);
}

/** One requirement a line; section headings in brackets are none. */
function withLines(text: string, changes: VersionChanges): string {
  return text
    .split(/(?<=\n)/)
    .map((line) => {
      const [, content = '', end = ''] = /^(.*?)(\r?\n?)$/s.exec(line) ?? [];
      return content.startsWith('[') ? line : rewriteRequirement(content, changes).after + end;
    })
    .join('');
}
