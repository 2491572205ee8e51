import { InvalidValue, type OptionSpec, type OptionValues } from './command.ts';

const MOST_JOBS = 1024;

/** The options every command takes, before or after its name. */
export const COMMON_OPTIONS = {
  json: { flags: '--json', description: 'write one JSON document to standard output' },
  jobs: {
    flags: '-j, --jobs <n>',
    description: 'how much to do at once',
    defaultText: 'all cores',
    parse: (text: string): number => wholeNumber(text, 1, MOST_JOBS),
  },
  verbose: { flags: '-v, --verbose', description: 'tell more', conflicts: ['quiet'] },
  quiet: { flags: '-q, --quiet', description: 'no progress, only results and errors' },
  color: {
    flags: '--color <when>',
    description: 'colour the output',
    choices: ['auto', 'always', 'never'],
    defaultText: 'auto',
  },
  cacheDir: {
    flags: '--cache-dir <dir>',
    description: 'where to keep what can be fetched or computed again',
    completes: 'directory',
  },
  offline: { flags: '--offline', description: 'use no network; fail when something is not cached' },
  debug: { flags: '--debug', description: 'show the stack trace of an error' },
} as const;

/** The parsed common options; undefined means "not given". */
export type CommonOptions = OptionValues<typeof COMMON_OPTIONS>;

/** `-h, --help`, which the parser itself answers. */
export const HELP_OPTION: OptionSpec = { flags: '-h, --help', description: 'show this help' };

/**
 * A whole number in decimal digits between two bounds, both allowed.
 * @throws InvalidValue
 */
export function wholeNumber(text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new InvalidValue(`a whole number from ${least} to ${most} is needed.`);
}
