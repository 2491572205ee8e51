/** What the end-to-end tests of the wheel commands share: the built program, run as a user runs it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { inject } from 'vitest';

export interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

const { entry, failure } = inject('builtCli');

/** Fails when there is no current build. */
export function requireBuild(): void {
  if (failure !== undefined) throw new Error(`dist/ could not be built:\n${failure}`);
}

/** Nothing of the caller's environment changes what is expected. */
function environment(options: RunOptions): NodeJS.ProcessEnv {
  const { SOURCE_DATE_EPOCH: _epoch, CI: _ci, ...inherited } = process.env;
  return { ...inherited, ...options.env };
}

export function wheelworks(args: readonly string[], options: RunOptions): Run {
  const result = spawnSync(process.execPath, [entry, ...args], {
    cwd: options.cwd,
    env: environment(options),
    encoding: 'utf8',
    maxBuffer: 1 << 27,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** What every document of these commands has, or an error in its place. */
export interface JsonDocument {
  readonly schema?: string;
  readonly dryRun?: boolean;
  readonly files: readonly Readonly<Record<string, unknown>>[];
  readonly error?: object;
}

/** The one document of a `--json` run; nothing else may be on standard output. */
export function wheelworksJson(
  args: readonly string[],
  options: RunOptions,
): Run & { readonly document: JsonDocument } {
  const run = wheelworks([...args, '--json'], options);
  return { ...run, document: JSON.parse(run.out) as JsonDocument };
}

/** A run in the background, to be interrupted. */
export function start(
  args: readonly string[],
  options: RunOptions,
): { readonly child: ChildProcess; readonly ended: Promise<Run> } {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: options.cwd,
    env: environment(options),
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Run>((resolve) => {
    child.on('close', (code) => resolve({ code, out, err }));
  });
  return { child, ended };
}
