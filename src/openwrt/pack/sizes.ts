/** How large a package is in each layout: on the device, and compressed. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { contentOf, type FileTree, type TreeFile } from '../../archive/tree/index.ts';
import type { PackLayout, PackSize } from './model.ts';

const compress = promisify(gzip);

/** Parts of a package that come together in different ways. */
export interface PackParts {
  /** In every layout. */
  readonly rest: readonly TreeFile[];
  /** Sources that bytecode can stand for. */
  readonly sources: readonly TreeFile[];
  readonly bytecode: readonly TreeFile[];
}

/**
 * The three sizes: bytes of all files, and of the same behind gzip, as both package managers compress; headers of archives
 * are not counted.
 */
export async function layoutSizes(
  parts: PackParts,
): Promise<Readonly<Record<PackLayout, PackSize>>> {
  const [rest, sources, bytecode] = await Promise.all([
    sizeOf(parts.rest),
    sizeOf(parts.sources),
    sizeOf(parts.bytecode),
  ]);
  return {
    bytecode: sum(rest, bytecode),
    source: sum(rest, sources),
    both: sum(rest, sources, bytecode),
  };
}

/**
 * The same where packages of bytecode and of sources were made, whose own sizes tell what they compress to: only what is in
 * both layouts is compressed again.
 * @param packages the package, and its twin when it has one; bytes
 */
export async function twinSizes(
  parts: PackParts,
  [main, twin]: readonly [number, number],
): Promise<Readonly<Record<PackLayout, PackSize>>> {
  const rest = await sizeOf(parts.rest);
  const installed = (files: readonly TreeFile[]): number =>
    files.reduce((total, { size }) => total + size, 0);
  const bytecode = { installed: rest.installed + installed(parts.bytecode), compressed: main };
  const sources = { installed: installed(parts.sources), compressed: twin };
  return { bytecode, source: sum(rest, sources), both: sum(bytecode, sources) };
}

/** Of files together, as they would lie one after the other in an archive. */
export async function sizeOf(files: readonly TreeFile[]): Promise<PackSize> {
  if (files.length === 0) return { installed: 0, compressed: 0 };
  const contents = await Promise.all(files.map(contentOf));
  const all = Buffer.concat(contents);
  return { installed: all.length, compressed: (await compress(all)).length };
}

function sum(...sizes: readonly PackSize[]): PackSize {
  return {
    installed: sizes.reduce((total, { installed }) => total + installed, 0),
    compressed: sizes.reduce((total, { compressed }) => total + compressed, 0),
  };
}

/**
 * Divides a package whose modules were compiled.
 * @param compiled the package of bytecode
 * @param sources its twin
 */
export function partsOf(compiled: FileTree, sources: FileTree): PackParts {
  const isBytecode = (path: string): boolean => path.endsWith('.pyc');
  const files = compiled.files();
  return {
    rest: files.filter(([path]) => !isBytecode(path)).map(([, file]) => file),
    bytecode: files.filter(([path]) => isBytecode(path)).map(([, file]) => file),
    sources: sources.files().map(([, file]) => file),
  };
}
