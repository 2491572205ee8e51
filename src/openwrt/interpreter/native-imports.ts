/** What modules in machine code import, which only a run tells; of the minors of the releases it was measured. */
import { WheelworksError } from '../../support/errors.ts';
import { standardLibrary } from '../dependencies/stdlib/load.ts';
import type { StandardLibrary, StandardModule } from '../dependencies/stdlib/model.ts';

/** Module to what it needs; empty for a minor that no release has. */
export async function nativeImports(
  minor: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const known = await standardLibrary(minor).catch(nothingKnown);
  return new Map(
    [...(known?.modules ?? [])].map(([name, { imports }]) => [
      name,
      neededOf(imports, known?.modules ?? new Map()),
    ]),
  );
}

function nothingKnown(error: unknown): undefined {
  if (error instanceof WheelworksError && error.code === 'openwrt/no-standard-library') return;
  throw error;
}

/**
 * What was measured came with all that others imported in turn, `logging` for `_asyncio`, and also with what these do
 * without, `ssl`; what is left is what the module itself needs, and circles.
 */
function neededOf(measured: readonly string[], modules: StandardLibrary['modules']): string[] {
  const needed = new Set(measured);
  const isImportedBy = (name: string, by: Iterable<string>): boolean =>
    [...by].some((each) => importsOf(modules, each).includes(name));
  const tried = new Set(measured.flatMap((name) => modules.get(name)?.optional ?? []));
  const dropped = new Set<string>();
  for (let before = -1; before !== dropped.size;) {
    before = dropped.size;
    for (const name of needed) {
      if (isImportedBy(name, needed)) continue;
      if (!tried.has(name) && !isImportedBy(name, dropped)) continue;
      needed.delete(name);
      dropped.add(name);
    }
  }
  const reached = new Map([...needed].map((name) => [name, reachedFrom(name, modules)]));
  return [...needed].filter(
    (name) =>
      ![...needed].some(
        (other) => reached.get(other)?.has(name) === true && reached.get(name)?.has(other) !== true,
      ),
  );
}

/** All that a module brings, itself only where it comes back. */
function reachedFrom(name: string, modules: StandardLibrary['modules']): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...importsOf(modules, name)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    queue.push(...importsOf(modules, next));
  }
  return found;
}

function importsOf(
  modules: ReadonlyMap<string, StandardModule>,
  name: string,
): StandardModule['imports'] {
  return modules.get(name)?.imports ?? [];
}
