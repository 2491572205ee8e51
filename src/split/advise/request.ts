/**
 * A request for a higher limit, in the words of the form that PyPI's administrators ask for: what the files prove is
 * filled in, what only the project knows stands between angle brackets.
 *
 * Source: the form "File Limit Request" of github.com/pypi/support (2026-08).
 */
import { formatVersion } from '../../packaging/index.ts';
import type { LimitRequest, Saving, SavingKind, WheelAdvice } from './model.ts';
import type { WheelFacts } from './wheel-facts.ts';

/** A wheel, measured and judged. */
export interface AdvisedWheel {
  readonly facts: WheelFacts;
  readonly advice: WheelAdvice;
}

/**
 * The request for the largest of wheels that are over the limit; undefined when the index takes every one without.
 * @param given bytes that the index takes for a file of anybody: a lower limit is of another index, or the user's own
 */
export function limitRequest(
  wheels: readonly AdvisedWheel[],
  given: number,
): LimitRequest | undefined {
  const over = wheels
    .filter(({ advice }) => advice.verdict.status !== 'under')
    .sort((left, right) => right.advice.size - left.advice.size);
  const [largest] = over;
  if (largest === undefined || largest.advice.size <= given) return undefined;
  const newLimit = limitFor(largest.advice.size);
  return { newLimit, text: requestText(largest, wheels, newLimit) };
}

const MEBIBYTE = 1 << 20;
/** Limits are given in round numbers, and releases grow. */
const LIMIT_STEP = 50 * MEBIBYTE;
const ROOM = 1.1;

function limitFor(size: number): number {
  return Math.ceil((size * ROOM) / LIMIT_STEP) * LIMIT_STEP;
}

function requestText(
  largest: AdvisedWheel,
  wheels: readonly AdvisedWheel[],
  newLimit: number,
): string {
  const { facts } = largest;
  const name = facts.metadata?.name ?? facts.filename.name;
  const release = wheels.reduce((sum, { advice }) => sum + advice.size, 0);
  const fields: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Project URL', [`https://pypi.org/project/${name}/`]],
    ['New limit', [`${newLimit / MEBIBYTE} MiB a file`]],
    ['Which index', ['PyPI <or TestPyPI>']],
    ['About the project', aboutLines(facts)],
    ['What we did to make it smaller', effortLines(largest)],
    ['Reasons for the request', reasonLines(largest)],
    [
      'For a limit of the whole project',
      [
        `The ${wheels.length === 1 ? 'file' : `${wheels.length} files`} measured ${wheels.length === 1 ? 'has' : 'have'} ${mebibytes(release)} together <all files of a release: ... MiB>.`,
        '<How often there is a release, and how many are kept.>',
      ],
    ],
  ];
  return fields.map(([title, lines]) => `### ${title}\n\n${lines.join('\n')}\n`).join('\n');
}

function aboutLines({ metadata, filename }: WheelFacts): readonly string[] {
  const urls = [
    ...(metadata?.homePage === undefined ? [] : [metadata.homePage]),
    ...(metadata?.projectUrls ?? []).map(({ url }) => url),
  ];
  const [url] = urls;
  return [
    `${metadata?.name ?? filename.name} ${formatVersion(filename.version)}: ${metadata?.summary ?? '<what it is>'}`,
    ...(url === undefined ? [] : [url]),
    '<How old the project is, who stands behind it, how many use it.>',
  ];
}

/** What was not found is what was done. */
const DONE: readonly (readonly [kind: SavingKind, text: string])[] = [
  ['strip', 'Native files carry no debug sections and no symbol tables.'],
  ['separate-debug', 'No separate debug information is in the wheel.'],
  ['duplicate', 'No file is there twice.'],
  ['same-library', 'No library is there in two builds.'],
  ['deflate', 'Members are compressed about as well as deflate can.'],
  ['leftover', 'Tests, headers, static libraries, sources, documentation and caches are left out.'],
];

function effortLines({ advice }: AdvisedWheel): readonly string[] {
  const counted = advice.savings.filter(isWorthIt(advice.size));
  const found = new Set(counted.map(({ kind }) => kind));
  const done = DONE.filter(([kind]) => !found.has(kind)).map(([, text]) => `- ${text}`);
  const open = counted
    .filter(({ isExcluded }) => isExcluded !== true)
    .map(
      ({ title, download, downloadBasis }) =>
        `- <Not done yet, or say why not> ${title}: ${mebibytes(download)} (${downloadBasis}).`,
    );
  return [...done, ...open];
}

/** What saves less than a hundredth is nobody's reason. */
function isWorthIt(size: number): (saving: Saving) => boolean {
  return ({ download }) => download >= size / 100;
}

function reasonLines({ advice }: AdvisedWheel): readonly string[] {
  const { filename, size, installedSize, members, verdict } = advice;
  const shown = members.slice(0, 3).map((member) => {
    const parts = member.parts
      .slice(0, 3)
      .map((part) => `${part.name} ${mebibytes(part.download)}`)
      .join(', ');
    return `- ${member.path}: ${mebibytes(member.download)} compressed, ${mebibytes(member.installed)} installed${parts === '' ? '' : ` (${parts})`}`;
  });
  return [
    `${filename} has ${mebibytes(size)}, ${mebibytes(installedSize)} installed; the limit is ${mebibytes(verdict.maxSize)}. Most of it is:`,
    '',
    ...shown,
    '',
    ...(verdict.after < size
      ? [`With everything above done it would have ${mebibytes(verdict.after)}.`]
      : []),
    '<Why this cannot be split into packages by component, or downloaded when it is needed.>',
  ];
}

function mebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
