/**
 * One running container, which ends with us.
 *
 * Its first process reads from a pipe whose other end this process holds, and it is removed when that ends: whatever ends
 * this process, an uncatchable signal included, ends the container. Labels tell those that an engine left behind anyway.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { onInterrupt } from '../../support/interrupt.ts';
import { startLineProcess, type LineProcess } from '../../support/line-process.ts';
import { WheelworksError } from '../../support/errors.ts';
import { engineOutput, runEngine, type Engine } from './engine.ts';
import { startFailure } from './engine-errors.ts';
import type { LocalImage } from './image.ts';

/** A container that runs. */
export interface Container {
  readonly engine: Engine;
  readonly id: string;
  readonly image: LocalImage;
  /** False once it has ended, by itself or by somebody's hand. */
  isAlive(): boolean;
  /** Ends and removes it; once is enough. */
  close(): Promise<void>;
}

/** Answers each line with the same line until there are no more. */
const ECHO = 'while read -r line; do echo "$line"; done';
const READY = 'wheelworks-ready';

/** Milliseconds; emulation and a slow disk included. */
const START_TIMEOUT = 120_000;

/**
 * Creates and starts a container.
 * @param args of `create`: volumes, network, what the user adds
 * @throws WheelworksError `container/cannot-start`, `container/no-emulation`, `container/no-shell`, `container/disk-full`,
 *   `container/engine-failed`.
 */
export async function startContainer(
  engine: Engine,
  image: LocalImage,
  args: readonly string[],
): Promise<Container> {
  const id = await engineOutput(engine, [
    'create',
    '--interactive',
    '--rm',
    '--stop-timeout=0',
    ...Object.entries(ownLabels()).map(([name, value]) => `--label=${name}=${value}`),
    ...args,
    '--entrypoint=',
    image.id,
    'sh',
    '-c',
    ECHO,
  ]);
  const forget = onInterrupt('stop', () => {
    spawnSync(engine.path, removal(engine, id), {
      env: { ...engine.env },
      stdio: 'ignore',
      timeout: 5000,
    });
  });
  let errors = '';
  const keeper = startLineProcess(engine.path, ['start', '--attach', '--interactive', id], {
    cwd: '/',
    env: engine.env,
    isAnswer: (line) => line === READY,
    longestAnswer: 1 << 20,
    onErrorText: (text) => {
      errors = (errors + text).slice(-10_000);
    },
  });
  const close = async (): Promise<void> => {
    // A container that is gone already is what was wanted.
    await runEngine(engine, removal(engine, id)).catch(() => undefined);
    await keeper.close();
    forget();
  };
  const answer = await keeper.ask(READY, { timeoutMs: START_TIMEOUT });
  if (answer.kind !== 'line') {
    await close();
    throw startFailure(engine.name, image.reference, errors);
  }
  return { engine, id, image, isAlive: () => isAlive(keeper), close };
}

function isAlive(keeper: LineProcess): boolean {
  return keeper.isAlive;
}

function removal({ name }: Engine, id: string): string[] {
  // podman would first ask the container to end and wait.
  return ['rm', '--force', ...(name === 'podman' ? ['--time=0'] : []), id];
}

const PID = 'wheelworks.pid';
const SESSION = 'wheelworks.session';

/** Who a container belongs to; process ids mean something on one machine between two starts of it. */
function ownLabels(): Readonly<Record<string, string>> {
  return { [PID]: String(process.pid), [SESSION]: session() };
}

function session(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()}.${boot}`;
  } catch {
    return `${hostname()}.`;
  }
}

/**
 * Removes containers of earlier runs of this machine whose process is gone.
 * @returns how many
 * @throws WheelworksError `process/cancelled`; an engine that does not tell has none.
 */
export async function removeStale(engine: Engine): Promise<number> {
  const listed = await runEngine(engine, ['ps', '--all', '--quiet', `--filter=label=${PID}`]);
  const ids = listed.exitCode === 0 ? listed.stdout.split(/\s+/).filter((id) => id !== '') : [];
  if (ids.length === 0) return 0;
  const format = `{{.Id}} {{index .Config.Labels "${PID}"}} {{index .Config.Labels "${SESSION}"}}`;
  const told = await runEngine(engine, [
    'inspect',
    '--type=container',
    `--format=${format}`,
    ...ids,
  ]);
  const stale = told.stdout.split('\n').flatMap((line) => {
    const [id, pid, of] = line.trim().split(' ');
    return id !== undefined && pid !== undefined && of !== undefined && isStale(pid, of)
      ? [id]
      : [];
  });
  for (const id of stale) await runEngine(engine, removal(engine, id));
  return stale.length;
}

function isStale(pid: string, of: string): boolean {
  const own = session();
  const [host] = own.split(/\.(?=[^.]*$)/);
  if (of !== own) return of.replace(/\.[^.]*$/, '') === host;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    // Another user's process is alive as well.
    return (error as NodeJS.ErrnoException).code !== 'EPERM';
  }
}

/** The error of a command whose container has ended under it. */
export function died(container: Container, label: string): WheelworksError {
  return new WheelworksError(
    'container/died',
    `The container of ${container.image.reference} ended while ${label} ran in it.`,
    {
      hint: 'Somebody stopped it, or the machine ran out of memory (dmesg tells); run the command again: finished wheels are kept.',
    },
  );
}
