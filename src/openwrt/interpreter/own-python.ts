import { dirname } from 'node:path';
import { runProcess } from '../../support/process.ts';
import type { InstalledInterpreter } from './read-interpreter.ts';

/** An interpreter that can be started here. */
export interface RunnablePython {
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The interpreter itself, when this machine can run it: no other one is as surely of its version. */
export async function ownPython({
  here,
}: InstalledInterpreter): Promise<RunnablePython | undefined> {
  const env = { LD_LIBRARY_PATH: here.libraries };
  const result = await runProcess(here.program, ['-c', ''], {
    cwd: dirname(here.program),
    env,
    timeoutMs: 20_000,
  }).catch(() => undefined);
  return result?.exitCode === 0 ? { path: here.program, env } : undefined;
}
