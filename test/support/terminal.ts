/** A command in a terminal of its own (a pseudo-terminal of Python's), and somebody who types. */
import { spawn } from 'node:child_process';
import script from './terminal.py?raw';

/** What must be shown, as a regular expression of Python, and what is then typed. */
export type Turn = readonly [shown: string, typed: string];

export interface TalkOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** When it is over, it is ended, and fails. */
  readonly seconds: number;
}

/**
 * Runs a command and takes turns with it; what one turn waited for, the next does not see again.
 * @returns its exit code, and all that was shown.
 * @throws Error when something was not shown in time or it did not end, with what was shown.
 */
export async function talk(
  command: readonly string[],
  turns: readonly Turn[],
  { cwd, env, seconds }: TalkOptions,
): Promise<{ readonly code: number; readonly shown: string }> {
  const told = JSON.stringify({ command, turns, seconds });
  // A dumb terminal has no sequences between what is compared.
  const child = spawn('python3', ['-c', script, told], {
    cwd,
    env: { ...env, TERM: 'dumb' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      try {
        const answer = JSON.parse(out) as { code: number; shown: string; missing: string | null };
        if (answer.missing === null) resolve(answer);
        else reject(new Error(`not shown: ${answer.missing}\nshown: ${answer.shown}`));
      } catch {
        reject(new Error(err));
      }
    });
  });
}
