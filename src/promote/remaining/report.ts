/** What still says the old version, told to people: every place with its lines, and what keeps files from being written. */
import type { ErrorReport } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';
import type { PromotionFile } from '../plan-file.ts';
import type { Place, PlaceFound } from './places.ts';

/** Files that are shown; past that a pattern is what helps. */
const MOST_PLACES = 12;
/** Lines that are shown of one file. */
const MOST_LINES = 8;

/** What keeps files from being written: each place once, in however many files of the set it is. */
export function remainingProblems(files: readonly PromotionFile[]): readonly ErrorReport[] {
  const blocking = files.flatMap(({ member, change, remaining }) =>
    remaining
      .filter(({ allowed }) => !allowed)
      .map((place) => ({ place, text: placeLines(place).join('\n'), member, change })),
  );
  const [first] = blocking;
  if (first === undefined) return [];
  const groups = [...groupBy(blocking, ({ text }) => text).values()];
  const more = groups.length - MOST_PLACES;
  const holders = new Set(blocking.map(({ member }) => member.filename));
  const isText = blocking.some(({ place }) => place.kind === 'text');
  return [
    {
      code: 'promote/version-remains',
      message:
        holders.size === 1
          ? `${first.member.filename} would still say ${first.change?.fromText ?? ''}.`
          : `${holders.size} files of the set would still say the old version.`,
      path: first.member.path,
      evidence: [
        ...groups.slice(0, MOST_PLACES).map((group) => told(group, files.length)),
        ...(more > 0 ? [`and ${more} more ${more === 1 ? 'file' : 'files'}`] : []),
      ].join('\n'),
      hint: `${isText ? 'Declare text files with --rewrite PATTERN; allow' : 'Allow'} what may stay with --allow PATTERN.`,
    },
  ];
}

function told(group: readonly { readonly text: string }[], all: number): string {
  const [first] = group;
  const [head = '', ...lines] = (first?.text ?? '').split('\n');
  const where = group.length > 1 ? ` (in ${group.length} of ${all} files of the set)` : '';
  return [`${head}${where}`, ...lines].join('\n');
}

/**
 * `pkg/lib.so: elf .rodata at 0x2010: v3.12.0rc1` for a single one; for more a line for each, below the file's own line,
 * up to a number and how many more there are.
 */
export function placeLines(place: Place): readonly string[] {
  const { path, count, found } = place;
  const [first] = found;
  if (first === undefined) return [path];
  if (count === 1) return [`${path}: ${spotLine(place, first)}`];
  const shown = found.slice(0, MOST_LINES);
  const more = count - shown.length;
  return [
    `${path}: ${count} times`,
    ...shown.map((spot) => `  ${spotLine(place, spot)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function spotLine({ kind }: Place, { line, section, offset, context }: PlaceFound): string {
  if (kind === 'name') return `its name: ${context}`;
  const where =
    line === undefined
      ? `${kind}${section === undefined ? '' : ` ${section}`} at 0x${offset.toString(16)}`
      : `line ${line}`;
  return `${where}: ${context}`;
}
