import { isGroup, type CommandSpec, type Example } from './command.ts';
import { COMMON_OPTIONS, HELP_OPTION } from './common-options.ts';
import {
  PROGRAM,
  TAGLINE,
  argumentDescription,
  flagParts,
  optionText,
  shownOptions,
  usageOf,
} from './describe.ts';
import { GROUPS, type RegistryEntry } from './registry.ts';
import type { Palette } from './render/palette.ts';
import { padCells } from './render/width.ts';
import { hangingText, wrapLines } from './render/wrap.ts';

/** How help is laid out. */
export interface HelpLayout {
  readonly palette: Palette;
  /** Cells in a line. */
  readonly width: number;
}

type Line = readonly [left: string, right: string];

/** `wheelworks --help`: every command with one line, by group, and the options that all of them take. */
export function overviewHelp(registry: readonly RegistryEntry[], layout: HelpLayout): string {
  const groups = GROUPS.map((title) => ({
    title,
    lines: registry
      .filter((entry) => entry.group === title)
      .map((entry): Line => [entry.name, entry.summary]),
  })).filter((group) => group.lines.length > 0);
  const common: readonly Line[] = [...commonLines(), ['-V, --version', 'show the version']];
  const nameWidth = widestLeft(groups.flatMap((group) => group.lines));
  return joinSections([
    heading(TAGLINE, layout),
    `${heading('Usage:', layout)} ${PROGRAM} <command> [options]`,
    ...groups.map((group) => section(group.title, group.lines, layout, nameWidth)),
    section('Options of every command', common, layout),
    `${layout.palette.code(`${PROGRAM} help <command>`)} tells more about one of them.`,
  ]);
}

/** The help of one command, reached by `path`. */
export function commandHelp(
  path: readonly string[],
  spec: CommandSpec,
  layout: HelpLayout,
): string {
  const command = [PROGRAM, ...path].join(' ');
  return joinSections([
    hangingText(`${layout.palette.strong(command)}: `, spec.summary, layout.width),
    hangingText(`${heading('Usage:', layout)} `, usageOf(path, spec), layout.width),
    wrapLines(spec.description, layout.width).join('\n'),
    ...ownSections(spec, layout),
    section('Options of every command', commonLines(), layout),
    ...(spec.examples.length === 0 ? [] : [examplesSection(spec.examples, layout)]),
  ]);
}

function ownSections(spec: CommandSpec, layout: HelpLayout): string[] {
  if (isGroup(spec)) {
    const lines = spec.subcommands.map((each): Line => [each.name, each.summary]);
    return [section('Commands', lines, layout)];
  }
  const argumentLines = spec.arguments.map((argument): Line => [
    argument.variadic === true ? `${argument.name}...` : argument.name,
    argumentDescription(argument),
  ]);
  const options = shownOptions(spec.options);
  const optionLines = options.map((option): Line => [alignedFlags(option), optionText(option)]);
  return [
    ...(argumentLines.length === 0 ? [] : [section('Arguments', argumentLines, layout)]),
    ...(optionLines.length === 0 ? [] : [section('Options', optionLines, layout)]),
  ];
}

function commonLines(): Line[] {
  return [...Object.values(COMMON_OPTIONS), HELP_OPTION].map((option) => [
    alignedFlags(option),
    optionText(option),
  ]);
}

/** Long names stand below each other whether or not there is a short one. */
function alignedFlags(option: { readonly flags: string }): string {
  const { short, long, value } = flagParts(option);
  return `${short === undefined ? '    ' : `${short}, `}${long}${value}`;
}

function heading(text: string, layout: HelpLayout): string {
  return layout.palette.strong(text);
}

/** A left column wider than this gets its text on the next line, so that one long option cannot squeeze the others. */
const WIDEST_LEFT = 32;

function widestLeft(lines: readonly Line[]): number {
  return Math.max(0, ...lines.map(([left]) => left.length).filter((each) => each <= WIDEST_LEFT));
}

function section(
  title: string,
  lines: readonly Line[],
  layout: HelpLayout,
  leftWidth: number = widestLeft(lines),
): string {
  const body = lines.map(([left, right]) => {
    if (left.length <= leftWidth)
      return hangingText(
        `  ${layout.palette.code(padCells(left, leftWidth))}  `,
        right,
        layout.width,
      );
    const blank = ' '.repeat(leftWidth + 4);
    return `  ${layout.palette.code(left)}\n${hangingText(blank, right, layout.width)}`;
  });
  return [heading(title, layout), ...body].join('\n');
}

function examplesSection(examples: readonly Example[], layout: HelpLayout): string {
  const body = examples.map(
    ({ run, explains }) =>
      `  ${layout.palette.code(run)}\n${hangingText('      ', explains, layout.width)}`,
  );
  return [heading('Examples', layout), ...body].join('\n');
}

function joinSections(sections: readonly string[]): string {
  return `${sections.filter((each) => each !== '').join('\n\n')}\n`;
}
