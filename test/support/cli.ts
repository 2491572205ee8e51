/** The built command line, run as a user runs it. */
import { spawn } from 'node:child_process';
import { inject } from 'vitest';

export interface CliResult {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliOptions {
  readonly cwd?: string;
  /** The whole environment; default {@link quietEnvironment}. */
  readonly env?: NodeJS.ProcessEnv;
  /** A command that runs the command line, such as `setpriv ... --`. */
  readonly through?: readonly string[];
}

/** A command that runs. */
export interface RunningCli {
  readonly pid: number;
  kill(signal: NodeJS.Signals): void;
  readonly result: Promise<CliResult>;
}

/** The words that start the command line, for a program that starts it. */
export function builtCommand(): readonly string[] {
  const { entry, failure } = inject('builtCli');
  if (failure !== undefined) throw new Error(`dist/ could not be built:\n${failure}`);
  return [process.execPath, entry];
}

/** Starts the command line. */
export function startCli(args: readonly string[], options: CliOptions = {}): RunningCli {
  const [command = process.execPath, ...words] = [
    ...(options.through ?? []),
    ...builtCommand(),
    ...args,
  ];
  const child = spawn(command, words, {
    env: options.env ?? quietEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return {
    pid: child.pid ?? 0,
    kill: (signal) => child.kill(signal),
    result: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out, err }));
    }),
  };
}

/** Variables that change what a run shows: with them the answers would depend on who runs the tests. */
const PRESENTATION = new Set([
  'CI',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'TF_BUILD',
  'FORCE_COLOR',
  'NO_COLOR',
  'CLICOLOR',
]);

/** The environment of the tests as a person's terminal has it: no CI service, no pip configuration. */
export function quietEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !PRESENTATION.has(name));
  return { ...Object.fromEntries(kept), PIP_CONFIG_FILE: '/dev/null' };
}

/** Runs the command line to its end. */
export async function cli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return startCli(args, options).result;
}
