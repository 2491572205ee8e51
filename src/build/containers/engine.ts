/** The container engines that a machine may have, spoken to by their command lines. */
import * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import { findExecutable } from '../../support/find-executable.ts';
import { runProcess, type ProcessOptions, type ProcessResult } from '../../support/process.ts';
import type { Environment } from '../environment.ts';
import { diskFull, outputOf } from './engine-errors.ts';

/** The engines that are known, in the order they are tried. */
export const ENGINES = ['docker', 'podman'] as const;

export type EngineName = (typeof ENGINES)[number];

/** An engine that answers. */
export interface Engine {
  readonly name: EngineName;
  /** Its command line. */
  readonly path: string;
  readonly version: string;
  /** Root in its containers is the user who calls it, and not root of the machine. */
  readonly rootless: boolean;
  /** How it names the architecture it runs on: `amd64`, `arm64`. */
  readonly architecture: string;
  /** What its command line runs with. */
  readonly env: Environment;
}

export interface FindEngineOptions {
  /** The first that is wanted; another one that answers takes its place. */
  readonly wanted: EngineName;
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly signal?: AbortSignal;
}

/** The engine, and why it is not the wanted one. */
export interface FoundEngine {
  readonly engine: Engine;
  readonly notice?: string;
}

/**
 * Finds an engine that answers.
 * @throws WheelworksError `container/engine-not-found` when PATH has none, `container/daemon-not-running` when what is there
 *   does not answer.
 */
export async function findEngine(options: FindEngineOptions): Promise<FoundEngine> {
  const names = [options.wanted, ...ENGINES.filter((name) => name !== options.wanted)];
  let failure: WheelworksError | undefined;
  for (const name of names) {
    const path = await findExecutable(name, options.env, options.platform);
    if (path === undefined) continue;
    try {
      const engine = await ask(name, path, options);
      if (name === options.wanted) return { engine };
      const why = failure === undefined ? 'is not on PATH' : 'does not answer';
      return { engine, notice: `${options.wanted} ${why}, so ${name} is used` };
    } catch (error) {
      if (!(error instanceof WheelworksError) || error.code === 'process/cancelled') throw error;
      failure ??= error;
    }
  }
  throw failure ?? nothingFound(options.wanted);
}

const PACKAGES: Readonly<Record<EngineName, string>> = { docker: 'docker.io', podman: 'podman' };

function nothingFound(wanted: EngineName): WheelworksError {
  return new WheelworksError(
    'container/engine-not-found',
    `There is no container engine: neither docker nor podman is on PATH.`,
    {
      hint: `Install ${wanted} (on Debian and Ubuntu: apt install ${PACKAGES[wanted]}), or build on this machine with --environment host; inside a build image already, with --environment none.`,
    },
  );
}

/** podman's answer and docker's, of which each has what the other lacks. */
const info = z.object({
  host: z
    .object({ arch: z.string(), security: z.object({ rootless: z.boolean() }).partial() })
    .optional(),
  version: z.object({ Version: z.string() }).optional(),
  ServerVersion: z.string().optional(),
  Architecture: z.string().optional(),
  SecurityOptions: z.array(z.string()).nullish(),
});

async function ask(name: EngineName, path: string, options: FindEngineOptions): Promise<Engine> {
  const { env, signal } = options;
  const result = await runProcess(path, ['info', '--format', '{{json .}}'], {
    cwd: '/',
    env,
    timeoutMs: 60_000,
    ...(signal === undefined ? {} : { signal }),
  });
  if (result.cancelled) throw new WheelworksError('process/cancelled', 'Cancelled.');
  const answer = info.safeParse(parse(result.stdout)).data;
  const version = answer?.version?.Version ?? answer?.ServerVersion;
  if (result.exitCode !== 0 || answer === undefined || version === undefined || version === '')
    throw notRunning(name, result);
  const { host, SecurityOptions, Architecture } = answer;
  return {
    name: host === undefined ? 'docker' : 'podman',
    path,
    version,
    rootless:
      host?.security.rootless ??
      (SecurityOptions ?? []).some((option) => option.includes('rootless')),
    architecture: host?.arch ?? Architecture ?? '',
    env,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function notRunning(name: EngineName, result: ProcessResult): WheelworksError {
  const full = diskFull(name, result);
  if (full !== undefined) return full;
  const hint =
    name === 'docker'
      ? 'Start it (systemctl start docker, or Docker Desktop), let this user use it (group docker), or set DOCKER_HOST; podman needs no daemon.'
      : 'Run `podman info` by hand: it says what it is missing. On macOS and Windows: podman machine start.';
  return new WheelworksError(
    'container/daemon-not-running',
    `${name} is installed, but no engine answers it${result.timedOut ? ' within a minute' : ''}.`,
    { hint, ...outputOf(result) },
  );
}

/** Runs a command of the engine and gives its result, whatever its exit code. */
export async function runEngine(
  engine: Engine,
  args: readonly string[],
  options: Partial<ProcessOptions> = {},
): Promise<ProcessResult> {
  const result = await runProcess(engine.path, args, {
    cwd: '/',
    env: engine.env,
    label: `${engine.name} ${args[0] ?? ''}`,
    ...options,
  });
  if (result.cancelled) throw new WheelworksError('process/cancelled', 'The build was cancelled.');
  return result;
}

/**
 * The same for a command that must succeed.
 * @throws WheelworksError `container/disk-full`, `container/engine-failed`.
 */
export async function engineOutput(
  engine: Engine,
  args: readonly string[],
  options: Partial<ProcessOptions> = {},
): Promise<string> {
  const result = await runEngine(engine, args, options);
  if (result.exitCode === 0) return result.stdout.trim();
  throw (
    diskFull(engine.name, result) ??
    new WheelworksError(
      'container/engine-failed',
      `${engine.name} ${args[0] ?? ''} failed${result.timedOut ? ': it took too long' : ''}.`,
      outputOf(result),
    )
  );
}
