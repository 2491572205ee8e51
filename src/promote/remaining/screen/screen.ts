/**
 * Tells on all cores which members of archives need no closer look: those that surely hold no spelling of a version.
 *
 * Inflating everything is what a promotion takes most of its time for. Compressed bytes are read in runs here, and
 * inflated and searched in threads, each run by whoever is free.
 */
import { Worker } from 'node:worker_threads';
import {
  planRawRuns,
  readRawRun,
  type RawMember,
  type RawRun,
  type ZipArchive,
  type ZipEntry,
} from '../../../archive/zip/index.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { mapParallel } from '../../../support/parallel.ts';
import type { Spellings } from '../../text/spellings.ts';
import { COMPRESSION_MAGICS } from '../compression.ts';
import { isCommon } from '../search.ts';
import workerSource from './worker.js?raw';

/** Larger ones are not held: they are searched as they stream by. */
const LARGEST_SCREENED = 16 << 20;
/** Bytes of content below which a thread takes longer to start than it saves. */
const WORTH_A_THREAD = 8 << 20;

/** Threads that look for the same versions in one archive after the other. */
export interface Screen {
  /** Members of an archive that is a file which need no closer look. One that is not among them may be clean all the same. */
  clean(archive: ZipArchive, entries: readonly ZipEntry[]): Promise<ReadonlySet<ZipEntry>>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** A screen that starts its threads when there is work for them. */
export function openScreen(
  versions: readonly Spellings[],
  { jobs, signal }: { readonly jobs: number; readonly signal: AbortSignal },
): Screen {
  const threads: Thread[] = [];
  return {
    async clean(archive, entries) {
      const wanted = entries.filter(
        ({ size, compressedSize }) =>
          size <= LARGEST_SCREENED && compressedSize <= LARGEST_SCREENED,
      );
      const total = wanted.reduce((sum, { size }) => sum + size, 0);
      if (versions.length === 0 || total < WORTH_A_THREAD) return new Set();
      const runs = planRawRuns(archive, wanted);
      while (threads.length < Math.min(jobs, runs.length)) threads.push(startThread(versions));
      // One more than there are threads is read while they work.
      const clean = await mapParallel(runs, threads.length + 1, async (run) => {
        signal.throwIfAborted();
        return screenRun(run, threads);
      });
      return new Set(clean.flat());
    },
    async close() {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
    },
  };
}

/** What cannot be read has its error told by the closer look. */
async function screenRun(run: RawRun, threads: readonly Thread[]): Promise<readonly ZipEntry[]> {
  let members: readonly RawMember[];
  try {
    members = await readRawRun(run);
  } catch (error) {
    if (error instanceof WheelworksError) return [];
    throw error;
  }
  const [idlest] = threads.toSorted((left, right) => left.waiting.size - right.waiting.size);
  const clean = await idlest?.ask(members);
  return members.flatMap(({ entry }, index) => (clean?.[index] === true ? [entry] : []));
}

interface Thread {
  readonly worker: Worker;
  /** Whom answers are for; one that is never given is "nothing is clean". */
  readonly waiting: Map<number, (clean: readonly boolean[]) => void>;
  ask(members: readonly RawMember[]): Promise<readonly boolean[]>;
}

function startThread(versions: readonly Spellings[]): Thread {
  const worker = new Worker(workerSource, {
    eval: true,
    // The caller's loaders and preloaded modules are not for it.
    execArgv: [],
    env: {},
    workerData: {
      versions: versions.map(({ needle, pattern }) => ({
        needle,
        source: pattern.source,
        flags: pattern.flags,
        isNeedleCommon: isCommon(needle),
      })),
      magics: COMPRESSION_MAGICS.map(([, magic]) => magic),
    },
  });
  const waiting = new Map<number, (clean: readonly boolean[]) => void>();
  let asked = 0;
  let isGone = false;
  const giveUp = (): void => {
    isGone = true;
    for (const answer of waiting.values()) answer([]);
    waiting.clear();
  };
  worker.on('error', giveUp).on('exit', giveUp);
  worker.on('message', ({ id, clean }: { readonly id: number; readonly clean: boolean[] }) => {
    waiting.get(id)?.(clean);
    waiting.delete(id);
  });
  return {
    worker,
    waiting,
    ask(members) {
      const [first] = members;
      if (isGone || first === undefined) return Promise.resolve([]);
      const id = asked;
      asked += 1;
      return new Promise((resolve) => {
        waiting.set(id, resolve);
        const { buffer } = first.data;
        const request = { id, bytes: new Uint8Array(buffer), members: members.map(placeOf) };
        worker.postMessage(request, buffer instanceof ArrayBuffer ? [buffer] : []);
      });
    },
  };
}

/** Where a member's data lie in the bytes that are handed over, and what must come out of them. */
function placeOf({ entry, data }: RawMember): object {
  return {
    start: data.byteOffset,
    end: data.byteOffset + data.byteLength,
    isDeflated: entry.method === METHOD_DEFLATE,
    size: entry.size,
    crc: entry.crc32,
  };
}

/** APPNOTE 4.4.5; all others are stored, or were refused when they were read. */
const METHOD_DEFLATE = 8;
