/**
 * `[tool.wheelworks]`, completed from `[tool.cibuildwheel]`.
 *
 * Of cibuildwheel's options those are honoured that say how an installed wheel is tested; a platform's own table wins
 * over the general one, as there.
 */
import * as z from 'zod';
import { parseRequirement } from '../packaging/index.ts';
import { readOptionTables } from './options/tables.ts';
import { acceptedBy, checkShape } from './pyproject.ts';

export interface ProjectSettings {
  /**
   * Shell command run in an empty folder after the wheel was installed; `{project}`, `{package}` and `{wheel}` are
   * replaced.
   */
  readonly testCommand?: string;
  /** Requirements installed before the test command. */
  readonly testRequires: readonly string[];
  /** Extras of the project that are installed for the tests. */
  readonly testExtras: readonly string[];
  /** Interpreter selectors used when the command line gives none. */
  readonly python: readonly string[];
  /** Environment variables added to every build. */
  readonly environment: Readonly<Record<string, string>>;
  /** PEP 517 config settings given to the backend. */
  readonly configSettings: Readonly<Record<string, string | readonly string[]>>;
  /** Debug information is split off the wheels' native files. */
  readonly debugFiles: boolean;
  /** Options of `[tool.cibuildwheel]` that change builds or tests there and are not honoured here. */
  readonly notHonoured: readonly string[];
}

const text = z.string();
/** A list of commands, or one. */
const commands = z.union([text, z.array(text)]);
const words = z.union([text, z.array(text)]).transform(listOf);
const requirements = words.pipe(z.array(text.superRefine(acceptedBy(parseRequirement))));

const ownTable = z.looseObject({
  'test-command': commands.optional(),
  'test-requires': requirements.optional(),
  'test-extras': words.optional(),
  python: words.optional(),
  'debug-files': z.boolean().optional(),
  environment: z
    .union([
      text.transform(() => ({})),
      z.record(text, z.union([text, z.bigint().transform(String)])),
    ])
    .optional(),
  'config-settings': z
    .union([text.transform(() => ({})), z.record(text, z.union([text, z.array(text)]))])
    .optional(),
});

/** Keys of `[tool.wheelworks]` that are no options of builds; those of other commands are judged there. */
export const OTHER_SETTINGS: readonly string[] = [
  'check',
  'debug-files',
  'packages',
  'promote',
  'publish',
  'python',
  'split',
  'version',
];

/** Other keys of another tool's table are not ours to judge. */
const cibuildwheelTable = z.looseObject({
  'test-command': commands.optional(),
  // `-r FILE` is taken there.
  'test-requires': words.optional(),
  'test-extras': words.optional(),
});

type CibuildwheelTable = z.output<typeof cibuildwheelTable>;

const CIBUILDWHEEL_PLATFORMS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'macos',
  win32: 'windows',
};

/** Options of cibuildwheel without which its wheels or tests would come out differently. */
const WEIGHTY = [
  'before-all',
  'before-build',
  'before-test',
  'config-settings',
  'environment',
  'overrides',
  'repair-wheel-command',
  'test-environment',
  'test-groups',
  'test-sources',
];

/**
 * The settings of a project.
 * @throws WheelworksError `config/unknown-setting`, `config/bad-pyproject`.
 */
export function settingsOf(
  tool: { readonly wheelworks?: unknown; readonly cibuildwheel?: unknown },
  platform: NodeJS.Platform,
  path: string,
): ProjectSettings {
  readOptionTables(tool.wheelworks, {
    table: 'tool.wheelworks',
    path,
    otherKeys: OTHER_SETTINGS,
  });
  const own = checkShape(ownTable, tool.wheelworks ?? {}, path, 'tool.wheelworks');
  const other = cibuildwheelOf(tool.cibuildwheel, platform, path);
  const testCommand = joinCommands(own['test-command'] ?? other['test-command']);
  return {
    ...(testCommand === undefined ? {} : { testCommand }),
    testRequires: own['test-requires'] ?? other['test-requires'] ?? [],
    testExtras: own['test-extras'] ?? other['test-extras'] ?? [],
    python: own.python ?? [],
    environment: own.environment ?? {},
    configSettings: own['config-settings'] ?? {},
    debugFiles: own['debug-files'] ?? false,
    notHonoured: WEIGHTY.filter((key) => isSet(other[key])),
  };
}

function cibuildwheelOf(
  value: unknown,
  platform: NodeJS.Platform,
  path: string,
): CibuildwheelTable {
  const table = checkShape(cibuildwheelTable, value ?? {}, path, 'tool.cibuildwheel');
  const name = CIBUILDWHEEL_PLATFORMS[platform];
  if (name === undefined || table[name] === undefined) return table;
  const own = checkShape(cibuildwheelTable, table[name], path, `tool.cibuildwheel.${name}`);
  return { ...table, ...own };
}

function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== '';
}

/** A list of commands runs like cibuildwheel's: each must succeed. */
function joinCommands(value: string | readonly string[] | undefined): string | undefined {
  return value === undefined || typeof value === 'string' ? value : value.join(' && ');
}

/** A text is a list separated by blanks; requirements with blanks in them have to be written as a list. */
function listOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? value.split(/\s+/).filter((part) => part !== '') : value;
}
