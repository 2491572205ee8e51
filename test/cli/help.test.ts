import { describe, expect, it } from 'vitest';
import { commandHelp, overviewHelp, type HelpLayout } from '../../src/cli/help.ts';
import { runProgram } from '../../src/cli/program.ts';
import { createPalette } from '../../src/cli/render/palette.ts';
import { exampleCommand, exampleGroup } from './example-command.ts';
import { fakeHost, registryOf } from './fake-host.ts';

const layout: HelpLayout = { palette: createPalette(false), width: 100 };
const command = exampleCommand();
const registry = registryOf(command, exampleGroup(command));

/** What a command line prints when it asks for help. */
async function help(line: string): Promise<string> {
  const host = fakeHost(line.split(' '));
  expect(await runProgram(host, registry)).toBe(0);
  expect(host.err()).toBe('');
  return host.out();
}

describe('the overview', () => {
  it('lists every command with its line below its group, without loading one', () => {
    const unloadable = registry.map((entry) => ({
      ...entry,
      load: () => Promise.reject(new Error('loaded')),
    }));
    const look = unloadable.map((entry) => ({
      ...entry,
      name: 'look',
      group: 'Look into' as const,
    }));
    const text = overviewHelp([...look.slice(0, 1), ...unloadable], layout);
    expect(text).toMatch(
      /\nLook into\n {2}look {3}weigh wheels\n\nTools\n {2}weigh {2}weigh wheels\n/,
    );
    expect(text).toContain('--cache-dir <dir>');
  });

  it.each(['--help', '-h', 'help', '--json --help'])('is what `%s` prints', async (line) => {
    expect(await help(line)).toBe(overviewHelp(registry, layout));
  });
});

describe('the help of a command', () => {
  it('has usage, paragraphs, arguments, options, then common options and examples', () => {
    const text = commandHelp(['weigh'], command, layout);
    expect(text.match(/^[A-Z].*$/gm)).toEqual([
      'Usage: wheelworks weigh [options] <scale> [wheel...]',
      'Weighs each wheel.',
      'The second paragraph tells more.',
      'Arguments',
      'Options',
      'Options of every command',
      'Examples',
    ]);
    expect(text).toContain('  -t, --tare <n>      what to take off (may be given several times)\n');
    expect(text).toContain(
      '      --unit <unit>   in what to weigh (one of gram, pound; default: gram)\n',
    );
    expect(text).toContain('      --no-round      keep every digit\n');
    expect(text).toContain('  wheelworks weigh fine dist/*.whl\n      weigh what was built\n');
  });

  it('does not show hidden options', () => {
    expect(commandHelp(['weigh'], command, layout)).not.toContain('secret');
  });

  it.each(['weigh --help', 'weigh fine x -h', 'help weigh', 'weigh --json --help'])(
    'is what `%s` prints',
    async (line) => {
      expect(await help(line)).toBe(commandHelp(['weigh'], command, layout));
    },
  );

  it.each(['shop weigh --help', 'help shop weigh'])('`%s` reaches into a group', async (line) => {
    expect(await help(line)).toBe(commandHelp(['shop', 'weigh'], command, layout));
  });

  it('of a group lists what it holds', async () => {
    expect(await help('help shop')).toContain('\nCommands\n  weigh  weigh wheels\n');
  });

  it('fits a narrow terminal', () => {
    const narrow = commandHelp(['weigh'], command, { ...layout, width: 60 });
    for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
  });

  it('colour adds nothing but colour', () => {
    const coloured = commandHelp(['weigh'], command, { ...layout, palette: createPalette(true) });
    // oxlint-disable-next-line no-control-regex -- the escape sequences are what is taken out
    expect(coloured.replaceAll(/\u001B\[\d+m/g, '')).toBe(commandHelp(['weigh'], command, layout));
  });
});
