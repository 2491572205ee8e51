import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineDiff } from '../../src/support/line-diff.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('line diff', () => {
  test('one changed line, with three around it', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const after = before.map((line) => (line === 'e' ? 'E' : line));
    expect(lineDiff(text(before), text(after))).toBe(
      '@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n',
    );
  });

  test('changes far apart are hunks of their own', () => {
    const before = Array.from({ length: 30 }, (_, index) => `${index}`);
    const after = [...before.slice(1), 'new'];
    expect(lineDiff(text(before), text(after)).match(/^@@.*@@$/gm)).toEqual([
      '@@ -1,4 +1,3 @@',
      '@@ -28,3 +27,4 @@',
    ]);
  });

  test('a file that was not there', () => {
    expect(lineDiff('', 'a\n')).toBe('@@ -0,0 +1,1 @@\n+a\n');
    expect(lineDiff('a\n', 'a\n')).toBe('');
  });

  test('applied to the old text it gives the new one', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 20 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        expect(applied(before, lineDiff(text(before), text(after)))).toEqual(after);
      }),
    );
  });
});

function applied(before: readonly string[], diff: string): readonly string[] {
  const result: string[] = [];
  let at = 0;
  for (const line of diff.split('\n').slice(0, -1)) {
    const hunk = /^@@ -(\d+),(\d+) /.exec(line);
    if (hunk !== null) {
      const first = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      result.push(...before.slice(at, first));
      at = first;
      continue;
    }
    if (line.startsWith('+')) result.push(line.slice(1));
    else {
      if (before[at] !== line.slice(1)) throw new Error(`The text has no ${line} in line ${at}.`);
      if (line.startsWith(' ')) result.push(line.slice(1));
      at += 1;
    }
  }
  return [...result, ...before.slice(at)];
}
