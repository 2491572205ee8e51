/** Interpreters that compile side by side, all of the target's bytecode. */
import { WheelworksError } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { CompileAnswer, CompileRequest } from './answers.ts';
import { startWorker, type CompileWorker, type WorkerOptions } from './worker.ts';

export interface CompilerOptions extends Partial<WorkerOptions> {
  /** Path of an interpreter. */
  readonly python: string;
  /** The number that the target's bytecode begins with. */
  readonly magic: number;
  /** Interpreters at work at once; the bytes do not depend on it. */
  readonly jobs: number;
  /** Ends the interpreters at once, whatever they are at. */
  readonly signal?: AbortSignal;
}

export interface Compiler {
  /** Path of the interpreter, and what it calls itself: `3.13.9`. */
  readonly python: string;
  readonly version: string;
  readonly magic: number;
  /** In the order of the requests. @throws WheelworksError `openwrt/interpreter-ended`; what `signal` was aborted with. */
  compile(requests: readonly CompileRequest[]): Promise<readonly CompileAnswer[]>;
}

/**
 * Has interpreters compile for the time of `work`. The first is started at once, further ones when there is much to do.
 * @throws WheelworksError `openwrt/wrong-magic` when the interpreter makes other bytecode than the target reads,
 *   `process/*` when it cannot be started; and whatever `work` throws.
 */
export async function withCompiler<Result>(
  options: CompilerOptions,
  work: (compiler: Compiler) => Promise<Result>,
): Promise<Result> {
  const pool = createPool(options);
  const { signal } = options;
  const stop = (): void => {
    void pool.close();
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const { magic, version } = await pool.first();
    if (magic !== options.magic) throw wrongMagic(options, magic, version);
    return await work({
      python: options.python,
      version,
      magic,
      async compile(requests) {
        try {
          const lots = lotsOf(requests);
          const answers = await mapParallel(lots, options.jobs * LOTS_AHEAD, async (lot) => {
            signal?.throwIfAborted();
            return pool.compile(lot);
          });
          return answers.flat();
        } catch (error) {
          // That the interpreter ended is what was asked for then.
          signal?.throwIfAborted();
          throw error;
        }
      },
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    await pool.close();
  }
}

/** Lots given out for each interpreter: one that it works on, and one so that it never waits. */
const LOTS_AHEAD = 2;

interface Pool {
  first(): Promise<CompileWorker>;
  compile(lot: readonly CompileRequest[]): Promise<CompileAnswer[]>;
  close(): Promise<void>;
}

/** Gives each lot to the interpreter with the fewest; a further one is started when all have some. */
function createPool(options: CompilerOptions): Pool {
  const { python, jobs, optimize = 0, env = {} } = options;
  const workers: Promise<CompileWorker>[] = [];
  const busy: number[] = Array.from({ length: Math.max(1, jobs) }, () => 0);
  const workerOf = (index: number): Promise<CompileWorker> =>
    (workers[index] ??= startWorker(python, { optimize, env }));
  return {
    first: () => workerOf(0),
    async compile(lot) {
      const index = busy.indexOf(Math.min(...busy));
      busy[index] = (busy[index] ?? 0) + 1;
      try {
        const worker = await workerOf(index);
        return await Promise.all(lot.map((request) => worker.compile(request)));
      } finally {
        busy[index] = (busy[index] ?? 1) - 1;
      }
    },
    async close() {
      const started = await Promise.allSettled(workers);
      const running = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      await Promise.all(running.map((worker) => worker.close()));
    },
  };
}

/** Bytes of source sent to one interpreter at a time: enough to keep it at work, little enough to spread evenly. */
const LOT = 64 << 10;

function lotsOf(requests: readonly CompileRequest[]): CompileRequest[][] {
  const lots: CompileRequest[][] = [];
  let room = 0;
  for (const request of requests) {
    if (room <= 0 || lots.length === 0) {
      lots.push([]);
      room = LOT;
    }
    lots.at(-1)?.push(request);
    room -= request.source.length + 1;
  }
  return lots;
}

function wrongMagic(
  { python, magic }: CompilerOptions,
  found: number,
  version: string,
): WheelworksError {
  return new WheelworksError(
    'openwrt/wrong-magic',
    `The bytecode of ${python} is not what the target reads.`,
    {
      path: python,
      evidence: `Python ${version} writes ${String(found)}, the target reads ${String(magic)}`,
      hint: 'Name an interpreter of the minor version of the target with --python: from your distribution, `uv python install`, `pyenv install`, or a container image of that version. Any of the same magic number will do, on any architecture.',
    },
  );
}
