import {
  isGroup,
  type ArgumentSpec,
  type CommandSpec,
  type OptionSpec,
  type RunnableCommand,
} from './command.ts';

/** The program's name, as users type it. */
export const PROGRAM = 'wheelworks';

/** What the program is for, in one line. */
export const TAGLINE = 'build, tag, check, release and open Python wheels with native code';

/** An argument as a usage line shows it: `<file>`, `[file]`, `<file...>`. */
export function argumentText(argument: ArgumentSpec): string {
  const name = argument.variadic === true ? `${argument.name}...` : argument.name;
  return argument.optional === true ? `[${name}]` : `<${name}>`;
}

/** The usage line of a command that is reached by `path`, its own name included. */
export function usageOf(path: readonly string[], spec: CommandSpec): string {
  const rest = isGroup(spec)
    ? ['<command>', '[options]']
    : [...requiredOptions(spec), '[options]', ...spec.arguments.map(argumentText)];
  return [PROGRAM, ...path, ...rest].join(' ');
}

function requiredOptions(spec: RunnableCommand): string[] {
  return Object.values(spec.options)
    .filter((option) => option.required === true)
    .map((option) => flagParts(option).long + flagParts(option).value);
}

/** The parts of an option's flags: `-o`, `--output`, and ` <dir>` or nothing. */
export interface FlagParts {
  readonly short: string | undefined;
  readonly long: string;
  /** With its leading space; empty for a switch. */
  readonly value: string;
}

const FLAGS = /^(?:(-[A-Za-z0-9]), )?(--[a-z0-9][a-z0-9-]*)( <[a-z0-9-]+>)?$/;

/** Takes an option's flags apart. */
export function flagParts(option: Pick<OptionSpec, 'flags'>): FlagParts {
  const match = FLAGS.exec(option.flags);
  if (match?.[2] === undefined) throw new Error(`An option's flags are malformed: ${option.flags}`);
  return { short: match[1], long: match[2], value: match[3] ?? '' };
}

/** True for an option that takes a value. */
export function takesValue(option: OptionSpec): boolean {
  return flagParts(option).value !== '';
}

/** The key an option's value stands under: `--cache-dir` gives `cacheDir`, `--no-strip` gives `strip`. */
export function keyOf(option: Pick<OptionSpec, 'flags'>): string {
  return flagParts(option)
    .long.replace(/^--(?:no-)?/, '')
    .replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** The options that help shows. */
export function shownOptions(options: Readonly<Record<string, OptionSpec>>): OptionSpec[] {
  return Object.values(options).filter((option) => option.hidden !== true);
}

/** A description with what the declaration adds to it: choices, default, whether it may be given again. */
export function optionText(option: OptionSpec): string {
  const defaultText = option.defaultText ?? plainDefault(option);
  const notes = [
    ...(option.choices === undefined ? [] : [`one of ${option.choices.join(', ')}`]),
    ...(defaultText === undefined ? [] : [`default: ${defaultText}`]),
    ...(option.repeatable === true ? ['may be given several times'] : []),
    ...(option.required === true ? ['required'] : []),
  ];
  return notes.length === 0 ? option.description : `${option.description} (${notes.join('; ')})`;
}

/** A default that can be read as it is; others are worded by `defaultText`. */
function plainDefault(option: OptionSpec): string | undefined {
  const value = option.default;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** An argument's description with its choices. */
export function argumentDescription(argument: ArgumentSpec): string {
  return argument.choices === undefined
    ? argument.description
    : `${argument.description} (one of ${argument.choices.join(', ')})`;
}

/** What the exit codes mean; the manual and the help say the same. */
export const EXIT_STATUS: readonly (readonly [code: string, meaning: string])[] = [
  ['0', 'done and clean'],
  ['1', 'the work ran and found problems, or failed'],
  ['2', 'the command line or the configuration is wrong'],
  ['3', 'there was nothing to do'],
  ['130, 143', 'interrupted (SIGINT, SIGTERM)'],
  ['141', 'whatever read the output has gone away'],
];
