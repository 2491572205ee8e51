import { describe, expect, it } from 'vitest';
import { excerpt } from '../../src/packaging/excerpt.ts';

describe('excerpt', () => {
  it('quotes and escapes', () => {
    expect(excerpt('a"b\n')).toBe('"a\\"b\\n"');
  });

  it('cuts a long text and tells its length', () => {
    const shown = excerpt('x'.repeat(1_000_000));
    expect(shown.length).toBeLessThan(200);
    expect(shown).toContain('1000000 characters');
  });

  it('masks a password before it cuts the text in its middle', () => {
    const password = 'hunter2'.repeat(100);
    expect(excerpt(`foo @ https://user:${password}@example.com/foo.whl`)).not.toContain('hunter2');
  });
});
