/**
 * What an index has, on disk and in memory.
 *
 * A file is taken in this order: its bytes are flushed under a temporary name, linked to the name of their digest, what is
 * served beside them is written, the fact goes into the journal and is flushed, and only then does anybody see it. An end
 * between any two of these leaves either the whole file, or nothing but bytes that the next start removes.
 */
import { link, mkdir, mkdtemp, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { fileError, systemErrorCode, WheelworksError } from '../../support/errors.ts';
import type { IndexState, StoredFile } from '../state.ts';
import { parseFact, type Fact, type FileFact } from './facts.ts';
import { lockFolder, type Unlock } from './folder-lock.ts';
import { openJournal, type Journal } from './journal.ts';
import { storeLayout, type StoreLayout } from './layout.ts';
import { createMemoryState, type MemoryState } from './memory-state.ts';
import { damagedFiles, prepareFolders, removeOrphans } from './recover.ts';

/** What comes with a file that is taken. */
export interface FileParts {
  /** Where its bytes are; flushed already, on the disk of the store. */
  readonly path: string;
  readonly metadata?: Uint8Array;
  readonly provenance?: string;
}

export interface Store {
  readonly state: IndexState;
  readonly layout: StoreLayout;
  /** What opening had to do, in sentences for people. */
  readonly repairs: readonly string[];
  /** Bytes that are not what was taken; they are not served. */
  isDamaged(file: StoredFile): boolean;
  /** Bytes of what is served beside a file. */
  sizeOf(path: string): Promise<number>;
  /** An empty folder for one upload. */
  uploadFolder(): Promise<string>;
  takeFile(fact: FileFact, parts: FileParts): Promise<void>;
  record(fact: Exclude<Fact, FileFact>): Promise<void>;
  /** Keeps the facts of now under a name, in place of an earlier snapshot of that name. */
  snapshot(name: string): Promise<void>;
  /** @throws WheelworksError `serve/no-snapshot`. */
  restore(name: string): Promise<void>;
  /** As new: no facts at all. Snapshots stay. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** Told of every change: the projects whose pages are others now, or undefined for all. */
export type ChangeListener = (projects: readonly string[] | undefined) => void;

/**
 * Opens the store in a folder, which is made when missing.
 * @throws WheelworksError `serve/not-ours`, `serve/in-use`, `serve/damaged-journal`, `file/*`.
 */
export async function openStore(root: string, changed: ChangeListener): Promise<Store> {
  const layout = storeLayout(root);
  await requireOwnFolder(root, layout);
  const unlock = await lockFolder(layout.lock);
  try {
    return await openLocked(layout, { changed, unlock });
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** A folder of distributions would not be served, and littered. */
async function requireOwnFolder(root: string, { journal }: StoreLayout): Promise<void> {
  const names = await readdir(root).catch((error: unknown): string[] => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw fileError(error, root);
  });
  if (names.length === 0 || names.includes(basename(journal))) return;
  // A start that was cut off has made nothing but these.
  if (names.every((name) => OWN_NAMES.has(name))) return;
  throw new WheelworksError('serve/not-ours', `${root} holds other things than an index.`, {
    path: root,
    evidence: names.slice(0, 5).join(', '),
    hint: 'Name an empty folder, or none. Files that are ready are served as they are by wheelworks index and any web server.',
  });
}

const OWN_NAMES: ReadonlySet<string> = new Set([
  'server.lock',
  'incoming',
  'contents',
  'snapshots',
  'used-tokens',
]);

interface Holder {
  readonly changed: ChangeListener;
  readonly unlock: Unlock;
}

async function openLocked(layout: StoreLayout, { changed, unlock }: Holder): Promise<Store> {
  await prepareFolders(layout);
  let { journal, facts }: { journal: Journal; facts: readonly Fact[] } = await openJournal(
    layout.journal,
  );
  let state: MemoryState = createMemoryState(facts);
  const orphans = await removeOrphans(layout, await namedContents(layout, facts));
  let damaged = await damagedFiles(layout, allFiles(state));
  const gate = createGate();

  const add = (fact: Fact): Promise<void> =>
    gate.shared(async () => {
      await journal.append(fact);
      changed(state.apply(fact));
    });
  const begin = async (text: string): Promise<void> => {
    await journal.close();
    await writeFileAtomic(layout.journal, async (handle) => handle.writeFile(text), {
      fsyncDirectory: true,
    });
    ({ journal, facts } = await openJournal(layout.journal));
    state = createMemoryState(facts);
    damaged = await damagedFiles(layout, allFiles(state));
    changed(undefined);
  };
  return {
    get state() {
      return state;
    },
    layout,
    repairs: [
      ...(orphans === 0 ? [] : [`Removed ${orphans} contents of unfinished uploads.`]),
      ...damaged.map(({ filename }) => `${filename} is damaged on disk and not served.`),
    ],
    isDamaged: ({ sha256 }) => damaged.some((file) => file.sha256 === sha256),
    sizeOf: async (path) => (await stat(path)).size,
    uploadFolder: () => mkdtemp(join(layout.incoming, 'upload-')),
    async takeFile(fact, parts) {
      await gate.shared(async () => {
        await keepContents(layout, fact.file, parts);
        await journal.append(fact);
        changed(state.apply(fact));
      });
    },
    record: add,
    snapshot: (name) =>
      gate.alone(async () => {
        const text = await readFile(layout.journal);
        await writeFlushed(layout.snapshot(checkedName(name)), text);
      }),
    restore: (name) =>
      gate.alone(async () => begin(await readSnapshot(layout.snapshot(checkedName(name)), name))),
    reset: () => gate.alone(() => begin('')),
    close: () =>
      gate.alone(async () => {
        try {
          await journal.close();
        } finally {
          await unlock();
        }
      }),
  };
}

async function keepContents(
  layout: StoreLayout,
  { sha256 }: StoredFile,
  { path, metadata, provenance }: FileParts,
): Promise<void> {
  const target = layout.content(sha256);
  await mkdir(dirname(target), { recursive: true });
  if (metadata !== undefined) await writeFlushed(layout.metadata(sha256), metadata);
  if (provenance !== undefined) await writeFlushed(layout.provenance(sha256), provenance);
  try {
    await link(path, target);
  } catch (error) {
    // Named by their digest, contents that are there are these.
    if (systemErrorCode(error) !== 'EEXIST') throw fileError(error, target);
  }
  await flushFolder(dirname(target));
}

async function writeFlushed(path: string, content: string | Uint8Array): Promise<void> {
  await writeFileAtomic(path, async (handle) => handle.writeFile(content));
}

async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function allFiles(state: IndexState): readonly StoredFile[] {
  return [...state.projects.values()].flatMap(({ files }) => [...files.values()]);
}

/** Digests that the journal or a snapshot names. */
async function namedContents(
  layout: StoreLayout,
  facts: readonly Fact[],
): Promise<ReadonlySet<string>> {
  const kept = (await readdir(layout.snapshots)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(
    kept.map((name) => readFile(join(layout.snapshots, name), 'utf8')),
  );
  const snapshots = texts.flatMap((text) => text.split('\n').map(parseFact));
  const digests = [...facts, ...snapshots].flatMap((fact) =>
    fact?.fact === 'file' ? [fact.file.sha256] : [],
  );
  return new Set(digests);
}

function checkedName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,63}$/i.test(name)) return name;
  throw new WheelworksError('serve/no-snapshot', 'That is no name for a snapshot.', {
    evidence: name,
    hint: 'Use up to 64 letters, digits, - and _.',
  });
}

async function readSnapshot(path: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw fileError(error, path);
    throw new WheelworksError('serve/no-snapshot', `There is no snapshot ${name}.`, {
      hint: 'Make one first.',
    });
  }
}

interface Gate {
  /** Beside others of its kind. */
  shared<Result>(work: () => Promise<Result>): Promise<Result>;
  /** After everything that is under way, before everything that comes later. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
}

function createGate(): Gate {
  let barrier: Promise<unknown> = Promise.resolve();
  const underWay = new Set<Promise<unknown>>();
  return {
    async shared(work) {
      await barrier;
      const running = work();
      underWay.add(running);
      try {
        return await running;
      } finally {
        underWay.delete(running);
      }
    },
    alone(work) {
      const result = barrier.then(async () => {
        await Promise.allSettled(underWay);
        return work();
      });
      barrier = result.catch(() => {});
      return result;
    },
  };
}

export async function removeUpload(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}
