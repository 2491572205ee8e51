import { Argument, Command, CommanderError, Option } from 'commander';
import { closestName } from '../support/closest-name.ts';
import type { WheelworksError } from '../support/errors.ts';
import {
  InvalidValue,
  isGroup,
  type CommandSpec,
  type OptionSpec,
  type RunnableCommand,
} from './command.ts';
import { COMMON_OPTIONS, HELP_OPTION, type CommonOptions } from './common-options.ts';
import { PROGRAM, argumentText, flagParts, keyOf, takesValue } from './describe.ts';
import { commandHelp, overviewHelp, type HelpLayout } from './help.ts';
import type { RegistryEntry } from './registry.ts';
import { joinWords } from './render/quantity.ts';
import { badValueError, conflictError, usageError } from './usage-error.ts';

/** What a command line asks for. */
export type Request =
  | {
      readonly kind: 'run';
      readonly command: RunnableCommand;
      /** The words that lead to the command. */
      readonly path: readonly string[];
      readonly args: Readonly<Record<string, unknown>>;
      readonly options: Readonly<Record<string, unknown>>;
      readonly common: CommonOptions;
    }
  | {
      readonly kind: 'help';
      readonly text: string;
      /** False when a command was missing. */ readonly asked: boolean;
    };

/**
 * Reads a command line. Loads the one command that it names.
 *
 * The common options may stand before or after the command's name. They are declared at every level, so that a value
 * of a command's own option is never taken for one of them.
 * @throws WheelworksError `cli/*` when it is wrong, or what an option's `parse` throws.
 */
export async function parseCommandLine(
  argv: readonly string[],
  registry: readonly RegistryEntry[],
  layout: HelpLayout,
): Promise<Request> {
  const parse: Parse = { layout, helpText: '', request: undefined };
  const root = configureLevel(new Command(PROGRAM), [], parse, () =>
    overviewHelp(registry, layout),
  );
  for (const entry of registry) root.command(entry.name);
  root.hook('preSubcommand', async (_, command) => {
    const entry = registry.find((each) => each.name === command.name());
    if (entry !== undefined) configure(command, [entry.name], await entry.load(), parse);
  });
  try {
    await root.parseAsync(wordsToParse(argv, registry), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed' || error.code === 'commander.help')
      return { kind: 'help', text: parse.helpText, asked: error.exitCode === 0 };
    throw usageError(error, parse.path ?? []);
  }
  if (parse.request === undefined) throw new Error('The command line led to no command.');
  return parse.request;
}

interface Parse {
  readonly layout: HelpLayout;
  helpText: string;
  request: Request | undefined;
  /** The deepest command reached, for the hint of an error. */
  path?: readonly string[];
}

/** `help inspect` means `inspect --help`; a name that is none is left for the error it deserves. */
function wordsToParse(argv: readonly string[], registry: readonly RegistryEntry[]): string[] {
  if (argv[0] !== 'help') return [...argv];
  const words = argv.slice(1).filter((word) => !word.startsWith('-'));
  const isKnown = words.length === 0 || registry.some((entry) => entry.name === words[0]);
  return isKnown ? [...words, '--help'] : words;
}

function configure(
  command: Command,
  path: readonly string[],
  spec: CommandSpec,
  parse: Parse,
): void {
  configureLevel(command, path, parse, () => commandHelp(path, spec, parse.layout));
  parse.path = path;
  if (isGroup(spec)) {
    for (const child of spec.subcommands)
      command.command(child.name, { isDefault: child.name === spec.defaultCommand });
    command.hook('preSubcommand', (_, child) => {
      const childSpec = spec.subcommands.find((each) => each.name === child.name());
      if (childSpec !== undefined) configure(child, [...path, childSpec.name], childSpec, parse);
    });
    return;
  }
  for (const argument of spec.arguments) {
    const declared = new Argument(argumentText(argument));
    const label = `<${argument.name}>`;
    command.addArgument(declared.argParser(valueParser(argument, label, path)));
  }
  for (const [key, option] of Object.entries(spec.options)) addOption(command, key, option, path);
  command.action(() => {
    const values: unknown[] = command.processedArgs;
    parse.request = {
      kind: 'run',
      command: spec,
      path,
      args: Object.fromEntries(spec.arguments.map(({ name }, index) => [name, values[index]])),
      options: pick(command.opts(), spec.options),
      common: commonOptions(command),
    };
  });
}

/** What the program itself, a group and a command have in common. */
function configureLevel(
  command: Command,
  path: readonly string[],
  parse: Parse,
  help: () => string,
): Command {
  command
    .exitOverride()
    .enablePositionalOptions()
    .helpCommand(false)
    .helpOption(HELP_OPTION.flags)
    .configureHelp({ formatHelp: help })
    .configureOutput({
      writeOut: (text) => {
        parse.helpText += text;
      },
      writeErr: (text) => {
        parse.helpText += text;
      },
      // Errors arrive as exceptions; they are shown once, by the frame.
      outputError: () => {},
    });
  for (const [key, option] of Object.entries(COMMON_OPTIONS)) addOption(command, key, option, path);
  parse.path = path;
  return command;
}

function addOption(command: Command, key: string, spec: OptionSpec, path: readonly string[]): void {
  if (keyOf(spec) !== key) throw new Error(`Option ${spec.flags} must stand under ${keyOf(spec)}.`);
  const option = new Option(spec.flags, spec.description);
  if (takesValue(spec)) option.argParser(valueParser(spec, flagParts(spec).long, path));
  if (spec.hidden === true) option.hideHelp();
  if (spec.required === true) option.makeOptionMandatory();
  if (spec.conflicts !== undefined) option.conflicts([...spec.conflicts]);
  const initial = initialValue(spec, option.negate);
  if (initial !== undefined) option.default(initial);
  command.addOption(option);
}

function initialValue(spec: OptionSpec, negated: boolean): unknown {
  if (spec.default !== undefined) return spec.default;
  if (spec.repeatable === true) return [];
  return takesValue(spec) ? undefined : negated;
}

/** What a text value must satisfy, of an option or of an argument. */
type ValueSpec = Pick<OptionSpec, 'choices' | 'parse' | 'repeatable'> & { variadic?: boolean };

/** The result is called for each text, and returns the option's value so far. */
function valueParser(
  spec: ValueSpec,
  label: string,
  path: readonly string[],
): (text: string) => unknown {
  const given: unknown[] = [];
  const isList = spec.repeatable === true || spec.variadic === true;
  return (text) => {
    const value = parseValue(spec, text, (reason) => badValueError({ label, text, reason, path }));
    given.push(value);
    // The list is what was given, not that added to the default.
    return isList ? [...given] : value;
  };
}

function parseValue(
  spec: ValueSpec,
  text: string,
  refusal: (reason: string) => WheelworksError,
): unknown {
  if (spec.choices !== undefined && !spec.choices.includes(text))
    throw refusal(choiceReason(text, spec.choices));
  try {
    return spec.parse === undefined ? text : spec.parse(text);
  } catch (error) {
    throw error instanceof InvalidValue ? refusal(error.message) : error;
  }
}

function choiceReason(text: string, choices: readonly string[]): string {
  // A number is no slip of the pen for another.
  const near = /\d/.test(text) && !/[a-z]/i.test(text) ? undefined : closestName(text, choices);
  const suggestion = near === undefined ? '' : ` Did you mean ${near}?`;
  return `it must be ${joinWords(choices, 'or')}.${suggestion}`;
}

function pick(
  values: Readonly<Record<string, unknown>>,
  specs: Readonly<Record<string, OptionSpec>>,
): Record<string, unknown> {
  return Object.fromEntries(Object.keys(specs).map((key) => [key, values[key]]));
}

/** The common options of all levels as one; the one nearest to the command wins. */
function commonOptions(command: Command): CommonOptions {
  const levels: Command[] = [];
  for (let level: Command | null = command; level !== null; level = level.parent)
    levels.unshift(level);
  const merged = pick(command.opts(), COMMON_OPTIONS);
  for (const level of levels) {
    for (const key of Object.keys(COMMON_OPTIONS)) {
      if (level.getOptionValueSource(key) === 'cli') merged[key] = level.getOptionValue(key);
    }
  }
  const common = merged as CommonOptions;
  // Commander compares within a level only.
  if (common.verbose && common.quiet) throw conflictError('--verbose', '--quiet');
  return common;
}
