import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fillPlaceholders, usesPip } from '../../src/build/placeholders.ts';

const VALUES = { project: '/src', package: '/src/it\'s a $HOME `x` "y" \\z', wheel: '/w/a.whl' };

describe('placeholders', () => {
  it('are replaced, each by its own path, and nothing else is', () => {
    const command = 'run {project} {package} {wheel} {other} {} ${project}';
    const filled = fillPlaceholders(
      command,
      { project: '/a', package: '/b', wheel: '/c' },
      'linux',
    );
    expect(filled).toBe('run /a /b /c {other} {} $/a');
  });

  it('stay one word of the shell, however they are quoted', () => {
    const forms = [
      '{package}/t',
      '"{package}/t"',
      "'{package}/t'",
      `"it's "{package}/t`,
      String.raw`\'{package}/t`,
      String.raw`"\"{package}/t"`,
    ];
    for (const form of forms) {
      const command = `printf '[%s]' ${fillPlaceholders(form, VALUES, 'linux')}`;
      const said = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' });
      expect([form, said.startsWith('['), said.endsWith(`${VALUES.package}/t]`)]).toEqual([
        form,
        true,
        true,
      ]);
      expect(said.match(/\[/g)?.length).toBe(1);
    }
  });

  it('are quoted for cmd on Windows', () => {
    const values = { project: String.raw`C:\p`, package: String.raw`C:\my p`, wheel: 'w' };
    expect(fillPlaceholders('x {package} "{package}" {project}', values, 'win32')).toBe(
      String.raw`x "C:\my p" "C:\my p" C:\p`,
    );
  });
});

describe('a command that calls pip', () => {
  it.each([
    ['pip check', true],
    ['python -m pip list && pytest', true],
    ['pytest; pip3 freeze', true],
    ['"pip" check', true],
    ['venv/bin/pip3.12 check', true],
    ['pytest {package}/pipeline', false],
    ['python -m pipx run', false],
    ['python -c "import demo"', false],
  ])('%s: %s', (command, expected) => {
    expect(usesPip(command)).toBe(expected);
  });
});
