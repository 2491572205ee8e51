/** What `version` is told, by its options and by the project's settings. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { WheelworksError, systemErrorCode } from '../support/errors.ts';
import type {
  PackageVersion,
  ReadReleased,
  VersionFile,
  VersionKind,
  VersionRequest,
  VersionSettings,
  WriteTarget,
} from '../versioning/index.ts';
import type { CommandContext } from './context.ts';
import { noSuchInput } from './inputs.ts';
import { sourceDate } from './source-date.ts';
import { TOOL_VERSION } from './version.ts';

/** What the command line gives. */
export interface VersionOptions {
  readonly kind: VersionKind | undefined;
  readonly suffix: string | undefined;
  readonly from: 'files' | 'tags' | undefined;
  readonly bump: 'patch' | 'minor' | 'major' | undefined;
  readonly rcScheme: 'date' | 'counter' | undefined;
  readonly tagPattern: readonly string[];
  readonly name: string | undefined;
  readonly write: boolean;
  readonly writeTo: readonly string[];
  readonly set: readonly { readonly key: string; readonly value: string }[];
  readonly check: boolean;
  readonly next: boolean;
  readonly forIndex: boolean;
  readonly commit: boolean;
  readonly index: string | undefined;
  readonly released: readonly string[];
  readonly strict: boolean;
  readonly asOf: Date | undefined;
}

/** A request, and the files that may be written. */
export interface VersionInputs {
  readonly request: VersionRequest;
  readonly targets: readonly WriteTarget[];
  readonly readReleased: ReadReleased;
  readonly isStrict: boolean;
}

/**
 * Puts options and settings together; options win.
 * @throws WheelworksError `cli/*`, `config/*`, `file/*`.
 */
export async function versionInputs(
  inputs: readonly string[],
  options: VersionOptions,
  context: CommandContext,
): Promise<VersionInputs> {
  const { checkTagPattern, readVersionSettings, splitKey, DEFAULT_TAG_PATTERNS } =
    await import('../versioning/index.ts');
  const { cwd } = context;
  const named = await Promise.all(
    inputs.map((input) => versionFileAt(splitKey(input), { input, cwd })),
  );
  const first = named[0];
  const settings = await readVersionSettings(first === undefined ? cwd : dirname(first.path));
  for (const pattern of options.tagPattern) checkTagPattern(pattern);
  const patterns = [options.tagPattern, settings.tagPatterns].find((each) => each.length > 0);
  const from = options.from ?? (named.length > 0 ? 'files' : (settings.from ?? 'files'));
  const found = await sourceFiles(named, { from, settings, cwd });
  const targets = writeTargets(options, { settings, files: found.files, cwd });
  const kind = kindOf(options, settings);
  const request: VersionRequest = {
    ...found,
    folder: first === undefined ? (settings.folder ?? cwd) : dirname(first.path),
    kind,
    suffix: options.suffix ?? '',
    rcScheme: options.rcScheme ?? settings.rcScheme ?? 'date',
    ...bumpOf(options, settings),
    date: options.asOf ?? sourceDate(context.env).modified ?? new Date(),
    tagPatterns: patterns ?? DEFAULT_TAG_PATTERNS,
    ...(await nameOf(options, found.from, settings.folder ?? cwd)),
    forIndex: options.forIndex,
    withCommit: options.commit,
    written:
      options.write || options.check || options.writeTo.length > 0
        ? targets.map(({ path }) => path)
        : [],
    asksReleased: (options.index ?? settings.index) !== undefined || options.released.length > 0,
    isQuestion: options.check || options.next,
    git: { env: context.env, signal: context.signal },
  };
  return {
    request,
    targets,
    readReleased: releasedReader(options, settings, context),
    isStrict: options.strict || settings.strict,
  };
}

/** Tags belong to the project whose folder this is. */
async function nameOf(
  { name }: VersionOptions,
  from: Found['from'],
  folder: string,
): Promise<Pick<VersionRequest, 'name'>> {
  if (name !== undefined) return { name };
  if (from === 'files') return {};
  const { readPyproject } = await import('../project/index.ts');
  const own = (await readPyproject(join(folder, 'pyproject.toml')))?.project?.name;
  return own === undefined ? {} : { name: own };
}

function bumpOf(options: VersionOptions, settings: VersionSettings): Pick<VersionRequest, 'bump'> {
  const bump = options.bump ?? settings.bump;
  return bump === undefined ? {} : { bump };
}

/** A folder stands for its pyproject.toml. */
async function versionFileAt(
  file: VersionFile,
  { input, cwd }: { readonly input: string; readonly cwd: string },
): Promise<VersionFile> {
  // A name that exists is no name with a key.
  const whole = resolve(cwd, input);
  const found = await stat(whole).catch(() => undefined);
  if (found?.isDirectory() === true) return { path: join(whole, 'pyproject.toml') };
  if (found !== undefined) return { path: whole };
  const path = resolve(cwd, file.path);
  if (await isAbsent(path)) throw noSuchInput(input, false);
  return { ...file, path };
}

async function isAbsent(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: unknown) => systemErrorCode(error) === 'ENOENT',
  );
}

interface Found {
  readonly from: 'files' | 'tags';
  readonly files: readonly VersionFile[];
}

async function sourceFiles(
  named: readonly VersionFile[],
  {
    from,
    settings,
    cwd,
  }: { readonly from: Found['from']; readonly settings: VersionSettings; readonly cwd: string },
): Promise<Found> {
  if (from === 'tags') {
    return { from, files: [] };
  }
  if (named.length > 0) return { from, files: named };
  if (settings.files.length > 0) return { from, files: settings.files };
  const { readPyproject } = await import('../project/index.ts');
  const path = join(settings.folder ?? cwd, 'pyproject.toml');
  const pyproject = await readPyproject(path);
  if (pyproject?.project?.version !== undefined) return { from, files: [{ path }] };
  if (pyproject?.project !== undefined) return { from: 'tags', files: [] };
  throw new WheelworksError(
    'cli/missing-argument',
    'There is no pyproject.toml here with a version.',
    {
      path: cwd,
      hint: 'Name a version file, or take the version from tags with --from tags.',
    },
  );
}

function writeTargets(
  options: VersionOptions,
  {
    settings,
    files,
    cwd,
  }: {
    readonly settings: VersionSettings;
    readonly files: readonly VersionFile[];
    readonly cwd: string;
  },
): readonly WriteTarget[] {
  if (options.set.length > 0 && !options.write && !options.check && options.writeTo.length === 0)
    throw new WheelworksError('version/no-target', '--set changes files, and none is written.', {
      hint: 'Give --write, or --write-to FILE.',
    });
  const named = options.writeTo.map((text): WriteTarget => {
    const mark = text.lastIndexOf('#');
    const path = resolve(cwd, mark > 0 ? text.slice(0, mark) : text);
    const own = mark > 0 ? text.slice(mark + 1) : siblingKey(path, files);
    return { path, create: true, set: options.set, ...(own === undefined ? {} : { key: own }) };
  });
  if (named.length > 0) return named;
  if (settings.write.length > 0) {
    return settings.write.map((each) => {
      const key = each.key ?? siblingKey(each.path, files);
      const set = [...(each.set ?? []), ...options.set];
      return { ...each, set, ...(key === undefined ? {} : { key }) };
    });
  }
  if (files.length > 0 || !(options.write || options.check))
    return files.map((each) => ({ ...each, set: options.set }));
  throw new WheelworksError(
    'version/no-target',
    'There is no version file: the version comes from tags.',
    {
      path: cwd,
      hint: 'Name the file with --write-to, or in write of [tool.wheelworks.version].',
    },
  );
}

/** A generated version_local.json has the key that version.json beside it has. */
function siblingKey(path: string, files: readonly VersionFile[]): string | undefined {
  const sibling = files.find(
    (each) => each.key !== undefined && dirname(each.path) === dirname(path),
  );
  return sibling?.key;
}

function kindOf(options: VersionOptions, settings: VersionSettings): VersionKind {
  const { kind, suffix } = options;
  if (suffix !== undefined && kind !== undefined && kind !== 'custom')
    throw new WheelworksError(
      'cli/conflicting-options',
      `--suffix and --kind ${kind} cannot be used together.`,
      { hint: 'Give --kind custom, or leave it out.' },
    );
  if (suffix !== undefined) return 'custom';
  if (kind === 'custom')
    throw new WheelworksError('cli/missing-option', '--kind custom needs --suffix.', {
      hint: 'Give --suffix, as in --suffix rc1; it may be empty.',
    });
  const chosen = kind ?? settings.kind ?? (options.next ? 'stable' : undefined);
  if (chosen !== undefined && chosen !== 'custom') return chosen;
  throw new WheelworksError('cli/missing-option', 'It is not said what the version is for.', {
    hint: 'Give --kind stable, rc or dev, or --suffix. kind in [tool.wheelworks.version] is the default.',
  });
}

function releasedReader(
  options: VersionOptions,
  settings: VersionSettings,
  context: CommandContext,
): ReadReleased {
  return async (packages) => {
    const { releasedInPath, releasedOnIndex } = await import('../versioning/index.ts');
    const index = options.index ?? settings.index;
    if (index !== undefined && context.offline && /^https?:/.test(index))
      throw new WheelworksError('cli/offline', `${index} is not on this machine.`, {
        hint: 'Leave --index or --offline out.',
      });
    const lists = await Promise.all(
      options.released.map((path) =>
        releasedInPath(
          resolve(context.cwd, path),
          options.name === undefined ? [] : [options.name],
        ),
      ),
    );
    const indexed =
      index === undefined
        ? []
        : await releasedOnIndex(indexPlace(index, context.cwd), projectsOf(packages, options), {
            signal: context.signal,
            userAgent: `wheelworks/${TOOL_VERSION}`,
          });
    return [...indexed, ...lists.flat()];
  };
}

/** A guessed name would ask the index for another project, and find that nothing is taken. */
function projectsOf(
  packages: readonly PackageVersion[],
  { name }: VersionOptions,
): readonly string[] {
  if (name !== undefined) return [name];
  return packages.map((each) => {
    if (each.project !== null) return each.project;
    throw new WheelworksError(
      'version/no-name',
      `It is not known what ${each.name} is called on the index.`,
      {
        ...(each.path === null ? {} : { path: each.path }),
        hint: 'Give --name, or name in the files of [tool.wheelworks.version].',
      },
    );
  });
}

function indexPlace(index: string, cwd: string): string {
  return isAbsolute(index) || /^https?:/.test(index) ? index : resolve(cwd, index);
}
