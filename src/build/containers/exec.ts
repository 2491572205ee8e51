/** Commands in a container. */
import { WheelworksError } from '../../support/errors.ts';
import { commandLine, runProcess, type ProcessResult } from '../../support/process.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from '../environment.ts';
import type { PlaceProcess } from '../place.ts';
import { died, type Container } from './container.ts';
import { diskFull, outputOf } from './engine-errors.ts';

/** What commands of a container start from. */
export interface ExecSetting {
  readonly container: Container;
  /** The container's own variables, which every command there gets. */
  readonly own: Environment;
  /** A folder there that may be written to. */
  readonly folder: string;
  /** Goes before every command: `linux32`, so that a 32-bit userland sees the processor it is for. */
  readonly prefix: readonly string[];
}

/**
 * Runs commands in the container as `runProcess` does here, with one difference: a command that runs in the container does
 * not end with the engine's command line that started it, so a timeout and an abort end it there.
 * @throws WheelworksError `process/not-found`, `container/died`, `container/exec-failed`, `container/disk-full`.
 */
export function executor(
  setting: ExecSetting,
): (command: string, args: readonly string[], options: PlaceProcess) => Promise<ProcessResult> {
  let count = 0;
  return async (command, args, options) => {
    count += 1;
    return execute(
      setting,
      [command, ...args],
      options,
      `${setting.folder}/pid-${process.pid}-${count}`,
    );
  };
}

/** Notes the process id, which is the group's as well, and becomes the command. */
const START = 'echo $$ >"$0"; exec "$@"';

/** Milliseconds between asking a command to end and ending it, and for the engine to tell that it has. */
const GRACE = 2000;

async function execute(
  setting: ExecSetting,
  words: readonly string[],
  options: PlaceProcess,
  pidFile: string,
): Promise<ProcessResult> {
  const { container, prefix } = setting;
  const { engine } = container;
  const label = options.label ?? commandLine(words[0] ?? '', words.slice(1));
  const variables = execVariables(setting.own, options.env);
  const stop = stopper(setting, pidFile, options);
  try {
    const result = await runProcess(
      engine.path,
      [
        'exec',
        `--workdir=${options.cwd}`,
        ...variables.flags,
        container.id,
        'sh',
        '-c',
        START,
        pidFile,
        ...prefix,
        ...variables.words,
        ...words,
      ],
      {
        cwd: '/',
        env: { ...engine.env, ...variables.env },
        label,
        signal: stop.signal,
        ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
        ...(options.outputLimit === undefined ? {} : { outputLimit: options.outputLimit }),
      },
    );
    if (stop.reasons.timedOut || stop.reasons.cancelled || options.signal?.aborted === true)
      return {
        ...result,
        exitCode: null,
        timedOut: stop.reasons.timedOut,
        cancelled: !stop.reasons.timedOut,
      };
    if (result.exitCode !== 0) await refuse(result, { container, label, command: words[0] ?? '' });
    return result;
  } finally {
    stop.end();
  }
}

/** Variables that the engine's own command line goes by, so that it cannot take a container's value of them from there. */
const OF_THE_ENGINE =
  /^(?:PATH|HOME|USER|TMPDIR|DBUS_.*|DOCKER_.*|CONTAINERS?_.*|BUILDAH_.*|XDG_.*|LD_.*|.*_PROXY|.*_proxy)$/;

/**
 * The flags that give a command its variables. Values are taken by name from the environment of the engine's command line
 * where that can be, since everybody on the machine can read its arguments.
 */
export function execVariables(
  own: Environment,
  wanted: Environment,
): { flags: string[]; env: Record<string, string>; words: string[] } {
  const changed = Object.entries(wanted).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== own[entry[0]],
  );
  const removed = Object.keys(own).filter((name) => wanted[name] === undefined);
  const byName = changed.filter(([name]) => !OF_THE_ENGINE.test(name));
  return {
    flags: changed.map(([name, value]) =>
      OF_THE_ENGINE.test(name) ? `--env=${name}=${value}` : `--env=${name}`,
    ),
    env: Object.fromEntries(byName),
    words: removed.length === 0 ? [] : ['env', ...removed.flatMap((name) => ['-u', name])],
  };
}

interface Stopper {
  /** Aborted when the engine's command line is to end although the command there would not. */
  readonly signal: AbortSignal;
  readonly reasons: { timedOut: boolean; cancelled: boolean };
  end(): void;
}

function stopper(setting: ExecSetting, pidFile: string, options: PlaceProcess): Stopper {
  const client = new AbortController();
  const reasons = { timedOut: false, cancelled: false };
  const stop = (reason: 'timedOut' | 'cancelled'): void => {
    if (reasons.timedOut || reasons.cancelled) return;
    reasons[reason] = true;
    void endThere(setting, pidFile).finally(() => client.abort());
  };
  const abort = (): void => stop('cancelled');
  options.signal?.addEventListener('abort', abort, { once: true });
  if (options.signal?.aborted === true) client.abort();
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => stop('timedOut'), Math.min(options.timeoutMs, 2 ** 31 - 1));
  return {
    signal: client.signal,
    reasons,
    end() {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    },
  };
}

const KILL =
  'p=$(cat "$0") || exit 0; kill -s TERM -- "-$p" 2>/dev/null; for i in 1 2 3 4 5 6 7 8 9; do kill -s 0 -- "-$p" 2>/dev/null || exit 0; sleep 0.2; done; kill -s KILL -- "-$p"';

async function endThere({ container }: ExecSetting, pidFile: string): Promise<void> {
  const { engine, id } = container;
  await runProcess(engine.path, ['exec', id, 'sh', '-c', KILL, pidFile], {
    cwd: '/',
    env: engine.env,
    timeoutMs: 2 * GRACE,
  }).catch(() => undefined);
  // The command line tells by itself that the command has ended, with the last of its output.
  await sleep(GRACE / 4);
}

/** A failure that is the engine's and not the command's. */
async function refuse(
  result: ProcessResult,
  { container, label, command }: { container: Container; label: string; command: string },
): Promise<void> {
  const last = result.lastLines.at(-1) ?? '';
  if (result.exitCode === 127 && /\bexec:.*not found$/.test(last))
    throw new WheelworksError('process/not-found', `The container has no program ${command}.`, {
      evidence: last,
    });
  const isEngines = isEngineTalk(last, result.exitCode);
  if (result.exitCode === 137 || result.exitCode === 255 || isEngines) {
    if (await hasDied(container, result.exitCode === 137 ? DEATH_BY_KILL : DEATH))
      throw died(container, label);
  }
  if (!isEngines) return;
  throw (
    diskFull(container.engine.name, result) ??
    new WheelworksError(
      'container/exec-failed',
      `${container.engine.name} could not run ${label} in the container.`,
      outputOf(result),
    )
  );
}

/** Milliseconds in which it shows that a container has gone, and in which it does where everything in it was killed. */
const DEATH = 300;
const DEATH_BY_KILL = 3000;

/** The engine's command line that ran a command may end well before the one that keeps the container. */
async function hasDied(container: Container, within: number): Promise<boolean> {
  const end = Date.now() + within;
  while (container.isAlive() && Date.now() < end) await sleep(25);
  return !container.isAlive();
}

/** Programs of a build may begin a line with `Error:` as well, but do not end with the numbers that podman keeps for itself. */
function isEngineTalk(line: string, exitCode: number | null): boolean {
  if (
    /^(?:Error response from daemon|OCI runtime exec failed|Cannot connect to the Docker daemon)/.test(
      line,
    )
  )
    return true;
  return line.startsWith('Error: ') && [125, 126, 127, 255].includes(exitCode ?? 0);
}
