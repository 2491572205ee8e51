import { withImportScanner } from '../dependencies/imports/scanner.ts';
import { computeStandardLibrary } from '../dependencies/stdlib/compute.ts';
import type { ImportGraph } from './close-state.ts';
import type { SplitDefinition } from './definition.ts';
import python2 from './data/imports-2.7.json' with { type: 'json' };
import { nativeImports } from './native-imports.ts';
import { optionalModules } from './missing.ts';
import type { InstalledInterpreter } from './read-interpreter.ts';

export interface GraphOptions {
  /** Absolute path of a Python 3 of this machine, which reads the syntax of the files; it runs nothing of them. */
  readonly python: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * What each module of an interpreter imports whenever it is imported, on a router. Of Python 2, whose syntax nothing
 * here reads, it is what was measured of 2.7.18, the last one.
 * @throws WheelworksError `openwrt/no-reader`, `process/cancelled`, `file/*`.
 */
export async function readImportGraph(
  { tree, library, version, minor, builtins, series }: InstalledInterpreter,
  definition: SplitDefinition,
  options: GraphOptions,
): Promise<ImportGraph> {
  if (series === 'python') return python2Imports();
  const measured = await nativeImports(minor);
  const { modules } = await withImportScanner(options, (scanner) =>
    computeStandardLibrary(tree, {
      scanner,
      source: library,
      version,
      builtin: builtins,
      native: optionalModules(definition),
      root: library,
      nativeImports: measured,
    }),
  );
  return new Map([...modules].map(([name, { imports }]) => [name, imports]));
}

/** Of the modules of the standard library, as scripts/record-python2-imports.py found them. */
export function python2Imports(): ImportGraph {
  return new Map(Object.entries(python2.modules));
}
