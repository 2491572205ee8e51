/** The environment of a build or test: the caller's, without what would leak in, with what makes it repeatable. */
import { delimiter, dirname, isAbsolute, join } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that make an interpreter load something other than itself and its own packages. */
const LEAKING: ReadonlySet<string> = new Set([
  'PYTHONHOME',
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONUSERBASE',
  'PYTHONEXECUTABLE',
  'VIRTUAL_ENV',
  '__PYVENV_LAUNCHER__',
  // pyenv's shims would otherwise choose the interpreter instead of us.
  'PYENV_VERSION',
  'PYENV_DIR',
]);

export interface BuildEnvironmentOptions {
  /** The caller's environment. */
  readonly env: Environment;
  /** The interpreter that builds. */
  readonly executable: string;
  /** Seconds since 1970 for every time that ends up in the wheel. */
  readonly sourceDateEpoch: number;
}

/** The variables a build with `executable` runs with. */
export function buildEnvironment(options: BuildEnvironmentOptions): Environment {
  return {
    ...plainLocale(cleanEnvironment(options.env)),
    PATH: pathWith(dirname(options.executable), options.env['PATH'] ?? ''),
    // Hash order ends up in generated code and archives.
    PYTHONHASHSEED: '0',
    SOURCE_DATE_EPOCH: String(options.sourceDateEpoch),
    TZ: 'UTC0',
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONNOUSERSITE: '1',
    PYTHONIOENCODING: 'utf-8',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
  };
}

/** The environment without variables that lead Python astray. */
export function cleanEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !LEAKING.has(name)));
}

/**
 * Tools that were installed with an interpreter are found before others of the same name; but where its folder is on
 * PATH already, the user's order stands, since /usr/bin first would hide the compiler they chose.
 */
function pathWith(folder: string, path: string): string {
  return path.split(delimiter).includes(folder) ? path : [folder, path].join(delimiter);
}

/** Sorting, numbers and the messages that diagnosis reads are the C locale's; the encoding stays the caller's. */
function plainLocale(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !/^(?:LANG|LANGUAGE|LC_.+)$/.test(name));
  const encoding = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
  return { ...Object.fromEntries(kept), LC_CTYPE: encoding ?? 'C.UTF-8' };
}

/** Variables of pip and uv that hold paths, which they take relative to the folder they run in. */
const PATH_VARIABLES = [
  'PIP_BUILD_CONSTRAINT',
  'PIP_CONFIG_FILE',
  'PIP_CONSTRAINT',
  'PIP_FIND_LINKS',
  'UV_BUILD_CONSTRAINT',
  'UV_CONFIG_FILE',
  'UV_CONSTRAINT',
  'UV_FIND_LINKS',
];

/** The environment with relative paths for pip and uv made absolute: they run elsewhere than the user stands. */
export function withAbsolutePaths(env: Environment, cwd: string): Environment {
  const changed = PATH_VARIABLES.flatMap((name) => {
    const value = env[name];
    if (value === undefined || value === '') return [];
    return [
      [
        name,
        value
          .split(/(\s+)/)
          .map((part) => absolute(part, cwd))
          .join(''),
      ] as const,
    ];
  });
  return { ...env, ...Object.fromEntries(changed) };
}

function absolute(part: string, cwd: string): string {
  const isRelativePath = /\S/.test(part) && !isAbsolute(part) && !/^[\w+.-]{2,}:/.test(part);
  return isRelativePath ? join(cwd, part) : part;
}

/** The environment with a folder of ours for temporary files: what a killed compiler or pip leaves goes with it. */
export function withTemporaryFolder(env: Environment, folder: string): Environment {
  return { ...env, TMPDIR: folder, TEMP: folder, TMP: folder };
}

/** 1980-01-01T00:00:00Z, the earliest time a zip archive can hold. */
export const ZIP_EPOCH = 315_532_800;

/** `SOURCE_DATE_EPOCH` of the caller when it is a number of seconds a zip can hold, otherwise {@link ZIP_EPOCH}. */
export function sourceDateEpoch(env: Environment): number {
  const text = env['SOURCE_DATE_EPOCH'] ?? '';
  return /^\d{1,11}$/.test(text) ? Math.max(Number(text), ZIP_EPOCH) : ZIP_EPOCH;
}
