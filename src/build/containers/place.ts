/** A container as the place of a build. */
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { mirrored, type ImageMirror } from '../../platform/index.ts';
import { fileError, WheelworksError } from '../../support/errors.ts';
import type { Cache } from '../../support/cache.ts';
import type { EventSink } from '../../support/progress/events.ts';
import { removeTemporary, trackTemporary } from '../../support/temporary.ts';
import type { BuildPlace } from '../place.ts';
import type { Environment } from '../environment.ts';
import { borrowedStores } from './borrowed-objects.ts';
import { startContainer, removeStale, type Container } from './container.ts';
import { DESCRIBE, readDescription, type ContainerFacts } from './describe.ts';
import { engineOutput, findEngine, runEngine, type Engine, type EngineName } from './engine.ts';
import { diskFull, outputOf } from './engine-errors.ts';
import { execVariables, executor } from './exec.ts';
import { ensureImage, type LocalImage } from './image.ts';
import { containerInterpreters } from './interpreters.ts';
import { containerLibraries, type ContainerLibraries } from './libraries.ts';
import { cacheMounts } from './mounts.ts';
import { indexSettings } from './pip-configuration.ts';

export interface ContainerPlaceOptions {
  /** A full reference; `resolveImage` makes one of a short name. */
  readonly image: string;
  /** Registries that stand for others. */
  readonly imageMirrors?: readonly ImageMirror[];
  /** As in tags: `x86_64`, `i686`. */
  readonly architecture: string;
  readonly engine: {
    readonly name: EngineName;
    readonly createArgs: readonly string[];
    readonly disableHostMount: boolean;
  };
  /** What the container can reach. Default: what the engine gives it. */
  readonly network?: 'default' | 'host' | 'none';
  /** Names of variables of `env` that it gets. */
  readonly environmentPass: readonly string[];
  /** This machine's variables: for the engine, and for what is passed on. */
  readonly env: Environment;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** The cache folder of wheelworks; without one nothing outlives the container. */
  readonly cacheDirectory?: string;
  /** Remembers what interpreters of an image said. */
  readonly cache?: Cache;
  readonly offline: boolean;
  readonly events: EventSink;
  readonly signal?: AbortSignal;
}

/** A container that is open. */
export interface ContainerPlace extends BuildPlace {
  readonly kind: 'container';
  /** Of the container, for a command line that a person types. */
  readonly container: { readonly engine: string; readonly enginePath: string; readonly id: string };
  /** The engine's command line that a person's shell runs by: its words go on with those of the command. */
  attachArguments(options: {
    readonly cwd: string;
    readonly env: Environment;
    /** With a terminal. */
    readonly isTerminal: boolean;
  }): { readonly command: string; readonly args: readonly string[]; readonly env: Environment };
  /** The digest of what is in the image. */
  readonly imageId: string;
  /** Paths of `ccache` and `sccache` there. */
  readonly compilerCaches: Readonly<Record<string, string>>;
}

/** An engine, and an image that it has. */
export interface ReadyImage {
  readonly engine: Engine;
  readonly image: LocalImage;
}

/**
 * Finds an engine, and fetches the image when it is not there; what a killed run left running is removed.
 * @throws WheelworksError `container/*`, `process/cancelled`.
 */
export async function readyImage(options: ContainerPlaceOptions): Promise<ReadyImage> {
  const { events, env, platform, signal } = options;
  const note = noteTo(events);
  const { engine, notice } = await findEngine({
    wanted: options.engine.name,
    env,
    platform,
    ...(signal === undefined ? {} : { signal }),
  });
  if (notice !== undefined) note(notice);
  const stale = await removeStale(engine);
  if (stale > 0)
    note(`${stale} ${stale === 1 ? 'container' : 'containers'} of an interrupted run removed`);
  const image = await ensureImage(engine, {
    reference: mirrored(options.image, options.imageMirrors ?? []),
    architecture: options.architecture,
    offline: options.offline,
    events,
    ...(signal === undefined ? {} : { signal }),
  });
  return { engine, image };
}

/**
 * Opens a container. Closing it, the end of this process and an interrupt remove it.
 * @param ready default what {@link readyImage} finds.
 * @throws WheelworksError `container/*`, `process/cancelled`, `file/*`.
 */
export async function openContainerPlace(
  options: ContainerPlaceOptions,
  ready?: ReadyImage,
): Promise<ContainerPlace> {
  const { events, env, platform } = options;
  const note = noteTo(events);
  const { engine, image } = ready ?? (await readyImage(options));
  const indexes = await indexSettings({ env, home: options.home, platform });
  indexes.notices.forEach(note);
  const caches =
    options.cacheDirectory === undefined
      ? { args: [], env: {} }
      : await cacheMounts(engine, image, { directory: options.cacheDirectory, env });
  const container = await startContainer(engine, image, [
    ...(options.network === undefined || options.network === 'default'
      ? []
      : [`--network=${options.network}`]),
    ...(options.engine.disableHostMount ? [] : ['--volume=/:/host']),
    ...indexes.paths.map((path) => `--volume=${path}:${path}:ro`),
    ...caches.args,
    ...options.engine.createArgs,
  ]);
  try {
    const facts = await describe(container);
    const passed = Object.fromEntries(
      options.environmentPass.flatMap((name) => {
        const value = env[name];
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    const configured =
      indexes.pipConf === undefined ? {} : { PIP_CONFIG_FILE: `${facts.folder}/pip.conf` };
    if (indexes.pipConf !== undefined)
      await copyText(container, indexes.pipConf, `${facts.folder}/pip.conf`);
    return placeOf(container, facts, {
      options,
      env: { ...facts.env, ...caches.env, ...indexes.env, ...configured, ...passed },
    });
  } catch (error) {
    await container.close();
    throw error;
  }
}

function noteTo(events: EventSink): (message: string) => void {
  return (message) => events({ type: 'note', level: 'warning', message });
}

async function describe(container: Container): Promise<ContainerFacts> {
  const text = await engineOutput(container.engine, ['exec', container.id, 'sh', '-c', DESCRIBE]);
  const facts = readDescription(text);
  if (facts !== undefined) return facts;
  throw new WheelworksError(
    'container/cannot-start',
    `The container of ${container.image.reference} does not say what it is.`,
    { evidence: text.slice(0, 300) },
  );
}

async function copyText(container: Container, text: string, to: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelworks-'));
  try {
    const path = join(folder, 'text');
    await writeFile(path, text, { mode: 0o600 });
    await engineOutput(container.engine, ['cp', path, `${container.id}:${to}`]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function placeOf(
  container: Container,
  facts: ContainerFacts,
  { options, env }: { readonly options: ContainerPlaceOptions; readonly env: Environment },
): ContainerPlace {
  const { engine, id, image } = container;
  const is32Bit = ['i686', 'armv7l'].includes(options.architecture);
  const prefix = is32Bit && facts.hasLinux32 ? ['linux32'] : [];
  const run = executor({
    container,
    own: facts.env,
    folder: `${facts.folder}/run`,
    prefix,
  });
  const sh = async (script: string, ...args: string[]): Promise<string> => {
    const result = await run('sh', ['-c', script, 'sh', ...args], { cwd: '/', env });
    if (result.exitCode === 0) return result.stdout;
    throw (
      diskFull(engine.name, result) ??
      new WheelworksError(
        'container/exec-failed',
        'A command in the container failed.',
        outputOf(result),
      )
    );
  };
  const interpreters = containerInterpreters({
    pythons: facts.pythons,
    env,
    run: (command, args, each) => run(command, args, each),
    imageId: image.id,
    ...(options.cache === undefined ? {} : { cache: options.cache }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const copyOut = async (from: string, to: string): Promise<void> => {
    const isFolder = (await sh('if [ -d "$1" ]; then echo folder; fi', from)).trim() === 'folder';
    await mkdir(isFolder ? to : dirname(to), { recursive: true }).catch((error: unknown) => {
      throw fileError(error, to);
    });
    await copy([`${id}:${isFolder ? `${from}/.` : from}`, to]);
  };
  const copy = async (paths: readonly string[]): Promise<void> => {
    const result = await runEngine(engine, ['cp', ...paths]);
    if (result.exitCode === 0) return;
    throw (
      diskFull(engine.name, result) ??
      new WheelworksError(
        'container/copy-failed',
        `${engine.name} could not copy ${paths[0] ?? ''} to ${paths[1] ?? ''}.`,
        outputOf(result),
      )
    );
  };
  let opened: Promise<{ folder: string; copy: ContainerLibraries }> | undefined;
  let forget: (() => void) | undefined;
  const openLibraries = async (): Promise<{ folder: string; copy: ContainerLibraries }> => {
    const folder = await mkdtemp(join(tmpdir(), 'wheelworks-libraries-'));
    forget = trackTemporary(folder);
    const scratch = `${facts.folder}/libraries`;
    const { architecture } = options;
    return {
      folder,
      copy: containerLibraries({ sh, copyOut, env, architecture, folder, scratch }),
    };
  };
  let folders = 0;
  return {
    kind: 'container',
    platform: 'linux',
    env,
    osRelease: facts.osRelease,
    container: { engine: engine.name, enginePath: engine.path, id },
    attachArguments({ cwd, env: wanted, isTerminal }) {
      const variables = execVariables(facts.env, wanted);
      const flags = isTerminal ? ['--interactive', '--tty'] : ['--interactive'];
      return {
        command: engine.path,
        args: [
          'exec',
          ...flags,
          `--workdir=${cwd}`,
          ...variables.flags,
          id,
          ...prefix,
          ...variables.words,
        ],
        env: { ...engine.env, ...variables.env },
      };
    },
    imageId: image.id,
    compilerCaches: facts.caches,
    run,
    async makeFolder(name) {
      // The path goes into object files and cache keys: the first of a name has it to itself.
      folders += 1;
      const path = `${facts.folder}/${name}`;
      const made = await sh(
        'mkdir "$1" 2>/dev/null && echo "$1" || { mkdir -p "$2" && echo "$2"; }',
        path,
        `${path}-${folders}`,
      );
      return made.trim();
    },
    async copyIn(from, to) {
      const found = await stat(from).catch((error: unknown) => {
        throw fileError(error, from);
      });
      await sh('mkdir -p "$1"', found.isDirectory() ? to : posix.dirname(to));
      await copy([found.isDirectory() ? `${from}/.` : from, `${id}:${to}`]);
      if (!found.isDirectory()) return;
      for (const { store, target } of await borrowedStores(from)) {
        const inside = posix.join(to, target);
        if (options.engine.disableHostMount) {
          await copy([`${store}/.`, `${id}:${inside}`]);
          await sh('rm "$1/info/alternates"', inside);
        } else await sh('echo "/host$2" >"$1/info/alternates"', inside, store);
      }
    },
    copyOut,
    interpreter: (python) => interpreters.find(python),
    interpreters: () => interpreters.all(),
    async librariesFor(wanted) {
      opened ??= openLibraries();
      return (await opened).copy(wanted);
    },
    async close() {
      await container.close();
      const libraries = await opened?.catch(() => undefined);
      if (libraries !== undefined) await removeTemporary(libraries.folder);
      forget?.();
    },
  };
}
