import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../../src/support/progress/events.ts';
import {
  createTerminalReporter,
  type TerminalReporterOptions,
} from '../../../src/support/progress/terminal.ts';
import { textWidth } from '../../../src/support/progress/text.ts';
import { FakeClock } from './fake-clock.ts';
import { VirtualTerminal } from './virtual-terminal.ts';

interface Watched {
  clock: FakeClock;
  screen: VirtualTerminal;
  writes: string[];
  sink: (event: ProgressEvent) => void;
  close: () => void;
}

function watch(columns = 80, rows = 24, options: TerminalReporterOptions = {}): Watched {
  const clock = new FakeClock();
  const screen = new VirtualTerminal(columns, rows);
  const writes: string[] = [];
  const reporter = createTerminalReporter(
    (text) => {
      writes.push(text);
      screen.write(text);
    },
    { ...options, clock, columns: () => screen.columns, rows: () => screen.rows },
  );
  return { clock, screen, writes, sink: reporter.sink, close: () => reporter.close() };
}

function start(
  id: string,
  more: { parent?: string; total?: number; unit?: 'bytes' | 'files' } = {},
): ProgressEvent {
  return { type: 'task-started', id, label: `build ${id}`, ...more };
}

function finish(
  id: string,
  seconds: number,
  outcome: 'done' | 'failed' | 'reused' = 'done',
): ProgressEvent {
  return { type: 'task-finished', id, outcome, seconds };
}

describe('the terminal reporter', () => {
  it('shows what is running, how far it is and what is over', () => {
    const { clock, screen, sink, close } = watch(100);
    sink(start('cp311', { total: 200e6, unit: 'bytes' }));
    sink(start('cp312-musllinux'));
    clock.pass(600);
    sink({ type: 'task-progress', id: 'cp311', done: 50e6, detail: 'libx.so' });
    sink({ type: 'task-progress', id: 'cp312-musllinux', done: 3 });
    clock.pass(12_000);
    expect(screen.lines).toEqual([
      'running     12 s  build cp311            [#####---------------]   25%  50 MB of 200 MB  libx.so',
      'running     12 s  build cp312-musllinux  3',
    ]);
    sink({ ...finish('cp311', 12.6), detail: '1 wheel' } as ProgressEvent);
    clock.pass(1000);
    expect(screen.lines).toEqual([
      'done        13 s  build cp311  1 wheel',
      'running     13 s  build cp312-musllinux  3',
    ]);
    sink(finish('cp312-musllinux', 14));
    close();
    expect(screen.lines).toEqual([
      'done        13 s  build cp311  1 wheel',
      'done        14 s  build cp312-musllinux',
    ]);
  });

  it('writes nothing at all for work that is over in half a second', () => {
    const { clock, writes, sink, close } = watch();
    for (const id of ['a', 'b', 'c']) {
      sink(start(id));
      clock.pass(400);
      sink({ type: 'task-output', id, line: 'output' });
      sink({ type: 'task-progress', id, done: 1 });
      sink(finish(id, 0.4, 'reused'));
    }
    close();
    clock.pass(10_000);
    expect(writes.join('')).toBe('');
  });

  it('begins after half a second, without any event', () => {
    const { clock, screen, sink } = watch();
    sink(start('a'));
    clock.pass(450);
    expect(screen.text).toBe('');
    clock.pass(100);
    expect(screen.text).toBe('running      0 s  build a');
    clock.pass(3000);
    expect(screen.text).toBe('running      3 s  build a');
  });

  it('draws at most ten times a second, however many events come', () => {
    const { clock, writes, sink } = watch();
    sink(start('a', { total: 10_000 }));
    clock.pass(1000);
    const before = writes.length;
    for (let n = 0; n < 2000; n += 1) {
      sink({ type: 'task-progress', id: 'a', done: n });
      clock.pass(1);
    }
    expect(writes.length - before).toBeLessThanOrEqual(21);
    expect(writes.length - before).toBeGreaterThanOrEqual(15);
  });

  it('draws about once a second when nothing happens', () => {
    const { clock, writes, sink } = watch();
    sink(start('a'));
    clock.pass(1000);
    const before = writes.length;
    clock.pass(60_000);
    expect(writes.length - before).toBeLessThanOrEqual(61);
    expect(writes.length - before).toBeGreaterThanOrEqual(55);
  });

  it('draws while the program computes and no timer runs', () => {
    const { clock, screen, sink } = watch();
    sink(start('a'));
    clock.block(5000);
    sink({ type: 'task-progress', id: 'a', done: 7 });
    expect(screen.text).toBe('running      5 s  build a  7');
  });

  it('shows children below their parents', () => {
    const { clock, screen, sink } = watch();
    sink(start('one'));
    sink(start('two'));
    sink(start('of two', { parent: 'two' }));
    sink(start('of one', { parent: 'one' }));
    sink(start('lost', { parent: 'nobody' }));
    clock.pass(1000);
    expect(screen.lines.map((line) => line.slice('running      1 s  '.length))).toEqual([
      'build one',
      '  build of one',
      'build two',
      '  build of two',
      'build lost',
    ]);
  });

  it('puts notes above what is running', () => {
    const { clock, screen, sink } = watch();
    sink({ type: 'note', level: 'info', message: 'before' });
    sink(start('a'));
    clock.pass(1000);
    sink({ type: 'note', level: 'warning', message: 'in the middle' });
    clock.pass(1000);
    expect(screen.lines).toEqual(['before', 'warning: in the middle', 'running      2 s  build a']);
  });

  it('shows the output of what failed at the very end', () => {
    const { clock, screen, sink, close } = watch();
    sink(start('all'));
    sink(start('a', { parent: 'all' }));
    sink(start('b', { parent: 'all' }));
    sink({ type: 'task-output', id: 'a', line: 'fine' });
    for (let n = 1; n <= 50; n += 1) sink({ type: 'task-output', id: 'b', line: `error ${n}` });
    clock.pass(1000);
    sink({ ...finish('b', 1, 'failed'), detail: 'exit code 1' } as ProgressEvent);
    sink(finish('a', 1));
    sink(finish('all', 1, 'failed'));
    close();
    const { lines } = screen;
    expect(lines.slice(0, 8)).toEqual([
      'failed     1.0 s  build b  exit code 1',
      'done       1.0 s  build a',
      'failed     1.0 s  build all',
      '',
      'Output of build b:',
      '  [... 10 lines left out ...]',
      '  error 11',
      '  error 12',
    ]);
    expect(lines.at(-1)).toBe('  error 50');
  });

  it('never writes past the last column, with wide characters either', () => {
    for (const columns of [20, 33, 60, 61, 89, 90, 120]) {
      const { clock, screen, sink } = watch(columns);
      sink({
        type: 'task-started',
        id: 'a',
        label: '漢字の包み'.repeat(8),
        total: 10,
        unit: 'files',
      });
      sink({ type: 'task-started', id: 'b', label: 'x'.repeat(200), total: 1e9, unit: 'bytes' });
      clock.pass(1000);
      sink({ type: 'task-progress', id: 'a', done: 5, detail: '長い説明'.repeat(30) });
      sink({ type: 'task-progress', id: 'b', done: 5, detail: 'y'.repeat(200) });
      clock.pass(1000);
      expect(screen.lines).toHaveLength(2);
      for (const line of screen.lines) expect(textWidth(line)).toBeLessThan(columns);
    }
  });

  it('lines up what follows labels of any width', () => {
    const { clock, screen, sink } = watch(120);
    sink({ type: 'task-started', id: 'a', label: '漢字', total: 10 });
    sink({ type: 'task-started', id: 'b', label: 'abcdef', total: 10 });
    clock.pass(1000);
    sink({ type: 'task-progress', id: 'a', done: 5 });
    sink({ type: 'task-progress', id: 'b', done: 10 });
    clock.pass(1000);
    const starts = screen.lines.map((line) => textWidth(line.slice(0, line.indexOf('['))));
    expect(starts[0]).toBe(starts[1]);
    expect(screen.lines[1]).toContain('[####################]  100%');
  });

  it('never takes more rows than the terminal has', () => {
    const { clock, screen, sink, close } = watch(80, 10);
    for (let n = 0; n < 30; n += 1) sink(start(String(n)));
    clock.pass(5000);
    expect(screen.lines).toHaveLength(9);
    expect(screen.lines.at(-1)).toBe('... and 22 more');
    close();
    expect(screen.text).toBe('');
  });

  it('leaves no trace of what it had drawn when the window is made narrower', () => {
    const { clock, screen, sink, close } = watch(100);
    sink(start('a', { total: 100 }));
    sink(start('b', { total: 100 }));
    clock.pass(1000);
    for (const id of ['a', 'b'])
      sink({ type: 'task-progress', id, done: 50, detail: 'd'.repeat(60) });
    clock.pass(1000);
    screen.resize(40);
    clock.pass(1000);
    expect(screen.lines).toHaveLength(2);
    sink(finish('a', 3));
    sink(finish('b', 3));
    close();
    expect(screen.lines).toEqual(['done       3.0 s  build a', 'done       3.0 s  build b']);
  });

  it('keeps the log whole when it is longer than the window', () => {
    const { clock, screen, sink, close } = watch(80, 6);
    sink(start('all'));
    for (let n = 0; n < 50; n += 1) {
      sink(start(String(n), { parent: 'all' }));
      clock.pass(1000);
      sink(finish(String(n), 1));
    }
    close();
    expect(screen.lines).toEqual(
      Array.from({ length: 50 }, (_, n) => `done       1.0 s  build ${n}`),
    );
  });

  it('does not let a label or a line take over the terminal', () => {
    const { clock, screen, sink, close } = watch();
    sink({ type: 'task-started', id: 'a', label: '\u001B[2J\u001B[Hevil\r\nlabel' });
    sink({ type: 'task-output', id: 'a', line: '\u001B]0;title\u0007\u001B[31mred' });
    clock.pass(1000);
    sink({ ...finish('a', 1, 'failed'), detail: '\u009Bm\u0008\u0007' } as ProgressEvent);
    close();
    expect(screen.lines).toEqual([
      'failed     1.0 s  evil  label',
      '',
      'Output of evil  label:',
      '  red',
    ]);
  });

  it('colours outcomes only when asked', () => {
    const plain = watch();
    const colored = watch(80, 24, { color: true });
    for (const { clock, sink, close } of [plain, colored]) {
      sink(start('a'));
      clock.pass(1000);
      sink(finish('a', 1));
      close();
    }
    expect(plain.writes.join('')).not.toContain('m');
    expect(colored.writes.join('')).toContain('\u001B[32mdone\u001B[39m');
    expect(colored.screen.text).toBe(plain.screen.text);
  });

  it('ends for good', () => {
    const { clock, writes, sink, close } = watch();
    sink(start('a'));
    clock.pass(1000);
    close();
    const before = writes.length;
    close();
    sink(start('b'));
    sink({ type: 'note', level: 'info', message: 'late' });
    clock.pass(10_000);
    expect(writes).toHaveLength(before);
    expect(clock.pending).toBe(0);
  });

  it('survives sizes that make no sense', () => {
    for (const [columns, rows] of [
      [0, 0],
      [1, 1],
      [undefined, undefined],
    ]) {
      const clock = new FakeClock();
      let text = '';
      const reporter = createTerminalReporter((part) => (text += part), {
        clock,
        columns: () => columns,
        rows: () => rows,
      });
      reporter.sink(start('a', { total: 0 }));
      clock.pass(1000);
      reporter.sink({ type: 'task-progress', id: 'a', done: 5 });
      clock.pass(1000);
      expect(text).toContain('running');
    }
  });
});
