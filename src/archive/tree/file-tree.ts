/**
 * A file system as data: what a package carries, before it is written in one format or another.
 *
 * Invariants: paths have no leading slash, no `.` or `..` and no empty component; the root itself is not an entry; every
 * entry's parent is there and is a directory. So whatever a tree holds lies below the folder it is written to.
 */
import { WheelworksError } from '../../support/errors.ts';

/** Who owns an entry, by name, as packages say it. */
export interface TreeOwner {
  readonly user: string;
  readonly group: string;
}

/** Bytes in memory, or a file of this machine that is read when they are asked for. */
export type TreeContent = { readonly bytes: Uint8Array } | { readonly file: string };

export interface TreeFile {
  readonly kind: 'file';
  /** Permission bits with set-id and sticky: `0o644`. */
  readonly mode: number;
  /** In bytes. */
  readonly size: number;
  readonly content: TreeContent;
  /** root when absent. */
  readonly owner?: TreeOwner;
}

export interface TreeDirectory {
  readonly kind: 'directory';
  readonly mode: number;
  readonly owner?: TreeOwner;
}

export interface TreeSymlink {
  readonly kind: 'symlink';
  /** As it stands in the link; it may dangle, and may be absolute. */
  readonly target: string;
  readonly owner?: TreeOwner;
}

export type TreeEntry = TreeFile | TreeDirectory | TreeSymlink;

const SURROGATE = /[\uD800-\uDFFF]/;

/** The mode of directories that nobody described. */
const DIRECTORY_MODE = 0o755;

export class FileTree {
  readonly #entries = new Map<string, TreeEntry>();

  static from(entries: Iterable<readonly [string, TreeEntry]>): FileTree {
    const tree = new FileTree();
    for (const [path, entry] of entries) tree.set(path, entry);
    return tree;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(path: string): TreeEntry | undefined {
    return this.#entries.get(path);
  }

  has(path: string): boolean {
    return this.#entries.has(path);
  }

  /**
   * Puts an entry at a path, in the place of a file or link that is there; missing parents become directories.
   * @throws WheelworksError `tree/unsafe-path` for a path that is not plain, `tree/path-conflict` where a directory would
   *   become something else, or a parent is no directory.
   */
  set(path: string, entry: TreeEntry): void {
    requirePlain(path);
    const known = this.#entries.get(path);
    if (known?.kind === 'directory' && entry.kind !== 'directory')
      throw conflict(path, `a directory is there, and a ${entry.kind} was to take its place`);
    this.#addParents(path);
    this.#entries.set(path, entry);
  }

  /** Takes an entry away, with everything below it; whether there was one. */
  delete(path: string): boolean {
    const entry = this.#entries.get(path);
    if (entry === undefined) return false;
    if (entry.kind === 'directory')
      for (const below of this.#entries.keys())
        if (below.startsWith(`${path}/`)) this.#entries.delete(below);
    return this.#entries.delete(path);
  }

  /** All entries sorted by path, byte by byte, so that a directory comes before what it holds. */
  entries(): [string, TreeEntry][] {
    const paths = [...this.#entries.keys()];
    // Without surrogates the order of UTF-16 is that of UTF-8, and a sort of strings many times faster.
    if (paths.some((path) => SURROGATE.test(path))) paths.sort(comparePaths);
    else paths.sort();
    return paths.flatMap((path): [string, TreeEntry][] => {
      const entry = this.#entries.get(path);
      return entry === undefined ? [] : [[path, entry]];
    });
  }

  /** The files, sorted by path. */
  files(): [string, TreeFile][] {
    return this.entries().filter((each): each is [string, TreeFile] => each[1].kind === 'file');
  }

  clone(): FileTree {
    const copy = new FileTree();
    for (const [path, entry] of this.#entries) copy.#entries.set(path, entry);
    return copy;
  }

  #addParents(path: string): void {
    for (let end = path.lastIndexOf('/'); end !== -1; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end);
      const known = this.#entries.get(parent);
      if (known?.kind === 'directory') return;
      if (known !== undefined) throw conflict(path, `its parent ${parent} is a ${known.kind}`);
      this.#entries.set(parent, { kind: 'directory', mode: DIRECTORY_MODE });
    }
  }
}

/** Byte order of UTF-8, which is code point order and not that of UTF-16. */
export function comparePaths(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function requirePlain(path: string): void {
  const plain =
    path !== '' &&
    !path.includes('\0') &&
    path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  if (!plain)
    throw new WheelworksError('tree/unsafe-path', `${JSON.stringify(path)} is no plain path.`, {
      evidence: path,
      hint: 'Paths in a package are relative to its root and have no empty, "." or ".." component.',
    });
}

function conflict(path: string, evidence: string): WheelworksError {
  return new WheelworksError('tree/path-conflict', `${path} cannot be two things.`, {
    path,
    evidence,
  });
}
