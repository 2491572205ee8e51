import {
  isGroup,
  type ArgumentSpec,
  type CommandSpec,
  type CompletionKind,
  type OptionSpec,
} from '../command.ts';
import { COMMON_OPTIONS, HELP_OPTION } from '../common-options.ts';
import { flagParts, shownOptions } from '../describe.ts';

/** What can be typed at one place of the command line. */
export interface CompletionNode {
  /** The words that lead here; empty for the program itself. */
  readonly path: readonly string[];
  readonly children: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletionOption[];
  readonly arguments: readonly CompletionArgument[];
}

/** What completes a value: one of some words, a path, or nothing a shell could know. */
export interface CompletionValue {
  readonly choices: readonly string[];
  readonly completes: CompletionKind | undefined;
}

/** An option of a place, its own or common. */
export interface CompletionOption {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly repeatable: boolean;
  /** Undefined for a switch. */
  readonly value: CompletionValue | undefined;
}

/** A positional argument of a place. */
export interface CompletionArgument {
  readonly name: string;
  readonly variadic: boolean;
  readonly value: CompletionValue;
}

/** All places of a command line, the program itself first, then each command followed by those it holds. */
export function completionNodes(specs: readonly CommandSpec[]): CompletionNode[] {
  const root: CompletionNode = {
    path: [],
    children: [
      ...specs.map(({ name, summary }) => ({ name, summary })),
      { name: 'help', summary: 'show the help of a command' },
    ],
    options: [
      ...commonOptions(),
      completionOption({ flags: '-V, --version', description: 'show the version' }),
    ],
    arguments: [],
  };
  const help: CompletionNode = {
    path: ['help'],
    children: [],
    options: [],
    arguments: [
      {
        name: 'command',
        variadic: false,
        value: { choices: specs.map((spec) => spec.name), completes: undefined },
      },
    ],
  };
  return [root, ...specs.flatMap((spec) => nodesBelow([], spec)), help];
}

function nodesBelow(parents: readonly string[], spec: CommandSpec): CompletionNode[] {
  const path = [...parents, spec.name];
  if (isGroup(spec)) {
    const children = spec.subcommands.map(({ name, summary }) => ({ name, summary }));
    const group = { path, children, options: commonOptions(), arguments: [] };
    return [group, ...spec.subcommands.flatMap((child) => nodesBelow(path, child))];
  }
  const own = shownOptions(spec.options).map(completionOption);
  return [
    {
      path,
      children: [],
      options: [...own, ...commonOptions()],
      arguments: spec.arguments.map(completionArgument),
    },
  ];
}

function commonOptions(): CompletionOption[] {
  return [...Object.values(COMMON_OPTIONS), HELP_OPTION].map(completionOption);
}

function completionOption(option: OptionSpec): CompletionOption {
  const { short, long, value } = flagParts(option);
  return {
    short,
    long,
    description: option.description,
    repeatable: option.repeatable === true,
    value: value === '' ? undefined : valueOf(option),
  };
}

function completionArgument(argument: ArgumentSpec): CompletionArgument {
  return { name: argument.name, variadic: argument.variadic === true, value: valueOf(argument) };
}

function valueOf(spec: OptionSpec | ArgumentSpec): CompletionValue {
  return { choices: spec.choices ?? [], completes: spec.completes };
}

/** Every option of a node that takes a value, by the ways it is written. */
export function valueFlags(node: CompletionNode): { flags: string[]; value: CompletionValue }[] {
  return node.options.flatMap(({ short, long, value }) =>
    value === undefined ? [] : [{ flags: short === undefined ? [long] : [short, long], value }],
  );
}

/** The Pythons of identifiers, each once, with the mark after it: `cp312-`. A second step completes the rest. */
export function pythonsOf(identifiers: readonly string[]): readonly string[] {
  return [...new Set(identifiers.map((id) => id.slice(0, id.indexOf('-') + 1)))];
}

/** A POSIX shell word that means exactly this text. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
