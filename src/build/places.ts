/** The places of a run: each opened when a job first needs it, prepared once, closed at the end. */
import { join } from 'node:path';
import { findExecutable } from '../support/find-executable.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import type { Containers } from './container-jobs.ts';
import { openHostPlace } from './host-place.ts';
import { jobEnvironment } from './job-environment.ts';
import type { BuildJob } from './job.ts';
import { openLog } from './log-file.ts';
import { beforeAllLog } from './logs.ts';
import { sourceDateEpoch } from './environment.ts';
import type { PackageBuild } from './package-build.ts';
import { joinPlacePath, shellCommand, stepError } from './place-shell.ts';
import type { BuildPlace } from './place.ts';
import { fillPlaceholders } from './placeholders.ts';
import { copySources } from './source-copy.ts';
import { failureOf } from '../support/process-errors.ts';

/** A place with what a package's jobs need there. */
export interface OpenPlace {
  readonly place: BuildPlace;
  /** Path of uv in the place. */
  readonly uv?: string;
  /** Puts the sources, as `before-all` left them, into a folder that is not there yet. */
  copySources(folder: string): Promise<void>;
  /** Folders of the place for commands that only read the sources: tests. */
  sourceFolders(): Promise<{ readonly project: string; readonly package: string }>;
  /** Lets the place see files of this machine. @returns their folder there. */
  share(key: string, paths: readonly string[]): Promise<string>;
}

export interface Places {
  /**
   * The place of a job, open and with `before-all` done.
   * @throws WheelworksError `build/before-all-failed`, `process/*`, `file/*`, and what opening it throws.
   */
  open(build: PackageBuild, job: BuildJob): Promise<OpenPlace>;
  /** Closes what was opened. Never throws. */
  close(): Promise<void>;
}

export interface PlacesOptions {
  /** Text of this machine's /etc/os-release. */
  readonly osRelease?: string;
  /** Absent where none can be had. */
  readonly containers?: Containers;
  readonly signal: AbortSignal;
}

/** Places are opened as jobs ask for them. */
export function createPlaces(options: PlacesOptions): Places {
  const places = new Map<string, Promise<BuildPlace>>();
  const prepared = new Map<string, Promise<OpenPlace>>();
  const once = async <Value>(
    map: Map<string, Promise<Value>>,
    key: string,
    make: () => Promise<Value>,
  ): Promise<Value> => {
    const known = map.get(key) ?? make();
    map.set(key, known);
    return known;
  };
  const openPlace = async (build: PackageBuild, job: BuildJob): Promise<BuildPlace> => {
    if (job.environment === 'container' && options.containers !== undefined)
      return options.containers.open(job);
    return openHostPlace({
      env: build.env,
      platform: build.platform,
      interpreters: build.helpers,
      ...(options.osRelease === undefined ? {} : { osRelease: options.osRelease }),
    });
  };
  return {
    async open(build, job) {
      const { image, engine, environmentPass, beforeAll } = job.options;
      const isContainer = job.environment === 'container';
      const kind = isContainer ? ['container', image, engine, environmentPass] : ['host'];
      const project = build.project.directory;
      // What one package's before-all changes in a container no other package is to see.
      const placeKey = JSON.stringify(isContainer ? [kind, project, beforeAll] : kind);
      const key = JSON.stringify([kind, project, beforeAll]);
      return once(prepared, key, async () => {
        const place = await once(places, placeKey, async () => openPlace(build, job));
        return prepare({ build, job, place }, options.signal);
      });
    },
    async close() {
      for (const place of places.values()) {
        const open = await place.catch(() => undefined);
        await open?.close().catch(() => {});
      }
    },
  };
}

interface Setting {
  readonly build: PackageBuild;
  readonly job: BuildJob;
  readonly place: BuildPlace;
}

async function prepare(setting: Setting, signal: AbortSignal): Promise<OpenPlace> {
  const { build, place, job } = setting;
  const { sources } = build;
  const uv = await findUv(place);
  const hasBeforeAll = job.options.beforeAll.trim() !== '';
  let base: Promise<string> | undefined;
  const baseFolder = async (): Promise<string> => {
    base ??= place.makeFolder('sources').then(async (parent) => {
      const folder = joinPlacePath(place, parent, 'project');
      await putSources(setting, folder);
      return folder;
    });
    return base;
  };
  if (hasBeforeAll) await beforeAll(setting, await baseFolder(), signal);
  const copiesBase = hasBeforeAll || place.kind === 'container';
  const shared = new Map<string, Promise<string>>();
  return {
    place,
    ...(uv === undefined ? {} : { uv }),
    copySources: async (folder) =>
      copiesBase ? copyWithin(place, await baseFolder(), folder) : putSources(setting, folder),
    sourceFolders: async () => {
      const project = copiesBase ? await baseFolder() : sources.root;
      return { project, package: joinPlacePath(place, project, sources.projectPath) };
    },
    share: async (key, paths) => {
      const known = shared.get(key) ?? shareFiles(place, paths);
      shared.set(key, known);
      return known;
    },
  };
}

async function shareFiles(place: BuildPlace, paths: readonly string[]): Promise<string> {
  const folder = await place.makeFolder('shared');
  for (const path of paths)
    await place.copyIn(path, joinPlacePath(place, folder, path.split(/[\\/]/).at(-1) ?? ''));
  return folder;
}

/** A clean copy; a container gets git's objects themselves, since it does not see those of this machine. */
async function putSources({ build, place }: Setting, folder: string): Promise<void> {
  const { entries } = build.sources;
  if (place.kind === 'host') {
    await copySources(entries, folder);
    return;
  }
  await withTemporaryDirectory('wheelworks-sources-', async (temporary) => {
    const here = join(temporary, 'project');
    await copySources(
      entries.filter(({ kind }) => kind !== 'git-objects'),
      here,
    );
    await place.copyIn(here, folder);
  });
  for (const entry of entries)
    if (entry.kind === 'git-objects')
      await place.copyIn(entry.store, joinPlacePath(place, folder, entry.path));
}

async function copyWithin(place: BuildPlace, from: string, to: string): Promise<void> {
  if (place.kind === 'host') {
    await place.copyIn(from, to);
    return;
  }
  const result = await place.run('/bin/cp', ['-a', from, to], { cwd: '/', env: place.env });
  if (result.exitCode !== 0) throw failureOf(result, `cp -a ${from} ${to}`);
}

/** Where uv is in a place; a place without it builds with something else. */
async function findUv(place: BuildPlace): Promise<string | undefined> {
  if (place.kind === 'host') return findExecutable('uv', place.env, place.platform);
  const result = await place
    .run('/bin/sh', ['-c', 'command -v uv'], { cwd: '/', env: place.env })
    .catch(() => undefined);
  const path = result?.exitCode === 0 ? result.stdout.trim() : '';
  return path.startsWith('/') ? path : undefined;
}

/** Milliseconds after which a before-all hangs. */
const TIMEOUT = 6 * 60 * 60 * 1000;

/** The project's own command, once a place, in sources that every copy is then made from. */
async function beforeAll(
  { build, job, place }: Setting,
  project: string,
  signal: AbortSignal,
): Promise<void> {
  const values = {
    project,
    package: joinPlacePath(place, project, build.sources.projectPath),
  };
  const text = fillPlaceholders(job.options.beforeAll, values, place.platform);
  const env = await jobEnvironment({
    job,
    place,
    sourceDateEpoch: sourceDateEpoch(build.env),
  });
  const log = await openLog(beforeAllLog(build));
  try {
    log.line(`$ ${text}`);
    const { command, args } = shellCommand(place, text);
    const result = await place.run(command, args, {
      cwd: project,
      env,
      signal,
      timeoutMs: build.timeoutMs ?? TIMEOUT,
      outputLimit: 64 * 1024,
      onLine: (line) => log.line(line),
    });
    if (result.exitCode === 0 && !result.timedOut) return;
    throw stepError('build/before-all-failed', 'The before-all command failed', result);
  } finally {
    log.close();
  }
}
