import type { ChildProcess } from 'node:child_process';
import { BoundedText, LineSplitter } from './bounded-output.ts';
import type { ProcessOptions, ProcessResult } from './process.ts';

const DEFAULT_OUTPUT_LIMIT = 16 << 20;
const LAST_LINES = 30;

/** What a child has written so far. */
export interface ProcessOutput {
  /** Bytes of both streams so far. */
  received(): number;
  /**
   * Takes no more output.
   * @throws what `onLine` threw.
   */
  end(): void;
  result(): Pick<ProcessResult, 'stdout' | 'stderr' | 'truncated' | 'lastLines'>;
}

/** Listens to both streams of a child; `onFailure` is called once, when `options.onLine` throws. */
export function collectOutput(
  child: ChildProcess,
  options: Pick<ProcessOptions, 'onLine' | 'outputLimit'>,
  onFailure: () => void,
): ProcessOutput {
  const limit = options.outputLimit ?? DEFAULT_OUTPUT_LIMIT;
  const texts = { stdout: new BoundedText(limit), stderr: new BoundedText(limit) };
  const lastLines: string[] = [];
  let received = 0;
  let failure: { error: unknown } | undefined;
  const takeLine = (line: string, stream: 'stdout' | 'stderr'): void => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    if (failure !== undefined) return;
    try {
      options.onLine?.(line, stream);
    } catch (error) {
      // Thrown from an event handler it would end the whole run; it belongs to whoever started the process.
      failure = { error };
      onFailure();
    }
  };
  const splitters = (['stdout', 'stderr'] as const).map((stream) => {
    const splitter = new LineSplitter((line) => takeLine(line, stream));
    child[stream]?.on('data', (chunk: Uint8Array) => {
      received += chunk.length;
      texts[stream].push(chunk);
      splitter.push(chunk);
    });
    // Reading fails when the stream is closed under a grandchild; there is nothing more to learn from it.
    child[stream]?.on('error', () => {});
    return splitter;
  });
  return {
    received: () => received,
    end() {
      for (const splitter of splitters) splitter.end();
      if (failure !== undefined) throw failure.error;
    },
    result: () => ({
      stdout: texts.stdout.toString(),
      stderr: texts.stderr.toString(),
      truncated: texts.stdout.truncated || texts.stderr.truncated,
      lastLines,
    }),
  };
}
