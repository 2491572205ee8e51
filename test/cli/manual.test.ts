import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandsPage } from '../../src/cli/manual/markdown.ts';
import { flattenCommands } from '../../src/cli/manual/model.ts';
import { manPage } from '../../src/cli/manual/roff.ts';
import { exampleCommand, exampleGroup } from './example-command.ts';

const awkward = {
  ...exampleCommand(),
  description:
    ".starts with a dot, says it's `here` \\ ^there~ and --that.\n\n'Quoted' <b>|pipe|</b> *star*",
  examples: [{ run: `wheelworks weigh 'a\\b' | sort`, explains: 'weigh and sort' }],
};
const commands = flattenCommands([awkward, exampleGroup(awkward)]);
const man = manPage(commands, '1.2.3');

function has(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined;
}

describe('the man page', () => {
  it.skipIf(!has('groff'))('has nothing groff warns of (skipped without groff)', () => {
    const result = spawnSync('groff', ['-ww', '-man', '-Tascii', '-P-cbou'], {
      input: man,
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    const words = result.stdout.replaceAll(/\s+/g, ' ');
    expect(words).toContain(".starts with a dot, says it's `here` \\ ^there~ and --that.");
    expect(words).toContain("'Quoted' <b>|pipe|</b> *star*");
    expect(words).toContain("wheelworks weigh 'a\\b' | sort");
    expect(words).toContain('wheelworks shop weigh');
    expect(words).toContain('-o, --output <dir> where to');
    expect(words).not.toContain('secret');
  });

  it.skipIf(!has('mandoc'))('is one mandoc can read (skipped without mandoc)', () => {
    const { stdout } = spawnSync('mandoc', ['-T', 'lint'], { input: man, encoding: 'utf8' });
    const complaints = stdout.split('\n').filter((line) => /WARNING|ERROR|UNSUPP/.test(line));
    // A date would change the page without a change of what it says.
    expect(complaints.filter((line) => !line.includes('missing date'))).toEqual([]);
  });

  it('is the same every time', () => {
    expect(manPage(commands, '1.2.3')).toBe(man);
    expect(man).not.toMatch(/20\d\d/);
  });
});

describe('docs/commands.md', () => {
  const page = commandsPage(commands);

  it('leads from its contents to every command', () => {
    const links = [...page.matchAll(/\]\(#(.*?)\)/g)].map((match) => match[1]);
    const headings = [...page.matchAll(/^## (.*)$/gm)].map((match) =>
      match[1]?.replaceAll(' ', '-'),
    );
    expect(links).toEqual(['wheelworks-weigh', 'wheelworks-shop', 'wheelworks-shop-weigh']);
    for (const link of links) expect(headings).toContain(link);
  });

  it('shows awkward text as it is', () => {
    expect(page).toContain(String.raw`'Quoted' \<b\>|pipe|\</b\> \*star\*`);
    expect(page).toContain('# weigh and sort\nwheelworks weigh');
    expect(page).toContain('| `-t, --tare <n>` | what to take off (may be given several times) |');
  });
});

describe('the committed manuals', () => {
  it('are what the commands say now (else run node scripts/make-manual.mjs)', () => {
    const result = spawnSync(process.execPath, ['scripts/make-manual.mjs', '--check'], {
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    expect(result.status).toBe(0);
  });
});
