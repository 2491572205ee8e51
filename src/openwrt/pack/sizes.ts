/** How large a package is in each layout: on the device, the same whatever layout is packed, and compressed. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { contentOf, type FileTree, type TreeFile } from '../../archive/tree/index.ts';
import { moduleOf, recordsOf } from './layout-records.ts';
import type { PackLayout, PackSize } from './model.ts';

const compress = promisify(gzip);

/** Parts of a package that come together in different ways. */
export interface PackParts {
  /** In every layout. */
  readonly rest: readonly TreeFile[];
  readonly sources: readonly TreeFile[];
  /** The sources that stay beside bytecode. */
  readonly kept: readonly TreeFile[];
  readonly bytecode: readonly TreeFile[];
  /** RECORD, which lists other files in each layout. */
  readonly records: Readonly<Record<PackLayout, readonly TreeFile[]>>;
}

/**
 * The three sizes: bytes of all files, and of the same behind gzip, as both package managers compress; headers of archives
 * are not counted.
 */
export async function layoutSizes({
  rest,
  sources,
  kept,
  bytecode,
  records,
}: PackParts): Promise<Readonly<Record<PackLayout, PackSize>>> {
  const all = [rest, sources, kept, bytecode, records.source, records.bytecode, records.both];
  const [ofRest, ofSources, ofKept, ofBytecode, ...ofRecords] = await Promise.all(all.map(sizeOf));
  const [inSource, inBytecode, inBoth] = ofRecords;
  return {
    bytecode: sum(ofRest, ofKept, ofBytecode, inBytecode),
    source: sum(ofRest, ofSources, inSource),
    both: sum(ofRest, ofSources, ofBytecode, inBoth),
  };
}

/**
 * The same where packages were made of bytecode and of sources, whose own sizes tell what they compress to within a
 * twentieth: only what is in both layouts is compressed again. In small ones headers weigh, and all is compressed in a moment.
 * @param packages the package, and its twin when it has one; bytes
 */
export async function twinSizes(
  parts: PackParts,
  [main, twin]: readonly [number, number],
): Promise<Readonly<Record<PackLayout, PackSize>>> {
  const { rest, sources, kept, bytecode, records } = parts;
  if (bytesOf([...rest, ...sources, ...bytecode]) <= SMALL) return layoutSizes(parts);
  const both = main + twin;
  const compressed = { bytecode: main, both, source: (await sizeOf(rest)).compressed + twin };
  const of = (layout: PackLayout, ...files: readonly (readonly TreeFile[])[]): PackSize => ({
    installed: [rest, ...files, records[layout]].reduce((sum, each) => sum + bytesOf(each), 0),
    compressed: compressed[layout],
  });
  return {
    bytecode: of('bytecode', kept, bytecode),
    source: of('source', sources),
    both: of('both', sources, bytecode),
  };
}

function bytesOf(files: readonly TreeFile[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}

/** Bytes of a package whose own headers would be a good part of what it compresses to. */
const SMALL = 1 << 16;

/** Up to how many bytes everything is compressed; of more a part of this size, which is compressed in a moment. */
const SAMPLE = 1 << 22;
/** Of a sample: twice as long as what deflate looks back. */
const BLOCK = 1 << 16;

/** Of files together, as they would lie one after the other in an archive; of many bytes the compressed ones by a sample. */
export async function sizeOf(files: readonly TreeFile[]): Promise<PackSize> {
  const all = Buffer.concat(await Promise.all(files.map(contentOf)));
  // A package may have no other source than an empty __init__.py.
  if (all.length === 0) return { installed: 0, compressed: 0 };
  const sample = all.length <= SAMPLE ? all : sampleOf(all);
  const { length } = await compress(sample);
  return { installed: all.length, compressed: Math.round((length * all.length) / sample.length) };
}

/** Blocks that are evenly apart, from the first to the last. */
function sampleOf(all: Buffer): Buffer {
  const blocks = SAMPLE / BLOCK;
  const step = (all.length - BLOCK) / (blocks - 1);
  return Buffer.concat(
    Array.from({ length: blocks }, (_, index) => {
      const start = Math.floor(index * step);
      return all.subarray(start, start + BLOCK);
    }),
  );
}

function sum(...sizes: readonly (PackSize | undefined)[]): PackSize {
  return {
    installed: sizes.reduce((total, size) => total + (size?.installed ?? 0), 0),
    compressed: sizes.reduce((total, size) => total + (size?.compressed ?? 0), 0),
  };
}

/**
 * Divides a package whose modules were compiled. With `both`, which keeps every source, it cannot tell of a source whether
 * something else than an import uses it: such a one is not counted beside bytecode.
 * @param compiled the package of bytecode
 * @param sources its twin
 */
export function partsOf(compiled: FileTree, sources: FileTree): PackParts {
  const files = [...compiled.files(), ...sources.files()].filter(
    ([path]) => !path.endsWith('.dist-info/RECORD'),
  );
  const ending = (suffix: string): [string, TreeFile][] =>
    files
      .filter(([path]) => path.endsWith(suffix))
      // Where bytecode lies depends on the layout, and the order of files on where they lie.
      .sort(([one], [other]) => (moduleOf(one) < moduleOf(other) ? -1 : 1));
  const rest = files.filter(([path]) => !/\.pyc?$/.test(path));
  const [ofSources, ofBytecode] = [ending('.py'), ending('.pyc')];
  const modules = new Set(ofBytecode.map(([path]) => moduleOf(path)));
  const kept = ofSources.filter(([path]) => compiled.has(path) || !modules.has(moduleOf(path)));
  const contents = (each: readonly [string, TreeFile][]): TreeFile[] =>
    each.map(([, file]) => file);
  return {
    rest: contents(rest),
    sources: contents(ofSources),
    kept: contents(kept),
    bytecode: contents(ofBytecode),
    records: recordsOf({ tree: compiled, rest, sources: ofSources, kept, bytecode: ofBytecode }),
  };
}
