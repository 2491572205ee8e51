/**
 * Installs a wheel into a fresh environment, from its file or the way a user will, from an index alone, and runs the
 * project's test command there.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WheelworksError } from '../../support/errors.ts';
import { cleanEnvironment, type Environment } from '../environment.ts';
import { identifyingVariables, testVariables } from '../job-environment.ts';
import type { BuildJob } from '../job.ts';
import { openLog } from '../log-file.ts';
import { testLog } from '../logs.ts';
import type { NeededWheel } from '../needed-wheels.ts';
import type { PackageBuild } from '../package-build.ts';
import { fillPlaceholders, usesPip } from '../placeholders.ts';
import {
  joinPlacePath,
  makePlaceFolder,
  removeFolder,
  shellCommand,
  stepError,
  type PlaceCommand,
} from '../place-shell.ts';
import type { OpenPlace } from '../places.ts';
import { takenTags } from '../supported.ts';
import {
  installDependencies,
  installWheel,
  makeEnvironment,
  runLogged,
  scriptsFolder,
  type Installed,
  type TestRoom,
} from './environment.ts';
import { describeWheel, type DescribedWheel } from './described-wheel.ts';
import { choosePip } from './pip.ts';
import { groupRequirements } from './groups.ts';
import { keepTest } from './keep-test.ts';
import { copyTestSources } from './test-sources.ts';

/** Where the wheel is installed from. */
export type TestOrigin =
  | { readonly from: 'file' }
  /** `files`: names of what an index in the output folder has. */
  | { readonly from: 'index'; readonly files: readonly string[] };

/** A part of the set that is tested. */
export interface TestedPart {
  readonly path: string;
  readonly filename: string;
  readonly distribution: string;
}

export interface TestWheelOptions {
  readonly build: PackageBuild;
  readonly job: BuildJob;
  readonly open: OpenPlace;
  /** The wheel on this machine, which the job's interpreter takes. */
  readonly path: string;
  readonly filename: string;
  /** The parts of its set, on this machine; none of a wheel that was not split. */
  readonly parts: readonly TestedPart[];
  readonly origin: TestOrigin;
  /** Wheels of other packages that it needs. */
  readonly needed: readonly NeededWheel[];
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Makes the environment, installs, tests. Of a test that fails the environment is kept, so that somebody can look.
 * @returns what the user should know of how it was installed.
 * @throws WheelworksError `release/no-environment`, `release/dependencies-failed`, `release/install-failed`,
 * `build/before-test-failed`, `release/test-failed`, each with the last lines of output; `process/*`, `file/*`.
 */
export async function testWheel(options: TestWheelOptions): Promise<readonly string[]> {
  const { build, job, filename, open } = options;
  const { interpreter } = job;
  const { place } = open;
  const { testCommand, beforeTest, skipTest } = job.options;
  const pip = choosePip({
    interpreter,
    tags: takenTags(filename, interpreter),
    helpers: place.kind === 'host' ? build.helpers : await place.interpreters(),
    needsOwn: usesPip(testCommand) || usesPip(beforeTest),
  });
  const log = await openLog(testLog(build, job));
  const folder = await place.makeFolder(`${job.id}-test`);
  let last: PlaceCommand | undefined;
  let brought: string | undefined;
  try {
    const room: TestRoom = {
      build,
      place,
      interpreter,
      pip,
      log,
      environment: joinPlacePath(place, folder, 'venv'),
      work: joinPlacePath(place, folder, 'work'),
      temporary: joinPlacePath(place, folder, 'tmp'),
      signal: options.signal,
      onLine: options.onLine,
      onCommand: (command) => {
        last = command;
      },
    };
    await makePlaceFolder(place, room.work);
    await makePlaceFolder(place, room.temporary);
    await makeEnvironment(room);
    const { parts } = options;
    const { testExtras } = job.options;
    const wheel = await describeWheel(options.path, { interpreter, testExtras, parts });
    const needs = skipTest
      ? wheel.dependencies
      : [
          ...wheel.dependencies,
          ...job.options.testRequires,
          ...(await groupRequirements(build.project.directory, job.options.testGroups)),
        ];
    const here = await bringIn(options);
    brought = here.path;
    if (needs.length > 0) await installDependencies(room, needs, here.links);
    if (!skipTest) await runOwnCommand('before-test', { options, room, wheel: here.path });
    await installWheel(room, here.installed(wheel));
    if (!skipTest) {
      await copyTestSources(build.sources, job.options.testSources, room);
      await runOwnCommand('test', { options, room, wheel: here.path });
    }
  } catch (error) {
    if (last !== undefined && error instanceof WheelworksError && !options.signal.aborted)
      await keepTest({ build, job, open, folder, command: last, error, wheel: brought });
    throw error;
  } finally {
    log.close();
    await removeFolder(place, folder);
  }
  return pip.notice === undefined ? [] : [pip.notice];
}

/** What is installed, in the place. */
interface Brought {
  /** The wheel. */
  readonly path: string;
  readonly links: readonly string[];
  installed(wheel: DescribedWheel): Installed;
}

async function bringIn(options: TestWheelOptions): Promise<Brought> {
  const { build, open, path, filename, parts, origin, needed } = options;
  const { place } = open;
  const isHost = place.kind === 'host';
  if (origin.from === 'index') {
    const root = isHost
      ? build.output
      : await open.share(
          `index ${origin.files.join(' ')}`,
          await indexFiles(build.output, origin.files),
        );
    const url = (name: string): string =>
      isHost ? pathToFileURL(join(root, name)).href : `file://${encodeURI(root)}/${name}`;
    return {
      path: joinPlacePath(place, root, filename),
      links: ['--find-links', url('links.html')],
      installed: ({ name, version }) => ({
        from: 'index',
        url: url('simple'),
        // Without their dependencies, so each by its name.
        requirements: [
          `${name}==${version}`,
          ...parts.map(({ distribution }) => `${distribution}==${version}`),
        ],
      }),
    };
  }
  const folder = isHost
    ? undefined
    : await open.share(path, [path, ...parts.map((part) => part.path)]);
  const inPlace = (file: { readonly path: string; readonly filename: string }): string =>
    folder === undefined ? file.path : joinPlacePath(place, folder, file.filename);
  const own = inPlace({ path, filename });
  const key = needed.map(({ sha256 }) => sha256).join(' ');
  const links =
    needed.length === 0
      ? []
      : [
          '--find-links',
          await open.share(
            key,
            needed.map((wheel) => wheel.path),
          ),
        ];
  return {
    path: own,
    links,
    installed: () => ({ from: 'file', paths: [own, ...parts.map(inPlace)] }),
  };
}

/** An index in a folder: its pages, its files, and the metadata that its pages promise beside wheels (PEP 658). */
async function indexFiles(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const present = new Set(await readdir(folder));
  return ['simple', 'links.html', ...files.flatMap((name) => [name, `${name}.metadata`])]
    .filter((name) => present.has(name))
    .map((name) => join(folder, name));
}

/** One of the project's own commands, in the environment. */
async function runOwnCommand(
  step: 'before-test' | 'test',
  {
    options: { job, open, parts },
    room,
    wheel,
  }: { readonly options: TestWheelOptions; readonly room: TestRoom; readonly wheel: string },
): Promise<void> {
  const text = step === 'test' ? job.options.testCommand : job.options.beforeTest;
  if (text.trim() === '') return;
  const { place, environment } = room;
  const values = { ...(await open.sourceFolders()), wheel };
  const { command, args } = shellCommand(place, fillPlaceholders(text, values, place.platform));
  const separator = place.platform === 'win32' ? ';' : ':';
  const env: Environment = {
    ...cleanEnvironment(place.env),
    VIRTUAL_ENV: environment,
    PATH: [scriptsFolder(room), place.env['PATH'] ?? ''].join(separator),
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONNOUSERSITE: '1',
    // The first import joins: every test does that anew, and nothing of it stays with whoever runs it.
    ...(parts.length === 0
      ? {}
      : { WHEELWORKS_CACHE: joinPlacePath(place, room.temporary, 'joined') }),
    ...identifyingVariables(job.id),
  };
  const result = await runLogged(room, command, args, await testVariables(job, place, env));
  if (result.exitCode === 0 && !result.timedOut) return;
  if (step === 'test') throw stepError('release/test-failed', 'The test command failed', result);
  throw stepError('build/before-test-failed', 'The before-test command failed', result);
}
