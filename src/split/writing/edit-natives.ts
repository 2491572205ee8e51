/** Gives native files the search paths that lead to libraries in parts, and looks whether everything is found again. */
import { reachOf, type ElfFacts, type NativeFacts } from '../../audit/index.ts';
import { applyPatch, planElfEdit, readElf, type ElfEdit } from '../../binary/elf/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { PlannedEdit, WheelSplit } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';

/**
 * Path to new content of every file that the plan gives a search path.
 * @throws WheelworksError `split/unverified` when a library is not found in the installed set that was found in the
 *   wheel; `elf/*` for a file that cannot be edited; `zip/*`, `file/*`.
 */
export async function editNatives(
  input: SplitInput,
  split: WheelSplit,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const facts = new Map(input.audit.subject.natives.map((native) => [native.path, native]));
  const made = new Map<string, Uint8Array>();
  for (const edit of split.edited) {
    const elf = facts.get(edit.path)?.elf;
    const entry = input.wheel.archive.get(edit.path);
    if (elf === undefined || entry === undefined)
      throw new TypeError(`${edit.path} is no ELF file of the wheel`);
    const bytes = await input.wheel.archive.read(entry);
    const name = `${input.wheel.path}!${edit.path}`;
    const patch = planElfEdit(readElf(bytes, { path: name }), [searchPath(elf, edit)]);
    made.set(edit.path, applyPatch(bytes, patch));
  }
  refuseLost(input, split, made);
  return made;
}

/**
 * Behind what is there, so that nothing else is found first. DT_RPATH unless there is a DT_RUNPATH: beside a new one the
 * search paths of those that load the file would no longer count (ld.so(8)).
 */
function searchPath({ rpath, runpath }: ElfFacts, { entries }: PlannedEdit): ElfEdit {
  return runpath.length > 0
    ? { kind: 'runpath', entries: [...new Set([...runpath, ...entries])] }
    : { kind: 'rpath', entries: [...new Set([...rpath, ...entries])] };
}

/** Every library that a file finds in the original is found in the installed set, and is the same one. */
function refuseLost(
  input: SplitInput,
  { moved }: WheelSplit,
  made: ReadonlyMap<string, Uint8Array>,
): void {
  const places = new Map(moved.map(({ path, to }) => [path, to]));
  const placeOf = (path: string): string => places.get(path) ?? path;
  const reach = reachOf(
    input.audit.subject.natives.map((native): NativeFacts => ({
      ...withPaths(native, made.get(native.path)),
      path: placeOf(native.path),
    })),
  );
  const lost = input.audit.natives.flatMap(({ facts: { path }, links }) =>
    links.flatMap(({ kind, name, target }) =>
      kind === 'carried' &&
      target !== undefined &&
      reach.targetOf(placeOf(path), name) !== placeOf(target)
        ? [`${placeOf(path)} does not find ${placeOf(target)}`]
        : [],
    ),
  );
  if (lost.length === 0) return;
  throw new WheelworksError(
    'split/unverified',
    'The set is not as it was planned, and was not kept: a library that moved would not be found.',
    {
      path: input.wheel.path,
      evidence: lost.slice(0, MOST_SHOWN).join('\n'),
      hint: 'This is a fault of wheelworks: please report it with this wheel.',
    },
  );
}

const MOST_SHOWN = 20;

/** The search paths as they are in the file that was made, read from it. */
function withPaths(native: NativeFacts, made: Uint8Array | undefined): NativeFacts {
  if (made === undefined || native.elf === undefined) return native;
  const { rpath, runpath } = readElf(made, { path: native.path });
  return { ...native, elf: { ...native.elf, rpath, runpath } };
}
