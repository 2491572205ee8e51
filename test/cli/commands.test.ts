import { describe, expect, it } from 'vitest';
import { isGroup } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { COMMON_OPTIONS } from '../../src/cli/common-options.ts';
import { flagParts, keyOf } from '../../src/cli/describe.ts';
import { commandHelp, overviewHelp } from '../../src/cli/help.ts';
import { flattenCommands } from '../../src/cli/manual/model.ts';
import { loadAll } from '../../src/cli/registry.ts';
import { createPalette } from '../../src/cli/render/palette.ts';

const layout = { palette: createPalette(false), width: 100 };
const commands = flattenCommands(await loadAll(COMMANDS));

describe('the registry', () => {
  it('has each name once', () => {
    const names = COMMANDS.map((entry) => entry.name);
    expect(names).toEqual([...new Set(names)]);
  });

  it.each(COMMANDS)('$name says the same as its command', async (entry) => {
    const { name, summary } = await entry.load();
    expect({ name, summary }).toEqual({ name: entry.name, summary: entry.summary });
  });

  it('the overview fits 100 columns with each command on one line', () => {
    const help = overviewHelp(COMMANDS, layout);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    for (const { summary } of COMMANDS) expect(help).toContain(`  ${summary}\n`);
  });
});

describe.each(commands.map((each) => ({ ...each, words: each.path.join(' ') })))(
  'wheelworks $words',
  ({ path, spec }) => {
    it('has a help that fits 100 columns', () => {
      const lines = commandHelp(path, spec, layout).split('\n');
      // An example is to be copied: it is not broken.
      const tooLong = lines.filter((line) => line.length > 100 && !line.includes('wheelworks '));
      expect(tooLong).toEqual([]);
    });

    it('is summed up in lower case without a full stop', () => {
      expect(spec.summary).toMatch(/^[^A-Z].*[^.]$/);
    });
  },
);

const runnable = commands.flatMap(({ path, spec }) =>
  isGroup(spec) ? [] : [{ words: path.join(' '), spec }],
);

describe.each(runnable)('wheelworks $words', ({ words, spec }) => {
  it('has examples of itself', () => {
    expect(spec.examples.map((example) => example.run)).toContainEqual(
      expect.stringContaining(`wheelworks ${words}`),
    );
  });

  it('has options under their own names, apart from the common ones', () => {
    const common = Object.values(COMMON_OPTIONS).map(flagParts);
    const taken = [...common.flatMap(({ short, long }) => [short, long]), '-h', '--help'];
    const flags = Object.values(spec.options)
      .map(flagParts)
      .flatMap(({ short, long }) => (short === undefined ? [long] : [short, long]));
    expect(flags.filter((flag) => taken.includes(flag))).toEqual([]);
    expect(flags).toEqual([...new Set(flags)]);
    expect(Object.keys(spec.options)).toEqual(Object.values(spec.options).map(keyOf));
  });

  it('only its last argument takes several values', () => {
    expect(spec.arguments.slice(0, -1).filter((each) => each.variadic === true)).toEqual([]);
  });
});

it('the help of split-interpreter tells when the folder and --arch are needed', () => {
  const found = commands.find(({ path }) => path.join(' ') === 'openwrt split-interpreter');
  const help = found === undefined ? '' : commandHelp(found.path, found.spec, layout);
  const words = help.replace(/\s+/g, ' ');
  expect(words).toMatch(/folder with the installed CPython; needed for all but --print-definition/);
  expect(words).toMatch(/cortex-a53; needed for all but --print-definition/);
});
