/** What to say when the main wheel is too large and nothing more may move. */
import { basename } from 'node:path/posix';
import { WheelworksError } from '../../support/errors.ts';
import { inputName, type InputMember } from '../reading/input.ts';
import { formatSizeExact } from '../sizes.ts';
import { largestFirst, unitCost } from './bins.ts';
import { leftCost, memberCost } from './costs.ts';
import type { Stuck, WheelState } from './state.ts';

const MOST_SHOWN = 8;

/** `split/cannot-place` for a main wheel that is still over the limit: the largest files in it, and why each stays. */
export function mainTooLarge(state: WheelState): WheelworksError {
  const { input, main } = state;
  const left = remaining(state);
  const lines = left
    .slice(0, MOST_SHOWN)
    .map(
      (member) =>
        `${member.path}: ${formatSizeExact(member.entry.compressedSize)} compressed, ${reasonOf(state, member)}`,
    );
  return new WheelworksError(
    'split/cannot-place',
    `What has to stay in the main wheel of ${inputName(input)} is ${formatSizeExact(-main.room)} larger than the limit.`,
    {
      path: input.wheel.path,
      evidence: lines.join('\n'),
      hint: [
        ...waysOut(state, left),
        '`wheelworks split --advise` says what would make the wheel smaller.',
      ].join(' '),
    },
  );
}

/** All options at once that make the main wheel fit, of the largest files that a part could carry; and what they ask for. */
function waysOut(state: WheelState, left: readonly InputMember[]): readonly string[] {
  const { names } = state.input;
  const able = left.filter((member) => mayBeNamed(state, member));
  const [first] = able;
  if (first === undefined) return [];
  const named: InputMember[] = [];
  let over = -state.main.room;
  for (const member of able) {
    if (over <= 0 || named.length === MOST_NAMED) break;
    named.push(member);
    over -= memberCost(member.path, member.entry.compressedSize) - leftCost(member.path);
  }
  if (over > 0)
    return [
      `--in-place is not enough: without the ${named.length} largest files that a part could carry the main wheel is still ${formatSizeExact(over)} over the limit.`,
    ];
  const options = named.map(({ path }) => `--in-place ${path}`).join(' ');
  return [
    `This is enough for the limit: ${options}. Parts then carry these files where they are installed, and an upgrade with pip removes them (docs/split.md).`,
    `For a file that only the package's code opens, --by-path can stand for --in-place, and upgrades are safe: the code has to ask for it, from ${names.cache} import path.`,
  ];
}

const MOST_NAMED = 24;

/** Whether a part could carry a file in place: not what is loaded from the cache, nor what finds libraries that moved. */
function mayBeNamed({ input, cuts, moved }: WheelState, member: InputMember): boolean {
  const { path, isFixed, sha256 } = member;
  const isOwn = cuts.groups.some(({ files }) =>
    files.some((file) => file.member === member && file.role !== 'installed'),
  );
  const needsMoved = input.needs.get(path)?.some((target) => moved.has(target)) === true;
  return !isFixed && sha256 !== undefined && !isOwn && !needsMoved;
}

/** Files that are still in the main wheel, the largest first. */
function remaining({ input, cuts, moved }: WheelState): readonly InputMember[] {
  const cut = new Set(cuts.files.map(({ member }) => member.path));
  return largestFirst(input.members.filter(({ path }) => !cut.has(path) && !moved.has(path)));
}

function reasonOf({ input, cuts, stuck }: WheelState, member: InputMember): string {
  const { path, isFixed, isNative, stub } = member;
  if (isFixed) return 'metadata, or installed elsewhere';
  if (cuts.groups.some(({ files }) => files.some((file) => file.member.path === path)))
    return 'loaded beside a file that was cut, and small, named by code, or needed where it is installed';
  if (stub !== undefined) return 'an extension module';
  const why = stuck.get(path);
  if (why?.kind === 'no-gain')
    return 'a library whose move would cost as much: files that need it would keep their originals';
  if (why?.kind === 'together') return togetherText(why);
  if (!isNative) return 'data, found by its path';
  const isNeeded = [...input.needs.values()].some((targets) => targets.includes(path));
  return isNeeded
    ? 'a library that code names, or that needs one which must stay'
    : 'a native file that no other needs, found by its path';
}

/** Files that only together find each other, with what each takes of the room that there is. */
function togetherText({ unit, capacity }: Extract<Stuck, { kind: 'together' }>): string {
  const largest = largestFirst(unit);
  const shown = largest
    .slice(0, MOST_TOGETHER)
    .map(({ path, entry }) => `${basename(path)} ${formatSizeExact(entry.compressedSize)}`);
  const more = largest.length - shown.length;
  const list = more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
  return `it has to lie with what it needs (${list}): ${formatSizeExact(unitCost(unit))}, and a part has room for ${formatSizeExact(capacity)}`;
}

const MOST_TOGETHER = 4;
