import type { CommandContext } from './context.ts';

/**
 * What a run ends with: 0 done and clean, 1 problems found or failed, 2 the command line or the configuration is
 * wrong, 3 nothing to do.
 */
export type ExitCode = 0 | 1 | 2 | 3 | PassedExitCode;

declare const passed: unique symbol;

/** The exit code of a command that ran for the user, which is the run's own. */
export type PassedExitCode = number & { readonly [passed]: true };

/** Ends a run with the exit code of what it ran. */
export function passExitCode(code: number): PassedExitCode {
  return code as PassedExitCode;
}

/** The exit codes by name. */
export const EXIT: {
  readonly done: 0;
  readonly problems: 1;
  readonly usage: 2;
  readonly nothingToDo: 3;
} = { done: 0, problems: 1, usage: 2, nothingToDo: 3 };

/** What a shell completes a value with, when it is not one of `choices`; `identifier`: `cp312-manylinux_x86_64`. */
export type CompletionKind = 'file' | 'directory' | 'identifier';

/** One positional argument, `<file>`, `[file]`, `<file...>` or `[file...]`. */
export interface ArgumentSpec {
  /** Lower case, in the singular; the key of its value. */
  readonly name: string;
  readonly description: string;
  readonly optional?: boolean;
  /** Takes all that is left; only the last argument may. */
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
  readonly completes?: CompletionKind;
}

/** One option. It is a switch when its flags name no `<value>`. */
export interface OptionSpec {
  /** `-o, --output <dir>`, `--strict` or `--no-strip`; its long name in camel case is the key it stands under. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** How help words the default when it is computed, such as `all cores`. */
  readonly defaultText?: string;
  /** Turns the text into a value; throws `InvalidValue` to say what would be right. */
  readonly parse?: (text: string) => unknown;
  /** May be given several times; the value is a list. */
  readonly repeatable?: boolean;
  /** Must be given. */
  readonly required?: boolean;
  /** Works, but help and completion do not show it. */
  readonly hidden?: boolean;
  /** Keys of options that contradict this one. */
  readonly conflicts?: readonly string[];
  readonly completes?: CompletionKind;
}

/** A command line to copy, without the prompt, and what it does. */
export interface Example {
  readonly run: string;
  readonly explains: string;
}

/** What every command tells about itself. */
export interface CommandDescription {
  readonly name: string;
  /** One line, lower case, no full stop: what help lists. */
  readonly summary: string;
  /** Paragraphs apart by an empty line; wrapped when shown. */
  readonly description: string;
  readonly examples: readonly Example[];
}

/** A command that does something. */
export interface RunnableCommand extends CommandDescription {
  readonly arguments: readonly ArgumentSpec[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** An interrupt is how it is meant to end (a server): its own exit code counts then. */
  readonly endsByInterrupt?: boolean;
  run(
    args: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
    context: CommandContext,
  ): Promise<ExitCode>;
}

/** A command that only holds others, as `wheelworks baseline list`. */
export interface CommandGroup extends CommandDescription {
  readonly subcommands: readonly CommandSpec[];
  /** The name of the one that is meant when none is named. */
  readonly defaultCommand?: string;
}

/** A command as its file declares it. */
export type CommandSpec = RunnableCommand | CommandGroup;

/** True for a command that holds others. */
export function isGroup(spec: CommandSpec): spec is CommandGroup {
  return 'subcommands' in spec;
}

/** Thrown by `parse` of an option; the message completes "... is invalid: ". */
export class InvalidValue extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InvalidValue';
  }
}

type TextOf<Spec> = Spec extends { readonly choices: readonly (infer Choice)[] } ? Choice : string;

type ArgumentValue<Spec> = Spec extends { readonly variadic: true }
  ? readonly TextOf<Spec>[]
  : Spec extends { readonly optional: true }
    ? TextOf<Spec> | undefined
    : TextOf<Spec>;

/** The parsed arguments, by name. */
export type ArgumentValues<Specs extends readonly ArgumentSpec[]> = {
  readonly [Spec in Specs[number] as Spec['name']]: ArgumentValue<Spec>;
};

type SingleValue<Spec> = Spec extends { readonly parse: (text: string) => infer Value }
  ? Value
  : Spec extends { readonly flags: `${string}<${string}` }
    ? TextOf<Spec>
    : boolean;

type OptionValue<Spec> = Spec extends { readonly repeatable: true }
  ? readonly SingleValue<Spec>[]
  : Spec extends { readonly required: true } | { readonly default: unknown }
    ? SingleValue<Spec>
    : SingleValue<Spec> extends boolean
      ? boolean
      : SingleValue<Spec> | undefined;

/** The parsed options, by key. A switch is always a boolean; an option without a default may be undefined. */
export type OptionValues<Specs extends Readonly<Record<string, OptionSpec>>> = {
  readonly [Key in keyof Specs]: OptionValue<Specs[Key]>;
};

/** A command whose `run` gets the types that its arguments and options declare. */
export interface TypedCommand<
  Arguments extends readonly ArgumentSpec[],
  Options extends Readonly<Record<string, OptionSpec>>,
> extends CommandDescription {
  readonly arguments: Arguments;
  readonly options: Options;
  readonly endsByInterrupt?: boolean;
  run(
    args: ArgumentValues<Arguments>,
    options: OptionValues<Options>,
    context: CommandContext,
  ): Promise<ExitCode>;
}

/** Declares a command; what `run` is called with is inferred from `arguments` and `options`. */
export function defineCommand<
  const Arguments extends readonly ArgumentSpec[],
  const Options extends Readonly<Record<string, OptionSpec>>,
>(command: TypedCommand<Arguments, Options>): RunnableCommand {
  return command;
}
