/** One interpreter that compiles: started once, fed through a pipe. The protocol is that of compile.py. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { dirname } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import { startError } from '../../support/process-errors.ts';
import { stopGroup, trackChild } from '../../support/process-group.ts';
import script from './compile.py?raw';
import { decodeAnswer, encodeRequest, type CompileAnswer, type CompileRequest } from './answers.ts';
import { exactReads } from './exact-reads.ts';

export interface CompileWorker {
  /** The number that its bytecode begins with: 3571. */
  readonly magic: number;
  /** `3.13.9`. */
  readonly version: string;
  /**
   * Answers come in the order of the questions; many may be under way.
   * @throws WheelworksError `openwrt/interpreter-ended`.
   */
  compile(request: CompileRequest): Promise<CompileAnswer>;
  close(): Promise<void>;
}

export interface WorkerOptions {
  /** The `-O` or `-OO` of Python: 1 leaves out assert statements, 2 docstrings too. */
  readonly optimize: 0 | 1 | 2;
  /** Of which it gets what leads to its own libraries; nothing that changes what it compiles. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const GRACE = 500;
/** Magic number and version. */
const GREETING = 8;

/**
 * Starts an interpreter and waits until it has said which bytecode it makes.
 * @throws WheelworksError `process/not-found`, `process/not-executable`, `process/cannot-start`,
 *   `openwrt/interpreter-ended` when it ends before.
 */
export async function startWorker(python: string, options: WorkerOptions): Promise<CompileWorker> {
  const child = start(python, options);
  const forget = child.pid === undefined ? () => {} : trackChild(child.pid);
  const read = exactReads(child.stdout);
  const end = watchEnd(child, python);
  const close = async (): Promise<void> => {
    forget();
    child.stdin.destroy();
    child.stdout.destroy();
    if (child.exitCode === null && child.pid !== undefined) await stopGroup(child.pid, GRACE);
  };
  const readOrFail = async (length: number, about: string): Promise<Buffer> => {
    const bytes = await read(length);
    if (bytes === undefined) throw await end(about);
    return bytes;
  };
  const readAnswer = async (about: string): Promise<CompileAnswer> => {
    const head = await readOrFail(8, about);
    const body = await readOrFail(head.readUInt32LE(4), about);
    return decodeAnswer(head.readUInt32LE(0), body, about);
  };
  try {
    const greeting = await readOrFail(GREETING, 'its start');
    let turn: Promise<unknown> = Promise.resolve();
    return {
      magic: greeting.readUInt16LE(0),
      version: versionOf(greeting.readUInt32LE(4)),
      compile(request) {
        child.stdin.write(encodeRequest(request));
        const mine = turn.then(() => readAnswer(request.path));
        turn = mine.catch(() => {});
        return mine;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The seed of hashes is fixed, since sets among the constants are written in the order of their hashes. `-W ignore`: an
 * escape that is none is a warning for the author of a package, not for who packs it.
 */
function start(python: string, { optimize, env }: WorkerOptions): ChildProcessWithoutNullStreams {
  const kept = Object.entries(env).filter(([name]) => !/^_*(?:PYTHON|PYVENV)/.test(name));
  const level = optimize === 0 ? [] : [`-${'O'.repeat(optimize)}`];
  try {
    return spawn(python, ['-s', '-S', '-B', '-W', 'ignore', ...level, '-c', script], {
      cwd: dirname(python),
      env: { ...Object.fromEntries(kept), PYTHONHASHSEED: '0' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    throw startError(error, python);
  }
}

const LAST_WORDS = 1000;

/** Tells, when an answer did not come, why: that it was never started, or how it ended. */
function watchEnd(
  child: ChildProcessWithoutNullStreams,
  python: string,
): (about: string) => Promise<unknown> {
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-LAST_WORDS);
  });
  // What it does not read is told by its end.
  child.stdin.on('error', () => {});
  const outcome = new Promise<{ error?: unknown; how?: string }>((resolve) => {
    child.once('error', (error) => resolve({ error: startError(error, python) }));
    child.once('close', (code, signal) =>
      resolve({ how: signal === null ? `exit code ${String(code)}` : `signal ${signal}` }),
    );
  });
  return async (about) => {
    const { error, how } = await outcome;
    if (error !== undefined) return error;
    return new WheelworksError('openwrt/interpreter-ended', `${python} ended at ${about}.`, {
      path: python,
      evidence: [how, words.trim()].filter((text) => text !== '').join('\n'),
      hint: 'Name another interpreter with --python; when it ends at one file, leave that file out with a - line.',
    });
  };
}

/** `3.13.9` of `sys.hexversion`. */
function versionOf(hex: number): string {
  return [hex >>> 24, (hex >>> 16) & 0xff, (hex >>> 8) & 0xff].join('.');
}
