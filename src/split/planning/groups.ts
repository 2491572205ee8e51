/**
 * Files that must lie side by side once one of them comes out of the cache: those that need it, and what these need.
 * `$ORIGIN` in a search path then means the same there as in the installed package.
 */
import { WheelworksError } from '../../support/errors.ts';
import type { InputMember, SplitInput } from '../reading/input.ts';

/** What becomes of a file of a group. */
export type GroupRole =
  /** Stays where it is installed, and is copied into the cache from there. */
  | 'installed'
  /** A module that moves out of the way, so that it is loaded beside what it needs. */
  | 'own'
  /** It was cut. */
  | 'chunks';

/** One entry of the cache. */
export interface Group {
  /** Needed ones first. */
  readonly files: readonly { readonly member: InputMember; readonly role: GroupRole }[];
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

/**
 * The groups of the files that are cut; files that are connected share one.
 * @throws WheelworksError `split/loaded-by-code`, `split/cannot-place`.
 */
export function groupsOf(input: SplitInput, cut: ReadonlySet<string>): readonly Group[] {
  const links = linksOf(input);
  const groups: Group[] = [];
  const done = new Set<string>();
  for (const path of [...cut].sort()) {
    if (done.has(path)) continue;
    const paths = connected(path, cut, links);
    for (const each of paths.all) done.add(each);
    groups.push(groupOf(input, { ...paths, cut }));
  }
  return groups;
}

interface Links {
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly neededBy: ReadonlyMap<string, readonly string[]>;
}

function linksOf({ needs }: SplitInput): Links {
  const neededBy = new Map<string, string[]>();
  for (const [path, targets] of needs)
    for (const target of targets) neededBy.set(target, [...(neededBy.get(target) ?? []), path]);
  return { needs, neededBy };
}

interface Connected {
  readonly all: ReadonlySet<string>;
  /** Those that cannot be loaded where they are installed: cut ones, and what needs them. */
  readonly moved: ReadonlySet<string>;
}

function connected(start: string, cut: ReadonlySet<string>, links: Links): Connected {
  let all = new Set([start]);
  for (;;) {
    const moved = reached(
      [...all].filter((path) => cut.has(path)),
      links.neededBy,
    );
    const next = reached([...all, ...moved], links.needs);
    if (next.size === all.size) return { all, moved };
    all = next;
  }
}

/** Everything that edges lead to, the starts among them. */
export function reached(
  starts: readonly string[],
  edges: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const seen = new Set(starts);
  // A set gives what is added while it is gone through.
  for (const path of seen) for (const next of edges.get(path) ?? []) seen.add(next);
  return seen;
}

function groupOf(
  input: SplitInput,
  { all, moved, cut }: Connected & { readonly cut: ReadonlySet<string> },
): Group {
  const byPath = new Map(input.members.map((member) => [member.path, member]));
  const roleOf = (member: InputMember): GroupRole => {
    if (cut.has(member.path)) return 'chunks';
    if (!moved.has(member.path)) return 'installed';
    return member.stub === undefined ? 'installed' : 'own';
  };
  const files = inNeedOrder([...all].sort(), input.needs).flatMap((path) => {
    const member = byPath.get(path);
    return member === undefined ? [] : [{ member, role: roleOf(member) }];
  });
  const needs = new Map(
    [...all].sort().flatMap((path) => {
      const targets = (input.needs.get(path) ?? []).filter((target) => all.has(target));
      return targets.length === 0 ? [] : [[path, targets] as const];
    }),
  );
  refuseUnreachable(input, { files, needs, moved });
  return { files: ROLES.flatMap((role) => files.filter((file) => file.role === role)), needs };
}

const ROLES: readonly GroupRole[] = ['installed', 'own', 'chunks'];

/** What a file needs stands before it; circles are broken at their first file. */
function inNeedOrder(
  paths: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const inside = new Set(paths);
  const placed = new Set<string>();
  const place = (path: string, above: ReadonlySet<string>): void => {
    if (placed.has(path) || above.has(path)) return;
    const below = new Set(above).add(path);
    for (const next of needs.get(path) ?? []) if (inside.has(next)) place(next, below);
    placed.add(path);
  };
  for (const path of paths) place(path, new Set());
  return [...placed];
}

/**
 * A library that needs a cut file and is neither a module nor needed by one is loaded by the package's code, from where
 * it cannot work any more. So are programs.
 */
function refuseUnreachable(
  input: SplitInput,
  { files, needs, moved }: Group & Pick<Connected, 'moved'>,
): void {
  const needed = new Set([...needs.values()].flat());
  const lost = files.find(
    ({ member: { path }, role }) => role === 'installed' && moved.has(path) && !needed.has(path),
  );
  if (lost === undefined) return;
  const cut = files.filter(({ role }) => role === 'chunks').map(({ member }) => member.path);
  throw new WheelworksError(
    'split/loaded-by-code',
    `${lost.member.path} needs a file that is cut, and no module needs it in turn: code loads it by its path, where it would not find that file.`,
    {
      path: input.wheel.path,
      evidence: `${lost.member.path} needs ${cut.join(', ')}`,
      hint: `Have the code ask the joiner for it, and give --by-path ${lost.member.path} (docs/split.md); or link it into the large file.`,
    },
  );
}
