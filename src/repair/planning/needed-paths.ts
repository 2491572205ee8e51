/**
 * DT_NEEDED entries that are paths instead of names, as linkers write them for libraries without DT_SONAME.
 *
 * Specification: ld.so(8). A name with a slash is opened as it stands, relative to the current folder of the process or
 * on the machine that built it, and no search path helps.
 */
import type { NativeFacts, Subject } from '../../audit/index.ts';
import { baselines } from '../../platform/index.ts';

/** Member to the names that stand for its paths, to those paths. */
export type NeededPaths = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * The subject with the names that are meant: a path counts as its last part when the subject carries such a library,
 * every system has it, or the path is relative, and so is nothing that could be looked up. The same subject when no file
 * has such entries.
 */
export function plainNeeds(subject: Subject): {
  readonly subject: Subject;
  readonly neededPaths: NeededPaths;
} {
  const neededPaths = new Map<string, ReadonlyMap<string, string>>();
  if (!subject.natives.some(({ elf }) => elf?.needed.some(isPath))) return { subject, neededPaths };
  const carried = new Set(
    subject.natives.flatMap(({ path, elf }) => [
      lastPart(path),
      ...(elf?.soname ? [elf.soname] : []),
    ]),
  );
  const isMeant = (name: string): boolean =>
    isPath(name) &&
    (!name.startsWith('/') || carried.has(lastPart(name)) || isOfSystems(lastPart(name)));
  const natives = subject.natives.map((facts): NativeFacts => {
    const { path, elf } = facts;
    const paths = elf?.needed.filter(isMeant) ?? [];
    if (elf === undefined || paths.length === 0) return facts;
    neededPaths.set(path, new Map(paths.map((name) => [lastPart(name), name])));
    const needed = elf.needed.map((name) => (isMeant(name) ? lastPart(name) : name));
    return { ...facts, elf: { ...elf, needed: [...new Set(needed)] } };
  });
  return { subject: neededPaths.size === 0 ? subject : { ...subject, natives }, neededPaths };
}

function isPath(name: string): boolean {
  return name.includes('/');
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isOfSystems(library: string): boolean {
  return baselines.some(({ libraries }) => libraries.has(library));
}
