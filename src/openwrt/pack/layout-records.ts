/** RECORD as each layout of a package has it, for its size: with the paths and sizes of the files, and no true hashes. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { FileTree, TreeFile } from '../../archive/tree/index.ts';
import { formatInstalledRecord, type RecordEntry } from '../../packaging/index.ts';
import type { PackLayout } from './model.ts';

type Files = readonly (readonly [string, TreeFile])[];

interface RecordedFiles {
  /** Whose links are recorded, and whose metadata tells whether there is a RECORD at all. */
  readonly tree: FileTree;
  readonly rest: Files;
  readonly sources: Files;
  readonly kept: Files;
  readonly bytecode: Files;
}

/** One RECORD for each layout; none for a package without metadata. */
export function recordsOf(files: RecordedFiles): Readonly<Record<PackLayout, readonly TreeFile[]>> {
  const { tree, rest, sources, kept, bytecode } = files;
  const distInfo = rest
    .map(([path]) => posix.dirname(path))
    .find((path) => path.endsWith('.dist-info') && tree.has(`${path}/METADATA`));
  if (distInfo === undefined) return { source: [], bytecode: [], both: [] };
  const [, minor = ''] = /(?:^|\/)python(\d+\.\d+)\//.exec(distInfo) ?? [];
  const links = tree.entries().flatMap(([path, { kind }]) => (kind === 'symlink' ? [path] : []));
  const record = (...groups: readonly Files[]): TreeFile[] => [
    recordFile(groups.flat(), { links, distInfo }),
  ];
  const beside = placed(bytecode, sources, minor);
  return {
    source: record(rest, sources),
    bytecode: record(rest, kept, placed(bytecode, kept, minor)),
    both: record(rest, sources, beside),
  };
}

/** Bytecode where Python looks for it: in the place of the source, or in `__pycache__` beside one that is there. */
function placed(bytecode: Files, sources: Files, minor: string): Files {
  const there = new Set(sources.map(([path]) => moduleOf(path)));
  return bytecode.map(([path, file]) => {
    const module = moduleOf(path);
    if (!there.has(module) || minor.startsWith('2.')) return [`${module}.pyc`, file];
    const name = `${posix.basename(module)}.cpython-${minor.replace('.', '')}.pyc`;
    return [posix.join(posix.dirname(module), '__pycache__', name), file];
  });
}

function recordFile(
  files: Files,
  { links, distInfo }: { readonly links: readonly string[]; readonly distInfo: string },
): TreeFile {
  const site = posix.dirname(distInfo);
  const rows: RecordEntry[] = [
    ...links.map((path) => ({ path: posix.relative(site, path) })),
    ...files.map(([path, { size }]) => ({
      path: posix.relative(site, path),
      // As long as that of the content, and as hard to compress.
      hash: { algorithm: 'sha256', digest: createHash('sha256').update(path).digest('base64url') },
      size,
    })),
  ];
  const bytes = Buffer.from(
    formatInstalledRecord(rows, posix.relative(site, `${distInfo}/RECORD`)),
  );
  return { kind: 'file', mode: 0o644, size: bytes.length, content: { bytes } };
}

/** The path of a module without its ending, wherever its bytecode lies: `pkg/foo`. */
export function moduleOf(path: string): string {
  return path.replace(/(?:__pycache__\/([^/]+)\.cpython-\d+)?\.pyc?$/, '$1');
}
