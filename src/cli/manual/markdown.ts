import { isGroup, type OptionSpec } from '../command.ts';
import { COMMON_OPTIONS, HELP_OPTION } from '../common-options.ts';
import {
  EXIT_STATUS,
  PROGRAM,
  TAGLINE,
  argumentDescription,
  argumentText,
  optionText,
  shownOptions,
  usageOf,
} from '../describe.ts';
import { ENVIRONMENT } from './environment.ts';
import { paragraphs, type ManualCommand } from './model.ts';

/** docs/commands.md: every command with its arguments, options and examples. */
export function commandsPage(commands: readonly ManualCommand[]): string {
  const blocks = [
    '# Commands',
    '<!-- Made by scripts/make-manual.mjs; edit the commands in src/cli/commands instead. -->',
    prose(`${PROGRAM}: ${TAGLINE}.`),
    commands.map(contentsLine).join('\n'),
    ...commands.flatMap(commandBlocks),
    '## Options of every command',
    'They may stand before or after the name of the command.',
    optionTable([...Object.values(COMMON_OPTIONS), HELP_OPTION]),
    '## Exit status',
    table(['code', 'means'], EXIT_STATUS),
    '## Environment',
    table(
      ['variable', 'does'],
      ENVIRONMENT.map(([name, does]) => [code(name), does]),
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function contentsLine({ path, spec }: ManualCommand): string {
  const name = [PROGRAM, ...path].join(' ');
  const indent = '  '.repeat(path.length - 1);
  return `${indent}- [${path.join(' ')}](#${name.replaceAll(' ', '-')}): ${prose(spec.summary)}`;
}

function commandBlocks({ path, spec }: ManualCommand): string[] {
  const head = [
    `## ${[PROGRAM, ...path].join(' ')}`,
    fenced(usageOf(path, spec)),
    ...paragraphs(spec.description).map(prose),
  ];
  const examples = spec.examples.map(({ run, explains }) => `# ${explains}\n${run}`);
  const tail = examples.length === 0 ? [] : ['Examples:', fenced(examples.join('\n\n'))];
  if (isGroup(spec)) return [...head, ...tail];
  const options = shownOptions(spec.options);
  return [
    ...head,
    ...(spec.arguments.length === 0
      ? []
      : [
          table(
            ['argument', 'is'],
            spec.arguments.map((each) => [code(argumentText(each)), argumentDescription(each)]),
          ),
        ]),
    ...(options.length === 0 ? [] : [optionTable(options)]),
    ...tail,
  ];
}

function optionTable(options: readonly OptionSpec[]): string {
  return table(
    ['option', 'does'],
    options.map((option) => [code(option.flags), optionText(option)]),
  );
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [titles, titles.map(() => '---'), ...rows.map((row) => row.map(cell))];
  return all.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cell(text: string): string {
  const isCode = text.startsWith('`');
  return (isCode ? text : prose(text)).replaceAll('|', '\\|');
}

function code(text: string): string {
  return `\`${text}\``;
}

function fenced(text: string): string {
  return `\`\`\`sh\n${text}\n\`\`\``;
}

/** Text that would otherwise be read as markup; what stands in back quotes is left alone. */
function prose(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? part.replaceAll(/[\\*_<>[\]]/g, '\\$&') : part))
    .join('`');
}
