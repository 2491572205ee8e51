import type { CommanderError } from 'commander';
import { WheelworksError, type ErrorCode } from '../support/errors.ts';
import { PROGRAM } from './describe.ts';

const CODES: Readonly<Record<string, ErrorCode>> = {
  'commander.unknownCommand': 'cli/unknown-command',
  'commander.unknownOption': 'cli/unknown-option',
  'commander.missingArgument': 'cli/missing-argument',
  'commander.optionMissingArgument': 'cli/missing-value',
  'commander.missingMandatoryOptionValue': 'cli/missing-option',
  'commander.excessArguments': 'cli/too-many-arguments',
  'commander.conflictingOption': 'cli/conflicting-options',
};

/** What Commander says about a wrong command line, as an error of ours: one sentence, and where to read on. */
export function usageError(error: CommanderError, path: readonly string[]): WheelworksError {
  return new WheelworksError(CODES[error.code] ?? 'cli/usage', sentence(error.message), {
    hint: helpHint(path),
  });
}

/** A value that an option or argument does not take. */
export function badValueError(value: {
  /** `--jobs` or `<shell>`. */
  readonly label: string;
  readonly text: string;
  readonly reason: string;
  readonly path: readonly string[];
}): WheelworksError {
  const { label, text, reason, path } = value;
  return new WheelworksError('cli/bad-value', `'${text}' is no value for ${label}: ${reason}`, {
    hint: helpHint(path),
  });
}

/** Two options that cannot be given together. */
export function conflictError(one: string, other: string): WheelworksError {
  return new WheelworksError(
    'cli/conflicting-options',
    `${one} and ${other} cannot be used together.`,
    { hint: 'Give one of them.' },
  );
}

function helpHint(path: readonly string[]): string {
  return `See ${[PROGRAM, ...path].join(' ')} --help.`;
}

/** `error: unknown option '--jsn'\n(Did you mean --json?)` becomes `Unknown option '--jsn'. Did you mean --json?` */
function sentence(message: string): string {
  const [first = '', suggestion] = message.replace(/^error: /, '').split('\n(', 2);
  const text = first.charAt(0).toUpperCase() + first.slice(1);
  const ended = text.endsWith('.') ? text : `${text}.`;
  return suggestion === undefined ? ended : `${ended} ${suggestion.replace(/\)$/, '')}`;
}
