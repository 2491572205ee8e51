/**
 * The man page, in the man(7) macros that groff and mandoc both know: TH, SH, SS, PP, TP, EX, EE. Fonts by escape
 * (`\fB`), because macro arguments would need quoting of their own.
 */
import { isGroup, type ArgumentSpec, type Example, type OptionSpec } from '../command.ts';
import { COMMON_OPTIONS, HELP_OPTION } from '../common-options.ts';
import {
  EXIT_STATUS,
  PROGRAM,
  TAGLINE,
  argumentDescription,
  argumentText,
  flagParts,
  optionText,
  shownOptions,
  usageOf,
} from '../describe.ts';
import { ENVIRONMENT } from './environment.ts';
import { paragraphs, type ManualCommand } from './model.ts';

/** The whole page. It carries no date, so that the same commands always give the same page. */
export function manPage(commands: readonly ManualCommand[], version: string): string {
  const common = [
    ...Object.values(COMMON_OPTIONS),
    HELP_OPTION,
    { flags: '-V, --version', description: 'show the version' },
  ];
  return lines(
    '.\\" Made by scripts/make-manual.mjs; edit the commands in src/cli/commands instead.',
    `.TH WHEELWORKS 1 "" "${PROGRAM} ${text(version)}" "User commands"`,
    '.SH NAME',
    `${PROGRAM} \\- ${text(TAGLINE)}`,
    '.SH SYNOPSIS',
    `${bold(PROGRAM)} ${italic('command')} [${italic('options')}] [${italic('arguments')}]`,
    '.SH COMMANDS',
    ...commands.flatMap(commandSection),
    '.SH COMMON OPTIONS',
    'Every command takes these, before or after its name.',
    ...common.flatMap(optionEntry),
    '.SH EXIT STATUS',
    ...EXIT_STATUS.flatMap(([code, meaning]) => entry(bold(code), meaning)),
    '.SH ENVIRONMENT',
    ...ENVIRONMENT.flatMap(([name, meaning]) => entry(bold(name), meaning)),
  );
}

function commandSection({ path, spec }: ManualCommand): string[] {
  const head = [
    `.SS ${text([PROGRAM, ...path].join(' '))}`,
    usage(usageOf(path, spec)),
    ...paragraphs(spec.description).flatMap((paragraph) => ['.PP', prose(paragraph)]),
  ];
  if (isGroup(spec)) return [...head, ...examples(spec.examples)];
  return [
    ...head,
    ...spec.arguments.flatMap(argumentEntry),
    ...shownOptions(spec.options).flatMap(optionEntry),
    ...examples(spec.examples),
  ];
}

function usage(words: string): string {
  return bold(words);
}

function argumentEntry(argument: ArgumentSpec): string[] {
  return entry(italic(argumentText(argument)), argumentDescription(argument));
}

function optionEntry(option: OptionSpec): string[] {
  const { short, long, value } = flagParts(option);
  const names = [short, long].filter((name) => name !== undefined).map(bold);
  return entry(
    names.join(', ') + (value === '' ? '' : ` ${italic(value.trim())}`),
    optionText(option),
  );
}

function entry(term: string, description: string): string[] {
  return ['.TP', term, prose(description)];
}

function examples(list: readonly Example[]): string[] {
  return list.flatMap(({ run, explains }) => [
    '.PP',
    prose(`${explains.charAt(0).toUpperCase()}${explains.slice(1)}:`),
    '.PP',
    '.EX',
    `    ${text(run)}`,
    '.EE',
  ]);
}

function bold(words: string): string {
  return `\\fB${text(words)}\\fR`;
}

function italic(words: string): string {
  return `\\fI${text(words)}\\fR`;
}

/** A line of running text: one that starts with a dot or a quote would be a request. */
function prose(words: string): string {
  return text(words).replace(/^[.']/, '\\&$&');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  // Typed as they stand, not as the typographic signs that roff makes of them.
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
};

function text(words: string): string {
  return words.replaceAll(/[\\\-'`^~]/g, (character) => ESCAPES[character] ?? character);
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
