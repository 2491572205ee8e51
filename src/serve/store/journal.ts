/**
 * The journal of an index: a line of JSON for every fact, only ever added to.
 *
 * A fact counts once its line, with the line's end, is on the disk. What a crash leaves of a last line is cut off when the
 * journal is opened; anything wrong before that is damage, and refused.
 */
import { open, readFile, type FileHandle } from 'node:fs/promises';
import { fileError, systemErrorCode, WheelworksError } from '../../support/errors.ts';
import { parseFact, type Fact } from './facts.ts';

export interface Journal {
  /** Resolves when the fact is on the disk. Facts that come together are flushed together. */
  append(fact: Fact): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal at `path`, which is made when missing.
 * @throws WheelworksError `serve/damaged-journal` for a line in its midst that is no fact; `file/*`.
 */
export async function openJournal(
  path: string,
): Promise<{ readonly journal: Journal; readonly facts: readonly Fact[] }> {
  const bytes = await readIfThere(path);
  const { facts, length } = readFacts(bytes, path);
  try {
    const handle = await open(path, 'a');
    if (length < bytes.length) {
      await handle.truncate(length);
      await handle.sync();
    }
    return { journal: appender(handle), facts };
  } catch (error) {
    throw fileError(error, path);
  }
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw fileError(error, path);
  }
}

const LINE_END = 0x0a;

/** The facts, and how many bytes of the journal are whole lines. */
function readFacts(
  bytes: Buffer,
  path: string,
): { readonly facts: readonly Fact[]; readonly length: number } {
  const length = bytes.lastIndexOf(LINE_END) + 1;
  const lines = bytes.toString('utf8', 0, length).split('\n').slice(0, -1);
  const facts = lines.map((line, index) => {
    const fact = parseFact(line);
    if (fact === undefined)
      throw new WheelworksError('serve/damaged-journal', `Line ${index + 1} is no fact.`, {
        path,
        evidence: line.slice(0, 80),
        hint: 'Put the folder back from a copy, or start with an empty one.',
      });
    return fact;
  });
  return { facts, length };
}

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

function appender(handle: FileHandle): Journal {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let failure: unknown;

  const writeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        // After one failure nobody knows where the last line ends: nothing more is promised.
        if (failure !== undefined) throw failure;
        await handle.appendFile(batch.map(({ line }) => line).join(''));
        await handle.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        failure = error;
        for (const { failed } of batch) failed(error);
      }
    }
    writing = undefined;
  };
  return {
    append: (fact) =>
      new Promise((done, failed) => {
        waiting.push({ line: `${JSON.stringify(fact)}\n`, done, failed });
        writing ??= writeAll();
      }),
    async close() {
      await writing;
      await handle.close();
    },
  };
}
