/** Splits for people and as a document: what goes where, why, and what it costs. */
import { basename } from 'node:path';
import type {
  PartPlan,
  PlannedCut,
  PlannedRelease,
  SplitPlan,
  WheelPlan,
  WheelSplit,
  WrittenRelease,
} from '../../split/index.ts';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { brief, removedText } from './earlier-files.ts';
import { renderFindings } from './findings.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { isRefusal, type SplitRelease } from './split-refusals.ts';
import { renderTable, type Cell } from './table.ts';

/** A release for people; nothing for one that is left alone or refused. */
export function renderSplit(release: SplitRelease, context: CommandContext): string {
  if ('wheels' in release) return renderPlan(release, context);
  return release.plan === undefined ? '' : renderWritten(release, context);
}

/** A plan, whole: every wheel, what moves, what is cut, what users pay for it. */
function renderPlan(plan: PlannedRelease, context: CommandContext): string {
  const { colour } = context;
  const head = `${colour.strong(sanitizeForTerminal(`${plan.project} ${plan.version}`))}: ${setLine(plan)}\n`;
  return [
    head,
    wheelTable(plan, new Map(), context),
    ...plan.wheels.map((wheel) => renderWheel(wheel, context)),
    removedLine(plan.removed, 'would be removed'),
    renderFindings(plan.findings, { palette: colour, indent: 0, most: 4, width: context.columns }),
  ].join('');
}

/** What was written. */
function renderWritten({ plan, files, removed }: WrittenRelease, context: CommandContext): string {
  const { colour } = context;
  const sizes = new Map(files.map(({ filename, size }) => [filename, size]));
  const [first] = files;
  const folder =
    first === undefined
      ? ''
      : shownPath(first.path.slice(0, -first.filename.length - 1), context.cwd);
  return [
    `${colour.strong(sanitizeForTerminal(`${plan.project} ${plan.version}`))}: ${setLine(plan)}, in ${sanitizeForTerminal(folder)}/\n`,
    wheelTable(plan, sizes, context),
    ...plan.wheels.map((wheel) => costLine(wheel)),
    removedLine(removed, 'removed'),
    renderFindings(plan.findings, { palette: colour, indent: 0, most: 4, width: context.columns }),
  ].join('');
}

function setLine({ wheels, parts, choices }: SplitPlan): string {
  const split = wheels.filter((wheel) => wheel.split !== undefined).length;
  const kept = wheels.length - split;
  return [
    `${plural(split, 'wheel')} ${split === 1 ? 'becomes' : 'become'} ${split + parts.length}, none over ${formatSize(choices.maxSize)}`,
    ...(kept > 0 ? [`${plural(kept, 'wheel')} as ${kept === 1 ? 'it is' : 'they are'}`] : []),
  ].join(', ');
}

/** Sizes are those written, or the most that a plan allows. */
function wheelTable(
  plan: SplitPlan,
  sizes: ReadonlyMap<string, number>,
  { colour, columns, isTerminal }: CommandContext,
): string {
  const size = (filename: string, most: number): string => {
    const exact = sizes.get(filename);
    return exact === undefined ? `at most ${formatSize(most)}` : formatSize(exact);
  };
  const rows: Cell[][] = [
    ...plan.parts.map((part) => [part.filename, size(part.filename, part.size), contentOf(part)]),
    ...plan.wheels.map(({ filename, split, originalSize }) => [
      { text: filename, style: colour.strong },
      size(filename, split?.size ?? originalSize),
      split === undefined ? 'as it is' : `main wheel, was ${formatSize(originalSize)}`,
    ]),
  ];
  return renderTable(
    [{ title: 'wheel', shrink: 'middle' }, { title: 'size', align: 'right' }, { title: 'holds' }],
    rows,
    { palette: colour, width: columns, truncate: isTerminal, indent: 2 },
  );
}

function contentOf({ members, chunks, serves, scope }: PartPlan): string {
  const what = [
    ...(members.length > 0 ? [plural(members.length, 'whole file')] : []),
    ...(chunks.length > 0 ? [plural(chunks.length, 'slice')] : []),
  ].join(', ');
  return scope === 'wheel' || serves.length < 2 ? what : `${what}, for ${serves.length} wheels`;
}

function renderWheel(wheel: WheelPlan, context: CommandContext): string {
  const { split, filename } = wheel;
  if (split === undefined) return '';
  const { colour, verbose } = context;
  return [
    `\n${colour.strong(sanitizeForTerminal(filename))}\n`,
    `  tags: ${claimText(split)}\n`,
    ...split.chunked.flatMap((cut) => cutLines(cut)),
    ...shortened(split.relocated, verbose, ({ path, to }) => [
      `  with it: ${sanitizeForTerminal(path)} -> ${sanitizeForTerminal(to)}\n`,
    ]),
    ...shortened(split.stubs, verbose, ({ path, loads }) => [
      `  stands in: ${sanitizeForTerminal(path)} for ${sanitizeForTerminal(basename(loads))}\n`,
    ]),
    ...movedLines(split, verbose),
    ...editedLines(split, verbose),
    `  requires: ${sanitizeForTerminal(split.pins.join(', '))}\n`,
    costLine(wheel),
  ].join('');
}

function claimText({ claims }: WheelSplit): string {
  return claims
    .map(
      ({ tag, holds }) => `${sanitizeForTerminal(tag)} ${holds === true ? 'earned' : 'not judged'}`,
    )
    .join(', ');
}

function cutLines({ path, size, compressedSize, chunks, reach }: PlannedCut): readonly string[] {
  const why = {
    module: 'an extension module',
    needed: 'needed by native files',
    asked: 'asked for by path',
  }[reach];
  return [
    `  cut: ${sanitizeForTerminal(path)}, ${formatSize(size)} (${formatSize(compressedSize)} compressed), ${why}\n`,
    ...chunks.map(
      ({ part, member, length }) =>
        `    ${formatSize(length).padStart(8)}  ${sanitizeForTerminal(part ?? 'main wheel')}  ${sanitizeForTerminal(member)}\n`,
    ),
  ];
}

/** Lines of a kind that are shown without --verbose, and names in one of them. */
const MOST_LINES = 12;
const MOST_NAMES = 3;

function movedLines({ moved }: WheelSplit, verbose: boolean): readonly string[] {
  return shortened(moved, verbose, ({ path, to, compressedSize, part }) => [
    `  moves: ${sanitizeForTerminal(path)}  ${formatSize(compressedSize)}  ${sanitizeForTerminal(part)}${to === path ? ', in place' : ''}\n`,
  ]);
}

function editedLines({ edited }: WheelSplit, verbose: boolean): readonly string[] {
  const most = verbose ? Infinity : MOST_NAMES;
  return shortened(edited, verbose, ({ path, finds, entries, compressedSize }) => {
    const folders = brief(entries, most);
    const libraries = brief(
      finds.map((each) => basename(each)),
      most,
    );
    return [
      `  looks in: ${sanitizeForTerminal(path)}  ${sanitizeForTerminal(folders)} for ${sanitizeForTerminal(libraries)}; keeps ${formatSize(compressedSize)} of its original\n`,
    ];
  });
}

/** Lines of each; without --verbose those of the first, and how many more there are. */
function shortened<Item>(
  items: readonly Item[],
  verbose: boolean,
  linesOf: (item: Item) => readonly string[],
): readonly string[] {
  const shown = verbose ? items : items.slice(0, MOST_LINES);
  const lines = shown.flatMap((item) => linesOf(item));
  const more = items.length - shown.length;
  return more > 0 ? [...lines, `  and ${more} more (--verbose lists them)\n`] : lines;
}

function costLine({ split, filename }: WheelPlan): string {
  if (split === undefined) return '';
  const cache =
    split.cacheSize === 0
      ? 'nothing is joined'
      : `the first import joins ${formatSize(split.cacheSize)} into the cache`;
  return `  ${sanitizeForTerminal(filename)}: ${formatSize(split.installedSize)} installed; ${cache}\n`;
}

/** Of files that go every name is told. */
function removedLine(names: readonly string[], verb: string): string {
  if (names.length === 0) return '';
  const text = removedText(names, { why: 'no set needs any more', verb, most: names.length });
  return `  ${sanitizeForTerminal(text)}\n`;
}

/** `split --json`; `output` is null for `--dry-run`. */
export function splitDocument(output: string | null, releases: readonly SplitRelease[]): object {
  return {
    schema: 'wheelworks.split/1',
    ...(output === null ? { dryRun: true } : {}),
    output,
    releases: releases.flatMap((each): readonly object[] => {
      if ('wheels' in each) return [planDocument(each)];
      return each.plan === undefined
        ? []
        : [{ ...planDocument(each.plan), files: each.files, removed: each.removed }];
    }),
    refused: releases.flatMap((each) =>
      isRefusal(each)
        ? [
            {
              wheels: each.paths,
              reasons: each.refusals.map(({ path, error }) => ({ path, error: error.toJSON() })),
            },
          ]
        : [],
    ),
  };
}

function planDocument(plan: SplitPlan): object {
  return {
    ...plan,
    wheels: plan.wheels.map(({ split, ...wheel }) => ({ ...wheel, split: split ?? null })),
  };
}
