import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../../src/support/progress/events.ts';
import {
  createPlainReporter,
  type PlainReporterOptions,
} from '../../../src/support/progress/plain.ts';
import { FakeClock } from './fake-clock.ts';

function watch(options: PlainReporterOptions = {}): {
  clock: FakeClock;
  sink: (event: ProgressEvent) => void;
  close: () => void;
  text: () => string;
} {
  const clock = new FakeClock();
  let text = '';
  const reporter = createPlainReporter((part) => (text += part), { ...options, clock });
  return { clock, sink: reporter.sink, close: () => reporter.close(), text: () => text };
}

const START: ProgressEvent = { type: 'task-started', id: 'a', label: 'build cp312' };

describe('the plain reporter', () => {
  it('has a line for the start and one for the end, aligned', () => {
    const { clock, sink, text } = watch();
    sink(START);
    clock.pass(500);
    sink({ type: 'task-progress', id: 'a', done: 1 });
    sink({ type: 'task-output', id: 'a', line: 'compiling' });
    sink({ type: 'task-started', id: 'b', label: 'repair' });
    clock.pass(64_500);
    sink({ type: 'task-finished', id: 'a', outcome: 'done', seconds: 65, detail: '3 files' });
    sink({ type: 'task-finished', id: 'b', outcome: 'reused', seconds: 2.04 });
    expect(text()).toBe(
      [
        'start             build cp312',
        'start             repair',
        'done        1:05  build cp312  3 files',
        'reused     2.0 s  repair',
        '',
      ].join('\n'),
    );
  });

  it('says nothing about what is over in half a second, unless it failed', () => {
    const { clock, sink, text } = watch();
    for (const id of ['quick', 'broken']) sink({ type: 'task-started', id, label: id });
    clock.pass(499);
    sink({ type: 'task-finished', id: 'quick', outcome: 'done', seconds: 0.499 });
    sink({
      type: 'task-finished',
      id: 'broken',
      outcome: 'failed',
      seconds: 0.1,
      detail: 'No compiler.',
    });
    clock.pass(10_000);
    expect(text()).toBe('failed     0.1 s  broken  No compiler.\n');
  });

  it('counts the time of work during which no timer could run', () => {
    const { clock, sink, text } = watch();
    sink(START);
    clock.block(3000);
    sink({ type: 'task-finished', id: 'a', outcome: 'done', seconds: 3 });
    clock.pass(1000);
    expect(text()).toBe('done       3.0 s  build cp312\n');
  });

  it('shows the last output of a task that failed', () => {
    const { sink, text } = watch();
    sink(START);
    for (let n = 1; n <= 100; n += 1) sink({ type: 'task-output', id: 'a', line: `line ${n}` });
    sink({ type: 'task-finished', id: 'a', outcome: 'failed', seconds: 9 });
    const lines = text().trimEnd().split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'failed     9.0 s  build cp312',
      '  | [... 60 lines left out ...]',
      '  | line 61',
    ]);
    expect(lines.at(-1)).toBe('  | line 100');
  });

  it('shows all output at once when asked, and not again', () => {
    const { sink, text } = watch({ showOutput: true });
    sink(START);
    sink({ type: 'task-output', id: 'a', line: '\u001B[31mred\u001B[0m https://u:p@h/' });
    sink({ type: 'task-finished', id: 'a', outcome: 'failed', seconds: 1 });
    expect(text()).toBe('build cp312 | red https://***@h/\nfailed     1.0 s  build cp312\n');
  });

  it('shows notes, and colours only when asked', () => {
    const plain = watch();
    const colored = watch({ color: true });
    for (const { sink } of [plain, colored]) {
      sink({ type: 'note', level: 'warning', message: 'disk nearly full' });
      sink({ type: 'note', level: 'info', message: 'two\nlines' });
      sink(START);
      sink({ type: 'task-finished', id: 'a', outcome: 'failed', seconds: 1 });
    }
    expect(plain.text()).toBe(
      'warning: disk nearly full\ntwo lines\nfailed     1.0 s  build cp312\n',
    );
    // oxlint-disable-next-line no-control-regex -- the colours are what is looked for
    expect(colored.text().replaceAll(/\u001B\[\d+m/g, '')).toBe(plain.text());
    expect(colored.text()).toContain('\u001B[31mfailed\u001B[39m');
  });

  it('breaks a long silence, so that nobody takes the run for dead', () => {
    const { clock, sink, text } = watch();
    sink(START);
    clock.pass(600_000);
    const reminders = text()
      .split('\n')
      .filter((line) => line.startsWith('running'));
    expect(reminders.length).toBeGreaterThanOrEqual(3);
    expect(reminders.length).toBeLessThanOrEqual(10);
    expect(reminders[0]).toMatch(/^running +\d:\d\d {2}build cp312$/);
  });

  it('keeps quiet after the end, and leaves no timer', () => {
    const { clock, sink, close, text } = watch();
    sink(START);
    close();
    sink({ type: 'note', level: 'info', message: 'late' });
    clock.pass(1_000_000);
    expect(text()).toBe('');
    expect(clock.pending).toBe(0);
  });

  it('takes events of tasks it does not know', () => {
    const { sink, text } = watch({ showOutput: true });
    sink({ type: 'task-progress', id: 'x', done: 1 });
    sink({ type: 'task-output', id: 'x', line: 'line' });
    sink({ type: 'task-finished', id: 'x', outcome: 'done', seconds: 9 });
    expect(text()).toBe('x | line\n');
  });
});
