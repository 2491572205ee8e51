/** A version for people and for scripts: where it comes from, what may follow, what files hold. */
import { formatVersion } from '../../packaging/index.ts';
import type { ComputedVersion, FileChange, NextVersion } from '../../versioning/index.ts';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { renderFields } from './fields.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { renderTable } from './table.ts';

/** `wheelworks.version/1`. */
export function versionDocument(result: ComputedVersion, { cwd }: CommandContext): object {
  const packages = result.packages.map(({ name, path, key, text, version, base }) => [
    name,
    {
      file: path === null ? null : shownPath(path, cwd),
      key,
      text,
      version: formatVersion(version),
      base: formatVersion(base),
    },
  ]);
  return {
    schema: 'wheelworks.version/1',
    version: formatVersion(result.version),
    base: formatVersion(result.base),
    kind: result.kind,
    packages: Object.fromEntries(packages),
    agree: !result.notes.some(({ code }) => code === 'disagreement'),
    commit: result.commit,
    dirty: result.isDirty,
    tag: result.tag,
    distance: result.distance,
    notes: result.notes,
  };
}

/** `next` of the document. */
export function nextDocument(next: readonly NextVersion[]): readonly object[] {
  return next.map(({ kind, version }) => ({ kind, version: formatVersion(version) }));
}

/** A kind and a version a line, least first. */
export function renderNext(next: readonly NextVersion[], { colour }: CommandContext): string {
  return renderFields(
    next.map(({ kind, version }) => [kind, formatVersion(version)] as const),
    { palette: colour },
  );
}

/** A line for each note. */
export function renderNotes({ notes }: ComputedVersion, { colour }: CommandContext): string {
  return notes
    .map(({ message }) => `${colour.caution('note')}: ${sanitizeForTerminal(message)}\n`)
    .join('');
}

/** Which files and which commit. */
export function renderWhence(result: ComputedVersion, context: CommandContext): string {
  const packages = renderTable(
    [{ title: 'package' }, { title: 'version' }, { title: 'from', shrink: 'middle' }],
    result.packages.map(({ name, path, key, text }) => [
      name,
      text,
      path === null ? 'tag' : shownPath(path, context.cwd) + (key === null ? '' : `#${key}`),
    ]),
    { palette: context.colour, width: context.columns, truncate: context.isTerminal },
  );
  const { commit, isDirty, tag, distance } = result;
  const since = tag === null ? 'the beginning' : tag;
  return (
    packages +
    renderFields(
      [
        ['commit', commit === null ? 'none' : commit + (isDirty === true ? ' and changes' : '')],
        ['commits', distance === null ? undefined : `${distance} since ${since}`],
      ],
      { palette: context.colour },
    )
  );
}

/** What was written, or what is not as it should be. */
export function renderChanges(
  changes: readonly FileChange[],
  purpose: 'write' | 'check',
  { colour, cwd }: CommandContext,
): string {
  return changes
    .map(({ path, key, from, to }) => {
      const place = shownPath(path, cwd) + (key === null ? '' : `#${key}`);
      const before = from === undefined ? 'nothing' : from;
      if (purpose === 'check')
        return `${colour.bad('differs')}  ${sanitizeForTerminal(`${place} has ${before}, not ${to}`)}\n`;
      const words = from === to ? `${place} has ${to} already` : `${place}: ${before} -> ${to}`;
      return `${sanitizeForTerminal(words)}\n`;
    })
    .join('');
}
