/** What update-openwrt-stdlib.mjs needs of the sources. */
import { readTree } from '../src/archive/tree/index.ts';
import { withImportScanner } from '../src/openwrt/dependencies/imports/scanner.ts';
import { tableOf, type StandardLibraryTable } from '../src/openwrt/dependencies/stdlib/model.ts';
import { computeStandardLibrary } from '../src/openwrt/dependencies/stdlib/compute.ts';
import { openWrtReleases } from '../src/openwrt/targets/index.ts';
import { splitDefinition } from '../src/openwrt/interpreter/index.ts';

export interface GraphRequest {
  readonly python: string;
  readonly stdlib: string;
  readonly version: string;
  readonly minor: string;
  readonly builtin: readonly string[];
  readonly native: readonly string[];
  readonly nativeImports: ReadonlyMap<string, readonly string[]>;
}

/** The table of one interpreter's library. */
export async function graphOf(request: GraphRequest): Promise<StandardLibraryTable> {
  const { python, stdlib, version, minor, builtin, native, nativeImports } = request;
  const tree = await readTree(stdlib);
  const library = await withImportScanner({ python }, (scanner) =>
    computeStandardLibrary(tree, {
      scanner,
      source: `Lib of CPython ${version}, and what its extension modules import; by scripts/update-openwrt-stdlib.mjs`,
      version,
      builtin,
      native: [...native, ...splitModules(minor), 'turtle'],
      nativeImports,
      root: '',
    }),
  );
  return tableOf(library);
}

/** What the feed's lists name, which the interpreter at hand may have been built without, or have in another package. */
function splitModules(minor: string): string[] {
  return openWrtReleases
    .filter(({ python }) => python.minor === minor)
    .flatMap(({ name }) => {
      const { packages, light } = splitDefinition(name);
      return [...packages.flatMap(({ paths }) => paths), ...light.remove];
    })
    .flatMap((path) => /^(?:lib-dynload\/(\w+)\.|([a-z]\w*)(?:\.py)?$)/.exec(path)?.slice(1) ?? [])
    .filter((name) => name !== undefined && !LEFT_OUT.has(name));
}

const LEFT_OUT = new Set(['idlelib', 'test', 'turtledemo']);
