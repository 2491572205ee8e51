import type { FileTree } from '../../../archive/tree/index.ts';
import { withImportScanner, type ScannerOptions } from '../imports/scanner.ts';
import { computeStandardLibrary } from './compute.ts';
import type { StandardLibrary } from './model.ts';

export interface LibraryFromTreeOptions {
  readonly reader: ScannerOptions;
  /** Of the same minor: it knows what is linked into the interpreter, and what modules in machine code import. */
  readonly like: StandardLibrary;
  /** Where the tree is from. */
  readonly source: string;
}

/**
 * The graph of a standard library at hand: of a router's, with its patches, or of an interpreter that was built.
 * @throws WheelworksError `openwrt/no-reader`, `openwrt/no-standard-library`, `process/cancelled`, `file/*`.
 */
export async function libraryFromTree(
  tree: FileTree,
  { reader, like, source }: LibraryFromTreeOptions,
): Promise<StandardLibrary> {
  return withImportScanner(reader, (scanner) =>
    computeStandardLibrary(tree, {
      scanner,
      source,
      version: like.version,
      builtin: like.builtin,
      native: [...like.modules.keys()].filter(
        (name) => name.startsWith('_') && !name.includes('.'),
      ),
      nativeImports: new Map([...like.modules].map(([name, { imports }]) => [name, imports])),
    }),
  );
}
