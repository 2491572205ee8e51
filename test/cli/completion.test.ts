import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bashScript } from '../../src/cli/completion/bash.ts';
import { fishScript } from '../../src/cli/completion/fish.ts';
import { defineCommand } from '../../src/cli/command.ts';
import { completionNodes } from '../../src/cli/completion/model.ts';
import { powershellScript } from '../../src/cli/completion/powershell.ts';
import { zshScript } from '../../src/cli/completion/zsh.ts';
import { exampleCommand, exampleGroup } from './example-command.ts';

const command = {
  ...exampleCommand(),
  // Every character that means something to one of the shells.
  summary: `weigh [all] the "wheels": it's $5, 100% \`sure\` \\o/`,
};
const shell = defineCommand({
  name: 'dig',
  summary: 'dig for one',
  description: 'Digs.',
  arguments: [{ name: 'id', description: 'an identifier', completes: 'identifier' }],
  options: { only: { flags: '--only <id>', description: 'one', completes: 'identifier' } },
  examples: [],
  run: () => Promise.resolve(0 as const),
});
const nodes = completionNodes([command, exampleGroup(command), shell]);
const IDENTIFIERS = ['cp312-win32', 'cp312-win_amd64', 'cp314t-win32', 'pp311-win_amd64'];

const ZSH_DRIVER = join(import.meta.dirname, 'complete-in-zsh.zsh');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelworks-completion-'));
  await mkdir(join(folder, 'dist folder'));
  await writeFile(join(folder, 'dist.whl'), '');
  await writeFile(join(folder, 'bash'), bashScript(nodes, IDENTIFIERS));
  await writeFile(join(folder, '_wheelworks'), zshScript(nodes, IDENTIFIERS));
  await writeFile(join(folder, 'fish'), fishScript(nodes, IDENTIFIERS));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

interface Case {
  /** What has been typed, the last word being completed. */
  readonly typed: string;
  /** All that is offered. */
  readonly offers: readonly string[];
}

const LONG_OPTIONS = (
  '--output --unit --tare --no-round --dry-run ' +
  '--json --jobs --verbose --quiet --color --cache-dir --offline --debug --help'
).split(' ');

const CASES: readonly Case[] = [
  { typed: 'w', offers: ['weigh'] },
  { typed: '', offers: ['weigh', 'shop', 'dig', 'help'] },
  { typed: 'weigh ', offers: ['fine', 'coarse'] },
  { typed: 'weigh co', offers: ['coarse'] },
  { typed: 'weigh fine dist', offers: ['dist.whl', 'dist folder'] },
  { typed: 'weigh fine a b dist.', offers: ['dist.whl'] },
  { typed: 'weigh fine --ta', offers: ['--tare'] },
  { typed: 'weigh fine --', offers: LONG_OPTIONS },
  { typed: 'weigh --unit ', offers: ['gram', 'pound'] },
  { typed: 'weigh --unit gram ', offers: ['fine', 'coarse'] },
  { typed: 'weigh -t 3 co', offers: ['coarse'] },
  { typed: 'weigh -o dist', offers: ['dist folder'] },
  { typed: '--color n', offers: ['never'] },
  { typed: '--json w', offers: ['weigh'] },
  { typed: '--jobs 3 sh', offers: ['shop'] },
  { typed: 'shop ', offers: ['weigh'] },
  { typed: 'shop weigh ', offers: ['fine', 'coarse'] },
  { typed: 'help s', offers: ['shop'] },
  { typed: 'dig ', offers: ['cp312-', 'cp314t-', 'pp311-'] },
  { typed: 'dig cp312-', offers: ['cp312-win32', 'cp312-win_amd64'] },
  { typed: 'dig --only cp31', offers: ['cp312-', 'cp314t-'] },
  { typed: 'dig --only cp312-win_', offers: ['cp312-win_amd64'] },
];

function hasShell(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

function lines(text: string): string[] {
  return text.split('\n').filter(Boolean).toSorted();
}

describe.skipIf(!hasShell('bash'))('bash (skipped when bash is not installed)', () => {
  /** Sets up what bash gives a completion function, calls it, and prints what it offers. */
  function complete(words: readonly string[]): string[] {
    const script = `
      source ./bash
      # It works within a completion alone.
      compopt() { :; }
      COMP_WORDS=("$@")
      COMP_CWORD=$(($# - 1))
      _wheelworks
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const result = spawnSync('bash', ['--norc', '-c', script, 'bash', 'wheelworks', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
    return lines(result.stdout);
  }

  it.each(CASES)('wheelworks $typed', ({ typed, offers }) => {
    expect(complete(typed.split(' '))).toEqual(offers.toSorted());
  });

  it('--option=value, which bash cuts into three words', () => {
    expect(complete(['weigh', '--unit', '=', 'p'])).toEqual(['pound']);
    expect(complete(['weigh', '--unit', '='])).toEqual(['gram', 'pound']);
    expect(complete(['weigh', '--unit', '=', 'gram', 'co'])).toEqual(['coarse']);
  });

  it('offers whole identifiers where no space can be kept away (bash 3.2)', () => {
    const script = `source ./bash; _wheelworks_offer '<identifier>' cp312; echo "\${COMPREPLY[@]}"`;
    const result = spawnSync('bash', ['--norc', '-c', script], { cwd: folder, encoding: 'utf8' });
    expect(result.stdout).toBe('cp312-win32 cp312-win_amd64\n');
  });

  it('after -- there are no options', () => {
    expect(complete(['weigh', '--', 'fine', '--'])).toEqual([]);
  });
});

describe.skipIf(!hasShell('zsh'))('zsh (skipped when zsh is not installed)', () => {
  const offered = new Map<string, Set<string>>();

  beforeAll(() => {
    const lines = CASES.map((each) => each.typed);
    const result = spawnSync('zsh', ['-f', ZSH_DRIVER, folder, ...lines], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    for (const [, typed = '', match = ''] of result.stdout.matchAll(/^(.*?):<(.*)>$/gm)) {
      const matches = offered.get(typed) ?? new Set();
      offered.set(typed, matches.add(match.replaceAll('\\ ', ' ')));
    }
  });

  it('is a script that zsh can read', () => {
    const result = spawnSync('zsh', ['-f', '-n', join(folder, '_wheelworks')], {
      encoding: 'utf8',
    });
    expect(result.stderr).toBe('');
  });

  it.each(CASES)('wheelworks $typed', ({ typed, offers }) => {
    expect([...(offered.get(typed) ?? [])].toSorted()).toEqual(offers.toSorted());
  });
});

describe.skipIf(!hasShell('fish'))('fish (skipped when fish is not installed)', () => {
  function complete(typed: string): string[] {
    const script = 'source ./fish; complete --do-complete=$argv[1]';
    const result = spawnSync('fish', ['--no-config', '-c', script, `wheelworks ${typed}`], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder },
    });
    expect(result.stderr).toBe('');
    return lines(result.stdout).map((line) => (line.split('\t')[0] ?? '').replace(/\/$/, ''));
  }

  it.each(CASES)('wheelworks $typed', ({ typed, offers }) => {
    expect(complete(typed)).toEqual(offers.toSorted());
  });
});

describe('PowerShell', () => {
  it('quotes what is untrusted and tells places apart', () => {
    const script = powershellScript(nodes, IDENTIFIERS);
    expect(script).toContain(`'weigh [all] the "wheels": it''s $5, 100% \`sure\` \\o/'`);
    expect(script).toContain(`'shop weigh' = @{`);
    expect(script).not.toContain('secret');
  });

  const cases = CASES.filter(({ typed }) => !typed.includes('dist'));

  it.skipIf(!hasShell('pwsh')).each(cases)(
    'wheelworks $typed (skipped when pwsh is not installed)',
    async ({ typed, offers }) => {
      await writeFile(join(folder, 'complete.ps1'), powershellScript(nodes, IDENTIFIERS));
      const line = `wheelworks ${typed}`;
      const script = `. ./complete.ps1; (TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText`;
      const result = spawnSync('pwsh', ['-NoProfile', '-Command', script], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(lines(result.stdout)).toEqual(offers.toSorted());
    },
  );
});
