/**
 * The platform tag that a wheel's native files earn, judged from the files alone: nothing depends on the host.
 *
 * A tag says what a system must provide. A library that the wheel carries is therefore no obstacle to a tag, even where no
 * search path leads to it: packages load such libraries themselves before they are needed. It is told apart in
 * `unreachable`.
 */
import type { Libc } from '../platform/index.ts';
import { mapNatives, type Wheel } from '../wheel/index.ts';
import { factsOf, isLoader, isOfSystems, needsOf, type NativeFacts } from './needs.ts';
import { reachOf, unreachableLibraries, type UnreachableLibrary } from './reach.ts';
import { judge, type BaselineVerdict, type Blocker } from './verdict.ts';

export interface ExternalLibrary {
  readonly name: string;
  readonly neededBy: readonly string[];
}

export interface WheelAudit {
  readonly natives: readonly NativeFacts[];
  /** Architecture of the loadable files; undefined without any, or when they differ. */
  readonly architecture?: string;
  readonly architectures: readonly string[];
  readonly libc?: Libc;
  /** The best platform tag that is earned; `linux_<arch>` when no baseline is met, undefined without loadable files. */
  readonly earned?: string;
  /** Other names of the same promise (`manylinux2014_x86_64`). */
  readonly aliases: readonly string[];
  /** Libraries that no baseline provides and the wheel does not carry: what a repair would have to graft. */
  readonly externalLibraries: readonly ExternalLibrary[];
  /** Libraries that the wheel carries where the loader does not find them by itself. */
  readonly unreachable: readonly UnreachableLibrary[];
  /** Library to the versions needed of it, over all files; those that the wheel carries are among them. */
  readonly versionedSymbols: Readonly<Record<string, readonly string[]>>;
  /** Every baseline of the architecture, the oldest first. */
  readonly verdicts: readonly BaselineVerdict[];
}

/** Audits a wheel. @throws WheelworksError `zip/*` for a damaged archive. */
export async function auditWheel(wheel: Wheel, jobs?: number): Promise<WheelAudit> {
  return auditNatives(await mapNatives(wheel, factsOf, jobs));
}

/** As {@link auditWheel}, for native files that were read already. */
export function auditNatives(natives: readonly NativeFacts[]): WheelAudit {
  const loadable = natives.filter((native) => native.loadable);
  const reach = reachOf(loadable);
  const needs = needsOf(loadable, reach);
  const architectures = [...new Set(loadable.flatMap(({ arch }) => arch ?? []))].sort();
  const [architecture] = architectures;
  const base = {
    natives,
    architectures,
    aliases: [],
    externalLibraries: [],
    unreachable: unreachableLibraries(loadable, reach, isOfSystems),
    versionedSymbols: mergeVersions(loadable),
    verdicts: [],
  };
  if (architecture === undefined || architectures.length > 1) return base;
  const libc = libcOf(loadable);
  const verdicts = judge(needs, architecture, libc);
  // musl baselines do not differ in anything a file shows, and a newer musl runs what an older one does not: the last.
  const met = verdicts.filter((verdict) => verdict.blockers.length === 0);
  const best = libc === 'musl' ? met.at(-1) : met[0];
  return {
    ...base,
    architecture,
    libc,
    earned: best?.tag ?? `linux_${architecture}`,
    aliases: best?.baseline.aliases.map((alias) => `${alias}_${architecture}`) ?? [],
    externalLibraries: neverProvided(verdicts),
    verdicts,
  };
}

/** A wheel whose files name no libc (static executables, data-like libraries) is judged by glibc, the larger family. */
function libcOf(natives: readonly NativeFacts[]): Libc {
  return natives.some(({ elf }) => elf?.libc === 'musl') ? 'musl' : 'glibc';
}

function mergeVersions(
  natives: readonly NativeFacts[],
): Readonly<Record<string, readonly string[]>> {
  const merged = new Map<string, Set<string>>();
  for (const { elf } of natives) {
    for (const [library, names] of Object.entries(elf?.versions ?? {})) {
      if (isLoader(library)) continue;
      const known = merged.get(library) ?? new Set();
      for (const name of names) known.add(name);
      merged.set(library, known);
    }
  }
  return Object.fromEntries(
    [...merged].sort(byKey).map(([library, names]) => [library, [...names].sort()]),
  );
}

/** Libraries that block at every baseline. */
function neverProvided(verdicts: readonly BaselineVerdict[]): readonly ExternalLibrary[] {
  const newest = verdicts.at(-1);
  const neededBy = new Map<string, Set<string>>();
  for (const { kind, library, path } of newest?.blockers ?? []) {
    if (kind !== 'library' || library === undefined) continue;
    neededBy.set(library, (neededBy.get(library) ?? new Set()).add(path));
  }
  return [...neededBy].sort(byKey).map(([name, paths]) => ({ name, neededBy: [...paths].sort() }));
}

/** The blockers between the files and a tag, or undefined when no baseline has that name. */
export function blockersFor(audit: WheelAudit, tag: string): readonly Blocker[] | undefined {
  return audit.verdicts.find(
    (verdict) =>
      verdict.tag === tag ||
      verdict.baseline.aliases.some((alias) => `${alias}_${audit.architecture ?? ''}` === tag),
  )?.blockers;
}

function byKey([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
