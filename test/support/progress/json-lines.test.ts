import { describe, expect, it } from 'vitest';
import { createJsonLinesReporter } from '../../../src/support/progress/json-lines.ts';
import { FakeClock } from './fake-clock.ts';

describe('the JSON lines reporter', () => {
  it('writes each event as one line with its time', () => {
    const clock = new FakeClock(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    let text = '';
    const { sink } = createJsonLinesReporter((part) => (text += part), { clock });
    sink({ type: 'task-started', id: 'a', label: 'two\nlines' });
    clock.pass(1000);
    sink({ type: 'task-output', id: 'a', line: 'https://me:secret@host/' });
    const lines = text.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { time: '2026-01-02T03:04:05.678Z', type: 'task-started', id: 'a', label: 'two\nlines' },
      { time: '2026-01-02T03:04:06.678Z', type: 'task-output', id: 'a', line: 'https://***@host/' },
    ]);
  });

  it('is silent once it is closed', () => {
    let text = '';
    const reporter = createJsonLinesReporter((part) => (text += part));
    reporter.close();
    reporter.sink({ type: 'note', level: 'info', message: 'late' });
    expect(text).toBe('');
  });
});
