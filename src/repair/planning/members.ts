/** What happens to the native members of a wheel. */
import {
  isLibPython,
  type Audit,
  type AuditedNative,
  type NativeFacts,
} from '../../audit/index.ts';
import type { ElfEdit } from '../../binary/elf/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Wheel } from '../../wheel/index.ts';
import type { PlannedLauncher, PlannedPatch } from '../plan.ts';
import { stackEdits, type Grafting } from './grafts.ts';
import type { NeededPaths } from './needed-paths.ts';
import type { PlanOptions } from './options.ts';
import { refuseUnknownPlaces } from './refusals.ts';
import { launcherFor, movedScript } from './scripts.ts';
import { installedPath, isBeside, searchPathEdits } from './search-paths.ts';

/** What is known when members are planned. */
export interface MemberContext {
  readonly audit: Audit;
  /** By where they are on this machine. */
  readonly graftings: ReadonlyMap<string, Grafting>;
  readonly neededPaths: NeededPaths;
  readonly options: PlanOptions;
  readonly isExcluded: (library: string) => boolean;
}

/** What changes. */
export interface PlannedMembers {
  readonly patched: readonly PlannedPatch[];
  readonly launchers: readonly PlannedLauncher[];
  readonly findings: readonly Finding[];
}

/** @throws WheelworksError `repair/unknown-place`. */
export function planMembers(wheel: Wheel, context: MemberContext): PlannedMembers {
  const { audit } = context;
  const whole = {
    ...context,
    folders: new Set(audit.subject.natives.map(({ path }) => folderOf(installedPath(path)))),
    needs: needsByMember(context),
    leansOnOthers: audit.natives.some(({ links }) =>
      links.some(({ kind, name }) => kind === 'external' && context.isExcluded(name)),
    ),
  };
  const members = audit.natives.flatMap((native) => planMember(wheel, native, whole) ?? []);
  refuseUnknownPlaces(
    wheel,
    members.flatMap(({ lost }) => lost),
  );
  const patched = members.flatMap(({ patch }) => patch ?? []);
  return {
    patched,
    launchers: patched.flatMap(({ path, to }) => (path === to ? [] : [launcherFor(path, to)])),
    findings: [
      ...removedFindings([
        ...members.flatMap(({ removed }) => removed),
        ...[...context.graftings.values()].flatMap(({ edits, library }) =>
          edits.some(({ kind }) => kind === 'remove-needed') ? [library.name] : [],
        ),
      ]),
      ...neededFindings(members.flatMap(({ embedded }) => embedded)),
    ],
  };
}

interface Whole extends MemberContext {
  readonly folders: ReadonlySet<string>;
  readonly needs: ReadonlyMap<string, readonly GraftedNeed[]>;
  readonly leansOnOthers: boolean;
}

/** A need that a grafted library meets. */
interface GraftedNeed {
  /** The name that it has now. */
  readonly from: string;
  readonly name: string;
  readonly to: string;
}

interface PlannedMember {
  readonly patch: PlannedPatch | undefined;
  /** Libraries to which no search path can lead. */
  readonly lost: readonly { readonly path: string; readonly to: string }[];
  /** The file, where a need of libpython is taken out, or stays in. */
  readonly removed: readonly string[];
  readonly embedded: readonly string[];
}

function needsByMember({
  audit,
  graftings,
}: MemberContext): ReadonlyMap<string, readonly GraftedNeed[]> {
  const needs = new Map<string, GraftedNeed[]>();
  for (const { from, name, to } of audit.graft?.links ?? []) {
    const grafting = to?.inSubject === false ? graftings.get(to.path) : undefined;
    if (!from.inSubject || grafting === undefined) continue;
    const known = needs.get(from.path) ?? [];
    known.push({ from: name, name: grafting.name, to: grafting.to });
    needs.set(from.path, known);
  }
  return needs;
}

function planMember(
  wheel: Wheel,
  native: AuditedNative,
  { audit, neededPaths, needs, options, isExcluded, folders, leansOnOthers }: Whole,
): PlannedMember | undefined {
  const { facts, links } = native;
  const { path, elf } = facts;
  if (elf === undefined || !facts.loadable) return undefined;
  const grafted = needs.get(path) ?? [];
  const unreachable = links.flatMap(({ kind, name, target }) =>
    kind === 'unreachable' && target !== undefined && !isExcluded(name) ? [target] : [],
  );
  const targets = [...grafted.map(({ to }) => to), ...unreachable];
  const script = elf.kind === 'shared-library' ? undefined : movedScript(path, wheel.filename.name);
  const at = script !== undefined && targets.length > 0 ? script : path;
  const python = links.flatMap(({ kind, name }) =>
    kind === 'external' && isLibPython(name) && !isExcluded(name) ? [name] : [],
  );
  const isModule = isImported(elf);
  const edits: readonly ElfEdit[] = [
    ...neededEdits(grafted, neededPaths.get(path)),
    ...(isModule ? python.map((name) => ({ kind: 'remove-needed', name }) as const) : []),
    ...searchPathEdits(native, { at, targets, folders, libc: audit.libc, leansOnOthers }),
    ...stackEdits(facts, options.clearExecutableStack),
  ];
  const strip = options.strip && isStrippable(native);
  const isTouched = edits.length > 0 || strip || at !== path;
  return {
    patch: isTouched ? { path, to: at, edits, strip } : undefined,
    lost: targets.filter((to) => !isBeside(at, to)).map((to) => ({ path, to })),
    removed: isModule && python.length > 0 ? [path] : [],
    embedded: !isModule && python.length > 0 ? [path] : [],
  };
}

/** Whether a file is loaded into a process that runs already: no program, and none that is a library besides. */
export function isImported({ kind, interpreter }: NonNullable<NativeFacts['elf']>): boolean {
  return kind === 'shared-library' && interpreter === undefined;
}

function neededEdits(
  grafted: readonly GraftedNeed[],
  paths: ReadonlyMap<string, string> = new Map(),
): readonly ElfEdit[] {
  const meant = new Map([
    ...[...paths].map(([name, path]) => [path, name] as const),
    ...grafted.map(({ from, name }) => [paths.get(from) ?? from, name] as const),
  ]);
  return [...meant]
    .filter(([from, to]) => from !== to)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([from, to]) => ({ kind: 'replace-needed', from, to }));
}

function isStrippable({ facts }: AuditedNative): boolean {
  const debug = facts.elf?.debug;
  return debug?.dwarf !== undefined || (debug?.symbolTableSize ?? 0) > 0;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

function removedFindings(paths: readonly string[]): readonly Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  return [
    {
      code: 'repair/libpython-removed',
      severity: 'warning',
      effect: 'users-break',
      message:
        'Modules were linked against libpython, which most Pythons do not have as a library; the need is removed.',
      path: first,
      evidence: paths.join(', '),
      hint: 'Do not link libpython: the interpreter that imports a module has its symbols (PEP 513).',
    },
  ];
}

function neededFindings(paths: readonly string[]): readonly Finding[] {
  const [first] = paths;
  if (first === undefined) return [];
  return [
    {
      code: 'repair/libpython-needed',
      severity: 'warning',
      effect: 'users-break',
      message: 'A program embeds Python: it starts only where that very libpython is installed.',
      path: first,
      evidence: paths.join(', '),
      hint: 'No wheel can carry the interpreter it is installed for: start the program from Python, or say what it needs.',
    },
  ];
}
