/** What a router can do without, with the lines of a filespec that leave it out. */
import type { FileTree, TreeFile } from '../../archive/tree/index.ts';
import type { SizeAdvice } from './model.ts';
import { sizeOf } from './sizes.ts';

interface Kind {
  readonly what: SizeAdvice['what'];
  /** The part of a path below site-packages (or of all, for `root`) that is left out, or undefined. */
  readonly cut: (path: string) => string | undefined;
}

const SUFFIXES: Readonly<Record<'stubs' | 'headers' | 'windows', readonly string[]>> = {
  stubs: ['pyi'],
  headers: ['h', 'hpp', 'hh', 'pxd', 'pyx', 'c', 'cc', 'cpp'],
  windows: ['exe', 'dll', 'bat', 'ps1'],
};

/** Folders that only people read. */
const DOCUMENTS = /^usr\/(?:share\/)?(?:man|doc|docs)(?=\/)/;
const TESTS = /^(.*?\/site-packages\/(?:.*?\/)?tests?)\//;

/**
 * Groups of files that a package works without as a rule, the largest first. A package that imports its own tests needs
 * them all the same: the advice is to be tried.
 * @param tree as it will be on the device
 */
export async function sizeAdvice(tree: FileTree): Promise<readonly SizeAdvice[]> {
  const groups = new Map<SizeAdvice['what'], { files: TreeFile[]; cuts: Set<string> }>();
  for (const [path, file] of tree.files()) {
    const kind = KINDS.find(({ cut }) => cut(path) !== undefined);
    if (kind === undefined) continue;
    const group = groups.get(kind.what) ?? { files: [], cuts: new Set<string>() };
    group.files.push(file);
    group.cuts.add(kind.cut(path) ?? '');
    groups.set(kind.what, group);
  }
  const advice = await Promise.all(
    [...groups].map(async ([what, { files, cuts }]) => ({
      what,
      files: files.length,
      size: await sizeOf(files),
      lines: [...cuts].sort().map((cut) => `-|/${cut}`),
    })),
  );
  return advice.sort((one, other) => other.size.installed - one.size.installed);
}

function bySuffix(what: keyof typeof SUFFIXES): Kind {
  return {
    what,
    cut: (path) => {
      const [, site = ''] = /^(.*?\/site-packages)\//.exec(path) ?? [];
      const suffix = SUFFIXES[what].find((each) => path.endsWith(`.${each}`));
      return site === '' || suffix === undefined ? undefined : `${site}/**/*.${suffix}`;
    },
  };
}

const KINDS: readonly Kind[] = [
  { what: 'tests', cut: (path) => TESTS.exec(path)?.[1] },
  bySuffix('stubs'),
  { what: 'headers', cut: (path) => /^usr\/include\/[^/]+\/[^/]+/.exec(path)?.[0] },
  bySuffix('headers'),
  bySuffix('windows'),
  { what: 'documents', cut: (path) => DOCUMENTS.exec(path)?.[0] },
];
