/** What the wheels of a release could save together: one abi3 wheel in place of several, files that all of them carry. */
import { basename } from 'node:path';
import { judgeStableAbi, loadStableAbi, type StableAbi } from '../../platform/index.ts';
import { groupBy } from '../../support/group-by.ts';
import type { ReleaseAdvice, SharedAdvice, StableAbiAdvice } from './model.ts';
import type { MemberFacts, WheelFacts } from './wheel-facts.ts';

/** Compares the wheels of a release; undefined for fewer than two. */
export async function adviseRelease(
  wheels: readonly WheelFacts[],
): Promise<ReleaseAdvice | undefined> {
  if (wheels.length < 2) return undefined;
  const table = await loadStableAbi();
  const platforms = [
    ...groupBy(wheels, ({ filename }) => filename.tags.platforms.toSorted().join('.')),
  ];
  return {
    size: wheels.reduce((sum, { size }) => sum + size, 0),
    abi3: platforms.flatMap(([platform, group]) => stableAbi(platform, group, table) ?? []),
    shared: platforms.flatMap(([platform, group]) => shared(platform, group) ?? []),
  };
}

/** The minor release that a wheel is for alone; undefined for abi3 wheels, other Pythons and those without a GIL. */
function onlyMinor({ filename: { tags } }: WheelFacts): number | undefined {
  const [interpreter = '', ...others] = tags.interpreters;
  const match = /^cp3(\d+)$/.exec(interpreter);
  const isOwn = others.length === 0 && tags.abis.length === 1 && tags.abis[0] === interpreter;
  return match === null || !isOwn ? undefined : Number(match[1]);
}

function stableAbi(
  platform: string,
  group: readonly WheelFacts[],
  table: StableAbi,
): StableAbiAdvice | undefined {
  const own = group
    .flatMap((wheel) => {
      const minor = onlyMinor(wheel);
      return minor === undefined ? [] : [{ wheel, minor }];
    })
    .sort((left, right) => left.minor - right.minor);
  const [oldest] = own;
  if (oldest === undefined || own.length < 2) return undefined;
  const modules = oldest.wheel.members.filter(({ native }) => native?.elf?.isModule === true);
  if (modules.length === 0) return undefined;
  const verdicts = modules.map(({ native }) =>
    judgeStableAbi(
      native?.elf?.pythonImports ?? [],
      { abi: 'abi3', floor: [3, oldest.minor] },
      table,
    ),
  );
  const outside = verdicts.map((verdict) => [
    ...verdict.outside.map(({ symbol }) => symbol),
    ...verdict.unknown,
  ]);
  const floor = Math.max(...verdicts.map((verdict) => verdict.floor[1]));
  const replaced = own.filter(({ minor }) => minor >= floor);
  if (replaced.length < 2) return undefined;
  const sizes = replaced.map(({ wheel }) => wheel.size);
  return {
    platform,
    wheels: replaced.map(({ wheel }) => basename(wheel.path)),
    saves: sizes.reduce((sum, size) => sum + size, 0) - Math.max(...sizes),
    ready: outside.filter((symbols) => symbols.length === 0).length,
    modules: modules.length,
    floor: `3.${floor}`,
    obstacles: [...groupBy(outside.flat(), (symbol) => symbol)]
      .map(([symbol, uses]) => ({ symbol, modules: uses.length }))
      .sort((left, right) => right.modules - left.modules || (left.symbol < right.symbol ? -1 : 1)),
  };
}

/** Smaller files are not worth a companion. */
const SMALLEST_SHARED = 64 << 10;
/** And all of them together neither. */
const LEAST_SHARED = 1 << 20;

function shared(platform: string, group: readonly WheelFacts[]): SharedAdvice | undefined {
  const [first, ...others] = group;
  if (first === undefined || others.length === 0) return undefined;
  const known = others.map(
    ({ members }) => new Map(members.map((member) => [member.path, member.identity])),
  );
  const isShared = ({ path, identity, compressedSize }: MemberFacts): boolean =>
    compressedSize >= SMALLEST_SHARED &&
    !path.endsWith('.py') &&
    known.every((identities) => identities.get(path) === identity);
  const members = first.members
    .filter(isShared)
    .toSorted((left, right) => right.compressedSize - left.compressedSize);
  const perWheel = members.reduce((sum, { compressedSize }) => sum + compressedSize, 0);
  if (perWheel < LEAST_SHARED) return undefined;
  return {
    platform,
    wheels: group.map(({ path }) => basename(path)),
    saves: perWheel * others.length,
    perWheel,
    members: members.map(({ path }) => path),
  };
}
