import { describe, expect, it } from 'vitest';
import { createCiReporter, type CiService } from '../../../src/support/progress/ci.ts';
import type { ProgressEvent } from '../../../src/support/progress/events.ts';
import { FakeClock } from './fake-clock.ts';

function run(service: CiService, events: readonly ProgressEvent[]): string {
  let text = '';
  const reporter = createCiReporter((part) => (text += part), { service, clock: new FakeClock() });
  for (const event of events) reporter.sink(event);
  reporter.close();
  return text;
}

function start(id: string): ProgressEvent {
  return { type: 'task-started', id, label: `build ${id}` };
}

function output(id: string, line: string): ProgressEvent {
  return { type: 'task-output', id, line };
}

function finish(id: string, outcome: 'done' | 'failed' = 'done'): ProgressEvent {
  return { type: 'task-finished', id, outcome, seconds: 61 };
}

const INTERLEAVED = [
  start('a'),
  start('b'),
  output('a', 'a1'),
  output('b', 'b1'),
  output('a', 'a2'),
  finish('b'),
  output('a', 'a3'),
  finish('a'),
];

describe('the CI reporter', () => {
  it('folds the output of each GitHub task below its last line, never mixed', () => {
    expect(run('github', INTERLEAVED)).toBe(
      [
        '::group::done        1:01  build b',
        'b1',
        '::endgroup::',
        '::group::done        1:01  build a',
        'a1',
        'a2',
        'a3',
        '::endgroup::',
        '',
      ].join('\n'),
    );
  });

  it('writes each group in one piece, so that nothing can come between', () => {
    const parts: string[] = [];
    const reporter = createCiReporter((part) => parts.push(part), {
      service: 'github',
      clock: new FakeClock(),
    });
    for (const event of INTERLEAVED) reporter.sink(event);
    expect(parts).toHaveLength(2);
  });

  it('uses the marks of Azure', () => {
    expect(run('azure', [start('a'), output('a', 'line'), finish('a')])).toBe(
      '##[group]done        1:01  build a\nline\n##[endgroup]\n',
    );
    expect(run('azure', [{ type: 'note', level: 'warning', message: 'careful' }])).toBe(
      '##[warning]careful\n',
    );
  });

  it('uses the sections of GitLab: same name at both ends, another for each', () => {
    const text = run('gitlab', [
      start('a'),
      output('a', 'x'),
      finish('a'),
      start('b'),
      output('b', 'y'),
      finish('b'),
    ]);
    const section =
      // oxlint-disable-next-line no-control-regex -- the marks are made of them
      /\u001B\[0Ksection_start:(\d+):(\w+)\[collapsed=true\]\r\u001B\[0K([^\n]*)\n([^\n]*)\n\u001B\[0Ksection_end:\1:\2\r\u001B\[0K\n/g;
    const found = [...text.matchAll(section)];
    expect(found.map((match) => [match[1], match[3], match[4]])).toEqual([
      ['1767323045', 'done        1:01  build a', 'x'],
      ['1767323045', 'done        1:01  build b', 'y'],
    ]);
    expect(found[0]?.[2]).not.toBe(found[1]?.[2]);
    expect(text.replaceAll(section, '')).toBe('');
  });

  it('does not fold what failed', () => {
    for (const service of ['github', 'gitlab', 'azure'] as const)
      expect(run(service, [start('a'), output('a', 'cc: error'), finish('a', 'failed')])).toBe(
        'failed      1:01  build a\ncc: error\n',
      );
  });

  it('has one line for a task without output', () => {
    expect(run('github', [start('a'), finish('a')])).toBe('done        1:01  build a\n');
  });

  it('marks warnings on GitHub, escaped', () => {
    expect(
      run('github', [{ type: 'note', level: 'warning', message: '50% used\n::error::x' }]),
    ).toBe('::warning::50%25 used ::error::x\n');
    expect(run('github', [{ type: 'note', level: 'info', message: 'hello' }])).toBe('hello\n');
  });

  it('does not let output command GitHub', () => {
    const text = run('github', [
      start('a'),
      output('a', '::add-mask::x'),
      output('a', '  ::set-output name=a::b'),
      output('a', 'text ##[add-mask]y'),
      output('a', '::endgroup::'),
      finish('a'),
    ]);
    const lines = text.split('\n');
    const token = /^::stop-commands::([\w-]{20,})$/.exec(lines[1] ?? '')?.[1];
    expect(token).toBeDefined();
    expect(lines[6]).toBe(`::${token}::`);
    expect(lines.slice(7)).toEqual(['::endgroup::', '']);
  });

  it('does not let output command Azure or GitLab', () => {
    const azure = run('azure', [
      start('a'),
      output('a', '##vso[task.setvariable variable=x]y and ##[endgroup]'),
      finish('a'),
    ]);
    expect(azure.match(/##vso\[|##\[/g)).toEqual(['##[', '##[']);
    const gitlab = run('gitlab', [
      start('a'),
      output('a', '\u001B[0Ksection_end:1:wheelworks\r\u001B[0K'),
      finish('a'),
    ]);
    expect(gitlab.match(/\r/g)).toHaveLength(2);
  });

  it('bounds what it keeps', () => {
    const events = Array.from({ length: 20_000 }, (_, n) => output('a', `line ${n}`));
    const lines = run('github', [start('a'), ...events, finish('a')]).split('\n');
    expect(lines.length).toBeLessThan(6000);
    expect(lines).toContain('line 0');
    expect(lines).toContain('line 19999');
    expect(lines).toContain('[... 15000 lines left out ...]');
  });
});
