/** How long the interpreter takes to start, from bytecode and from sources, when this machine can run it. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentOf, type FileTree } from '../../archive/tree/index.ts';
import { runProcess } from '../../support/process.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';

export interface StartUpCase {
  /** `-c` program. */
  readonly program: string;
  /** Milliseconds, the median of the runs. */
  readonly bytecode: number;
  readonly source: number;
}

export interface StartUpMeasure {
  readonly runs: number;
  readonly cases: readonly StartUpCase[];
}

/** A start without anything, and one with what many programs import. */
const PROGRAMS = ['pass', 'import json, argparse, logging, subprocess'];

export interface MeasureOptions {
  /** `usr/bin/python3.13`. */
  readonly program: string;
  /** Runs of each case. Default 5. */
  readonly runs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Lays both trees out in a folder and starts their interpreter, each once before it counts. No bytecode is written, so that
 * every run from sources compiles them, as on a router, whose CPython is configured so.
 * @returns undefined when this machine cannot run it
 * @throws WheelworksError `file/*`, `process/cancelled`.
 */
export async function measureStartUp(
  bytecode: FileTree,
  source: FileTree,
  { program, runs = 5, signal }: MeasureOptions,
): Promise<StartUpMeasure | undefined> {
  return withTemporaryDirectory('wheelworks-start-', async (directory) => {
    const roots = [join(directory, 'bytecode'), join(directory, 'source')] as const;
    await layOut(bytecode, roots[0]);
    await layOut(source, roots[1]);
    const cases: StartUpCase[] = [];
    for (const text of PROGRAMS) {
      const times: number[] = [];
      for (const root of roots) {
        const time = await medianTime(root, { program, text, runs, signal });
        if (time === undefined) return undefined;
        times.push(time);
      }
      const [first = 0, second = 0] = times;
      cases.push({ program: text, bytecode: first, source: second });
    }
    return { runs, cases };
  });
}

async function layOut(tree: FileTree, root: string): Promise<void> {
  for (const [path, entry] of tree.entries()) {
    const file = join(root, path);
    if (entry.kind === 'directory') await mkdir(file, { recursive: true });
    else {
      await mkdir(dirname(file), { recursive: true });
      if (entry.kind === 'symlink') await symlink(entry.target, file);
      else await writeFile(file, await contentOf(entry), { mode: entry.mode });
    }
  }
}

interface Run {
  readonly program: string;
  readonly text: string;
  readonly runs: number;
  readonly signal: AbortSignal | undefined;
}

async function medianTime(
  root: string,
  { program, text, runs, signal }: Run,
): Promise<number | undefined> {
  const times: number[] = [];
  for (let index = 0; index <= runs; index += 1) {
    const result = await runProcess(join(root, program), ['-B', '-s', '-c', text], {
      cwd: root,
      env: { LD_LIBRARY_PATH: join(root, 'usr/lib'), PYTHONHOME: join(root, 'usr') },
      timeoutMs: 60_000,
      ...(signal === undefined ? {} : { signal }),
    }).catch(() => undefined);
    if (result?.exitCode !== 0) return undefined;
    if (index > 0) times.push(result.seconds * 1000);
  }
  times.sort((one, other) => one - other);
  return times[Math.floor(times.length / 2)];
}
