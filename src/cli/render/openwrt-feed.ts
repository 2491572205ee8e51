import type { FeedPlan, FolderReport, PlannedFolder } from '../../openwrt/index.ts';
import { renderFindings } from './findings.ts';
import type { Palette } from './palette.ts';
import { plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { renderTable } from './table.ts';

interface FeedLayout {
  readonly palette: Palette;
  readonly width: number;
  /** Packages, or findings of each code, that are shown; the rest is counted. */
  readonly most: number;
}

/** What became of a feed, or would: its folders, and the packages that came and went. */
export function renderFeedPlan(
  { folders }: FeedPlan,
  layout: FeedLayout & { readonly dryRun: boolean; readonly truncate: boolean },
): string {
  const { palette, width, truncate, dryRun } = layout;
  const table = renderTable(
    [
      { title: 'feed', shrink: 'middle' },
      { title: 'manager' },
      { title: 'architecture', shrink: 'end' },
      { title: 'packages' },
      { title: 'new' },
      { title: 'gone' },
      { title: dryRun ? 'would write' : 'written', shrink: 'end' },
      { title: 'signed' },
    ],
    folders.map((folder) => [
      folder.path === '' ? '.' : folder.path,
      folder.manager,
      folder.architecture,
      folder.packages,
      folder.added.length,
      folder.removed.length,
      writtenNames(folder, dryRun),
      folder.signed ? { text: 'yes', style: palette.good } : { text: 'no', style: palette.caution },
    ]),
    { palette, width, truncate },
  );
  return table + folders.map((folder) => renderChanges(folder, layout)).join('');
}

function writtenNames({ files, dropped }: PlannedFolder, dryRun: boolean): string {
  const names = files.filter(({ state }) => state !== 'same').map(({ name }) => name);
  const written = names.length === 0 ? 'nothing' : names.join(' ');
  if (dropped.length === 0) return written;
  return `${written}, and ${dryRun ? 'remove' : 'removed'} ${dropped.join(' ')}`;
}

function renderChanges(
  { path, added, removed }: PlannedFolder,
  { palette, most }: FeedLayout,
): string {
  const changes = [
    ...added.map(
      ({ name, version }) => `${palette.good('+')} ${sanitizeForTerminal(`${name} ${version}`)}`,
    ),
    ...removed.map(
      ({ name, version }) => `${palette.bad('-')} ${sanitizeForTerminal(`${name} ${version}`)}`,
    ),
  ];
  if (changes.length === 0) return '';
  const shown = changes.slice(0, most).map((line) => `  ${line}\n`);
  const rest = changes.length > most ? [`  and ${changes.length - most} more\n`] : [];
  return [`${sanitizeForTerminal(path === '' ? '.' : path)}\n`, ...shown, ...rest].join('');
}

/** What was found in the folders of a feed. */
export function renderFeedReport(folders: readonly FolderReport[], layout: FeedLayout): string {
  return folders.map((folder) => renderFolder(folder, layout)).join('');
}

function renderFolder(
  { path, manager, packages, signature, findings }: FolderReport,
  { palette, width, most }: FeedLayout,
): string {
  const isBroken = findings.some(({ severity }) => severity === 'error');
  const verdict = isBroken ? palette.bad('broken') : palette.good('sound');
  const name = sanitizeForTerminal(path === '' ? '.' : path);
  const head = `${verdict}: ${name}, ${plural(packages, 'package')} of ${manager}, ${SIGNATURES[signature]}\n`;
  return findings.length === 0
    ? head
    : head + renderFindings(findings, { palette, indent: 2, most, width });
}

const SIGNATURES: Readonly<Record<FolderReport['signature'], string>> = {
  good: 'well signed',
  bad: 'badly signed',
  'unknown-key': 'signed with an unknown key',
  unchecked: 'signed',
  absent: 'not signed',
};
