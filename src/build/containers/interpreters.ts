/** The interpreters of a container, probed where they are. */
import {
  describeInterpreter,
  probeInterpreter,
  probeSource,
  readFacts,
  type Interpreter,
  type InterpreterFacts,
  type RunProgram,
} from '../../python/index.ts';
import type { Cache } from '../../support/cache.ts';
import { WheelworksError } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import { mapParallel } from '../../support/parallel.ts';
import type { Environment } from '../environment.ts';
import type { ContainerPython } from './describe.ts';

export interface ContainerInterpreters {
  all(): Promise<readonly Interpreter[]>;
  /** By tag and the folder of `/opt/python`; that folder is right whatever the interpreter says. */
  find(python: { readonly tag: string; readonly folder: string }): Promise<Interpreter | undefined>;
}

export interface ContainerInterpretersOptions {
  readonly pythons: readonly ContainerPython[];
  readonly env: Environment;
  /** Runs a program in the container. */
  readonly run: RunProgram;
  /** Identifies what is in the image. */
  readonly imageId: string;
  readonly cache?: Cache;
  readonly signal?: AbortSignal;
}

/** Interpreters started at once: each start is mostly the engine's own work. */
const AT_ONCE = 4;

/** Milliseconds; an emulated interpreter takes ten times as long as one of this machine. */
const TIMEOUT = 60_000;

/** The interpreters of a container; each is asked once, and once an image where a cache remembers. */
export function containerInterpreters(
  options: ContainerInterpretersOptions,
): ContainerInterpreters {
  const known = new Map<string, Promise<Interpreter | undefined>>();
  const describe = (python: ContainerPython): Promise<Interpreter | undefined> => {
    const answer = known.get(python.path) ?? probe(python, options);
    known.set(python.path, answer);
    return answer;
  };
  const all = async (): Promise<readonly Interpreter[]> => {
    const found = await mapParallel(options.pythons, AT_ONCE, describe);
    return found.filter((each) => each !== undefined);
  };
  return {
    all,
    async find({ tag, folder }) {
      const own = options.pythons.find(({ path }) => path.startsWith(`/opt/python/${folder}/`));
      const named = own === undefined ? undefined : await describe(own);
      if (named !== undefined) return named;
      return (await all()).find((interpreter) => tagOf(interpreter) === tag);
    },
  };
}

/** What cannot describe itself is no interpreter; a job that needs it says that there is none. */
async function probe(
  python: ContainerPython,
  options: ContainerInterpretersOptions,
): Promise<Interpreter | undefined> {
  const { path, realPath, stamp } = python;
  const key = ['container-python', sha256(probeSource), options.imageId, path, realPath, stamp];
  const kept = await options.cache?.readJson(key.join('\0'), readFacts);
  const facts = kept ?? (await ask(path, options));
  if (facts === undefined) return undefined;
  if (kept === undefined) await options.cache?.writeJson(key.join('\0'), facts);
  return {
    ...facts,
    path,
    realPath,
    place: path.startsWith('/opt/python/') ? 'manylinux' : 'path',
    givenAs: [],
    label: describeInterpreter(facts),
  };
}

async function ask(
  path: string,
  { env, run, signal }: ContainerInterpretersOptions,
): Promise<InterpreterFacts | undefined> {
  try {
    return await probeInterpreter(
      path,
      { platform: 'linux', env, home: env['HOME'] ?? '/', cwd: '/' },
      { run, timeoutMs: TIMEOUT, ...(signal === undefined ? {} : { signal }) },
    );
  } catch (error) {
    if (error instanceof WheelworksError && error.code.startsWith('python/')) return undefined;
    throw error;
  }
}

/** The tag of identifiers: `cp312`, `cp314t`, `pp311`, `gp312_250`. */
export function tagOf({ implementation, version, freeThreaded }: InterpreterFacts): string {
  const python = `${version.major}${version.minor}`;
  if (implementation.name === 'pypy') return `pp${python}`;
  if (implementation.name === 'graalpy') {
    const [major = '', minor = '0'] = implementation.version.split('.');
    return `gp${python}_${major}${minor}`;
  }
  return `cp${python}${freeThreaded ? 't' : ''}`;
}
