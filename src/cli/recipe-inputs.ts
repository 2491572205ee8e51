/** What the recipe commands share: the sdist that is meant, and how its dependencies are found. */
import { join, resolve } from 'node:path';
import type { OpenWrtRelease, RecipeOptions, SdistSubject } from '../openwrt/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { OptionSpec } from './command.ts';
import type { CommandContext } from './context.ts';
import { interpreterSearch } from './search-environment.ts';

/** Options of every command that looks at an sdist. */
export const SDIST_OPTIONS = {
  index: {
    flags: '--index <url>',
    description: 'where sdists are looked for (an address ending in /simple/, or a folder)',
    defaultText: 'PyPI',
  },
  findLinks: {
    flags: '--find-links <dir>',
    description: 'a folder of sdists that is looked at first',
    completes: 'directory',
  },
  target: {
    flags: '--target <release>',
    description: 'the release of OpenWrt whose interpreter counts',
    default: 'master',
  },
  extra: {
    flags: '--extra <name>',
    description: 'what this extra requires is a dependency, too',
    repeatable: true,
  },
  python: {
    flags: '--python <python>',
    description: 'the Python that reads imports',
    defaultText: "the machine's, best of the target's minor version",
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export interface SdistChoices {
  readonly index: string | undefined;
  readonly findLinks: string | undefined;
  readonly target: string;
  readonly extra: readonly string[];
  readonly python: string | undefined;
}

/** Whether an input is the path of an sdist, and no name of a project. */
export function isSdistPath(input: string): boolean {
  return /\.(?:tar\.gz|zip)$/.test(input);
}

/**
 * Calls back with the sdist of a path, or of `NAME` or `NAME==VERSION`; what had to be fetched is gone afterwards.
 * @throws WheelworksError `cli/offline`, `recipe/no-sdist` and others, as `findSdist` and `readSdistSubject`.
 */
export async function withSdist<Result>(
  input: string,
  choices: SdistChoices,
  context: CommandContext,
  work: (subject: SdistSubject, release: OpenWrtRelease) => Promise<Result>,
): Promise<Result> {
  const { findSdist, openWrtRelease, readSdistSubject } = await import('../openwrt/index.ts');
  const { withTemporaryDirectory } = await import('../support/temporary.ts');
  const release = openWrtRelease(choices.target);
  const { minor } = release.python;
  if (isSdistPath(input))
    return work(await readSdistSubject(resolve(context.cwd, input), minor), release);
  const { project, version } = await projectOf(input);
  const index = choices.index ?? (choices.findLinks === undefined ? await pypi() : undefined);
  const isRemote = index !== undefined && /^https?:/.test(index);
  if (isRemote && context.offline)
    throw new WheelworksError('cli/offline', `${index} is not on this machine.`, {
      hint: 'Leave --offline out, give the path of an sdist, or a folder with --find-links.',
    });
  return withTemporaryDirectory('recipe', async (directory) => {
    const path = await findSdist({
      project,
      directory,
      python: release.python.version,
      signal: context.signal,
      ...(version === undefined ? {} : { version }),
      ...(index === undefined ? {} : { index: await indexAt(index, context.cwd) }),
      ...(choices.findLinks === undefined
        ? {}
        : { findLinks: resolve(context.cwd, choices.findLinks) }),
    }).catch((error: unknown) => {
      throw choices.index === undefined ? withOtherPlaces(error) : error;
    });
    return work(await readSdistSubject(path, minor), release);
  });
}

/** @throws WheelworksError `openwrt/bad-name` for other requirements than `NAME==VERSION`, and for paths of other files. */
async function projectOf(
  input: string,
): Promise<{ readonly project: string; readonly version: string | undefined }> {
  const { isValidName } = await import('../packaging/index.ts');
  const [project = '', version, ...more] = input.split('==').map((part) => part.trim());
  const isVersion = version === undefined || /^[^\s=*,;]+$/.test(version);
  if (isValidName(project) && isVersion && more.length === 0) return { project, version };
  throw new WheelworksError('openwrt/bad-name', `${JSON.stringify(input)} names no sdist.`, {
    evidence: input,
    hint: 'Give NAME, NAME==VERSION, or the path of an sdist (.tar.gz, .zip).',
  });
}

/** An address, or the folder of the list of projects, which may be named by the folder around it. */
async function indexAt(index: string, cwd: string): Promise<string> {
  if (/^https?:/.test(index)) return index;
  const { stat } = await import('node:fs/promises');
  const { fileError } = await import('../support/errors.ts');
  const folder = resolve(cwd, index);
  await stat(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  const inside = join(folder, 'simple');
  const isAround = await stat(inside).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isAround ? inside : folder;
}

/**
 * How a recipe is derived: with the Python of the target's minor version, else the newest of this machine.
 * @throws WheelworksError `openwrt/no-interpreter` when the one that is asked for is not there.
 */
export async function deriveOptions(
  choices: SdistChoices,
  release: OpenWrtRelease,
  context: CommandContext,
): Promise<Omit<RecipeOptions, 'maintainers' | 'twoInterpreters'>> {
  const python = await readerOf(choices, release, context);
  return {
    release,
    extras: choices.extra,
    env: context.env,
    signal: context.signal,
    ...(python === undefined ? {} : { python }),
  };
}

async function readerOf(
  { python }: SdistChoices,
  release: OpenWrtRelease,
  context: CommandContext,
): Promise<string | undefined> {
  const { findCompilerPython } = await import('../openwrt/index.ts');
  const { compareInterpreters, findInterpreters } = await import('../python/index.ts');
  const search = await interpreterSearch(context);
  if (python !== undefined) return findCompilerPython(release.python, search, { selector: python });
  const { interpreters } = await findInterpreters(search);
  const usable = interpreters.filter(
    ({ implementation, version }) => implementation.name === 'cpython' && version.major === 3,
  );
  const same = usable.find(
    ({ version }) => `${version.major}.${version.minor}` === release.python.minor,
  );
  return (same ?? [...usable].sort(compareInterpreters).at(-1))?.path;
}

async function pypi(): Promise<string | undefined> {
  const { PACKAGE_INDEXES } = await import('../packaging/index.ts');
  return PACKAGE_INDEXES.get('pypi')?.simple;
}

/** Nobody chose the address: that it does not answer is cured by another place, not by looking at it. */
function withOtherPlaces(error: unknown): unknown {
  if (!(error instanceof WheelworksError) || error.code !== 'http/no-answer') return error;
  return new WheelworksError(error.code, error.message, {
    ...error.toJSON(),
    cause: error.cause,
    hint: 'Give the path of an sdist, a folder of them with --find-links, or another index with --index.',
  });
}
