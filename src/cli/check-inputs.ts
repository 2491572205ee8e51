/** What `check` is told, by its options, by the project's settings and by an index. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { CheckSetOptions, CheckSettings, CheckedFile, ExpectedFile } from '../check/index.ts';
import { openCache } from '../support/cache.ts';
import { parseSize } from '../support/byte-size.ts';
import { findExecutables } from '../support/find-executable.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { InvalidValue } from './command.ts';
import type { CommandContext } from './context.ts';
import { matchesName, matchesPath } from './glob.ts';

/** Options of the command that say what is checked. */
export interface CheckCommandOptions {
  readonly ignore: readonly string[];
  readonly expect: readonly string[];
  readonly forbid: readonly string[];
  readonly topLevel: readonly string[];
  readonly expectFile: readonly string[];
  readonly plan: string | undefined;
  readonly srcDir: string | undefined;
  readonly maxSize: number | undefined;
  readonly contents: boolean;
  /** Default true. */
  readonly natives?: boolean;
}

/** `100MB`. @throws InvalidValue for what is no size. */
export function sizeValue(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidValue('expected a size such as 200MB or 64MiB');
  return bytes;
}

/** ISO 8601. @throws InvalidValue for what is no time, or one without a zone, which would be another one elsewhere. */
export function timeValue(text: string): Date {
  const time = new Date(text);
  const isWhole = /^\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:?\d\d))?$/.test(text);
  if (!isWhole || Number.isNaN(time.getTime()))
    throw new InvalidValue('expected a time such as 2026-11-20 or 2026-11-20T12:00:00Z');
  return time;
}

/** `[tool.wheelworks.check]` of the pyproject.toml in the current folder. @throws WheelworksError `config/*`. */
export async function readCheckSettings({ cwd }: CommandContext): Promise<CheckSettings> {
  const { readPyproject } = await import('../project/index.ts');
  const { checkSettingsOf } = await import('../check/index.ts');
  const path = join(cwd, 'pyproject.toml');
  const pyproject = await readPyproject(path);
  const own: unknown = pyproject?.tool?.wheelworks;
  const table: unknown = isTable(own) ? own['check'] : undefined;
  return checkSettingsOf(table, path);
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * What the command line says wins over the project's settings; lists of both count.
 * @throws WheelworksError `config/bad-plan`, `file/*`.
 */
export async function checkOptionsFrom(
  options: CheckCommandOptions,
  settings: CheckSettings,
  context: CommandContext,
): Promise<CheckSetOptions> {
  const ignored = [...settings.ignore, ...options.ignore];
  const forbidden = [...settings.forbid, ...options.forbid];
  const maxSize = options.maxSize ?? settings.maxSize;
  const { maxFiles, maxUnpackedSize, maxPathLength } = settings;
  return {
    contents: options.contents,
    natives: options.natives ?? true,
    signal: context.signal,
    pythons: await pythonsOnPath(context),
    cache: openCache(join(context.cacheDirectory, 'descriptions'), context.events),
    isIgnored: (code) => ignored.some((pattern) => matchesPath(pattern, code)),
    isUnexpected: (path) => forbidden.some((pattern) => matchesPath(pattern, path)),
    expected: [...settings.expect, ...options.expect].map((pattern) => ({
      pattern,
      matches: (path: string) => matchesPath(pattern, path),
    })),
    expects: [
      ...options.expectFile.map((pattern) => ({
        pattern,
        matches: (filename: string) => matchesName(pattern, filename),
      })),
      ...(await planned(options.plan, context)),
    ],
    topLevel: [...settings.topLevel, ...options.topLevel],
    ...(maxSize === undefined ? {} : { maxSize }),
    ...(maxFiles === undefined ? {} : { maxFiles }),
    ...(maxUnpackedSize === undefined ? {} : { maxUnpackedSize }),
    ...(maxPathLength === undefined ? {} : { maxPathLength }),
    ...(options.srcDir === undefined
      ? {}
      : { sourceModules: await modulesBelow(resolve(context.cwd, options.srcDir)) }),
  };
}

/** The files that a plan promises; none without one. @throws WheelworksError `config/bad-plan`, `file/*`. */
export async function planned(
  plan: string | undefined,
  { cwd }: CommandContext,
): Promise<readonly (ExpectedFile & { readonly job: string })[]> {
  if (plan === undefined) return [];
  const { matchesPlanned, plannedFiles } = await import('../check/index.ts');
  const path = resolve(cwd, plan);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'EISDIR')
      throw new WheelworksError('cli/bad-value', `${plan} is a folder and no plan.`, {
        path,
        hint: 'Give --plan the file that wheelworks plan --json wrote.',
      });
    throw fileError(error, path);
  });
  return plannedFiles(text, path).map((file) => ({
    ...file,
    matches: (filename: string) => matchesPlanned(file.pattern, filename),
  }));
}

/** Whether two files may have the same bytes, so that they are to be hashed. What is not there is told by who opens it. */
export async function sharesSize(
  files: readonly string[],
  { cwd }: CommandContext,
): Promise<boolean> {
  const sizes = await Promise.all(
    files.map(async (path) =>
      stat(resolve(cwd, path)).then(
        ({ size }) => size,
        () => undefined,
      ),
    ),
  );
  const known = sizes.filter((size) => size !== undefined);
  return new Set(known).size < known.length;
}

/** All of them: which has docutils is seen when there is something to render. */
async function pythonsOnPath({ env, platform }: CommandContext): Promise<readonly string[]> {
  const found = await Promise.all(
    ['python3', 'python'].map((name) => findExecutables(name, env, platform)),
  );
  return [...new Set(found.flat())];
}

async function modulesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  return entries
    .filter((path) => path.endsWith('.py'))
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !/(?:^|\/)__pycache__\//.test(path))
    .sort();
}

/**
 * What the index of `--index` has of the projects that were checked; nothing without that option.
 * @throws WheelworksError `cli/conflicting-options`, and as the client of the index.
 */
export async function indexedState(
  files: readonly CheckedFile[],
  {
    index,
    asOf = new Date(),
  }: { readonly index: string | undefined; readonly asOf?: Date | undefined },
  context: CommandContext,
): Promise<Pick<CheckSetOptions, 'indexed'>> {
  if (index === undefined) return {};
  const isRemote = /^https?:/i.test(index);
  if (isRemote && context.offline)
    throw new WheelworksError(
      'cli/conflicting-options',
      'An index on the network cannot be asked offline.',
      {
        evidence: '--offline',
        hint: 'Give --index a folder, or leave --offline out.',
      },
    );
  const { readIndexed } = await import('../check/index.ts');
  const where = isRemote ? index : resolve(context.cwd, index);
  const projects = await readIndexed(where, files, { signal: context.signal });
  return { indexed: { projects, now: asOf } };
}
