import { describe, expect, it } from 'vitest';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
} from '../../src/cli/each-input.ts';
import { createPalette } from '../../src/cli/render/palette.ts';
import { shownPath } from '../../src/cli/shown-path.ts';
import { sourceDate } from '../../src/cli/source-date.ts';
import { buildTagValue, localVersionValue, tagChangeValue } from '../../src/cli/tag-values.ts';
import { WheelworksError } from '../../src/support/errors.ts';

const inputs = ['a', 'b', 'c'].map((path) => ({ path }));
const context = { jobs: 2, signal: new AbortController().signal };

async function failOn(bad: string, { path }: { path: string }): Promise<{ path: string }> {
  if (path === bad) throw new WheelworksError('wheel/symlink', `${path} is bad.`);
  return { path: path.toUpperCase() };
}

describe('eachInput', () => {
  it('has a failure in its place, and does the others', async () => {
    const results = await eachInput(inputs, context, (input) => failOn('b', input));
    expect(results).toEqual([
      { path: 'A' },
      { path: 'b', error: { code: 'wheel/symlink', message: 'b is bad.' } },
      { path: 'C' },
    ]);
    expect(results.map(isFailure)).toEqual([false, true, false]);
    expect(successesOf(results)).toEqual([{ path: 'A' }, { path: 'C' }]);
  });

  it('leaves failures of an earlier step as they are', async () => {
    const first = await eachInput(inputs, context, (input) => failOn('b', input));
    const seen: string[] = [];
    const second = await eachInput(first, context, async (input) => {
      seen.push(input.path);
      return input;
    });
    expect(seen).toEqual(['A', 'C']);
    expect(second).toEqual(first);
  });

  it("throws a single input's error, bugs, and what the run was aborted with", async () => {
    const one = inputs.slice(0, 1);
    await expect(eachInput(one, context, (input) => failOn('a', input))).rejects.toThrow(
      'a is bad',
    );
    const bug = async (): Promise<object> => {
      throw new TypeError('a bug');
    };
    await expect(eachInput(inputs, context, bug)).rejects.toThrow('a bug');
    const aborted = { jobs: 1, signal: AbortSignal.abort() };
    const work = eachInput(inputs, aborted, (input) => failOn('', input));
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('shares the jobs out', () => {
    expect([1, 2, 5, 100].map((count) => jobsForEach(Array.from({ length: count }), 8))).toEqual([
      8, 4, 1, 1,
    ]);
    expect(jobsForEach([], 8)).toBe(8);
  });

  it('shows a failure without letting its texts act on the terminal', () => {
    const error = {
      code: 'a/b',
      message: 'm\u001b[2J',
      evidence: 'e\u202e\nf\n',
      hint: 'h',
    } as const;
    expect(renderFailedInput({ path: 'p\n', error }, { colour: createPalette(false) })).toBe(
      'p\\n\n  error[a/b]: m\\x1b[2J\n  evidence: e\\u202e\n            f\n  next: h\n',
    );
  });
});

describe('shownPath', () => {
  it.each([
    ['/home/me/out/x', 'out/x'],
    ['/home/me/..x', '..x'],
    ['/home/me', '/home/me'],
    ['/home/other/x', '/home/other/x'],
    ['/home/meadow', '/home/meadow'],
    ['out/x', 'out/x'],
  ])('%s is %s', (path, shown) => {
    expect(shownPath(path, '/home/me')).toBe(shown);
  });
});

describe('sourceDate', () => {
  it('is the time of SOURCE_DATE_EPOCH, when there is one', () => {
    expect(sourceDate({})).toEqual({});
    expect(sourceDate({ SOURCE_DATE_EPOCH: '' })).toEqual({});
    expect(sourceDate({ SOURCE_DATE_EPOCH: '86400' })).toEqual({
      modified: new Date('1970-01-02T00:00:00Z'),
    });
  });

  it.each(['now', '-5', '1.5', '0x10', '1e3', '999999999999'])('refuses %j', (text) => {
    expect(() => sourceDate({ SOURCE_DATE_EPOCH: text })).toThrow(
      expect.objectContaining({ code: 'config/source-date-epoch', evidence: text }) as Error,
    );
  });
});

describe('values that name tags', () => {
  it.each([
    [buildTagValue, ['', '1', '007local', '20240101_1.2'], ['x', '1-2', ' 1', '1\n']],
    [
      tagChangeValue,
      ['py3', '+py2.py3', '-any', 'win_amd64'],
      ['', '+', 'a..b', 'a-b', 'a b', '++a'],
    ],
    [localVersionValue, ['', 'cu121', 'a.1', 'a-1'], ['.', 'a..b', 'a+b', 'ä', '-']],
  ])('%o', (parse, right, wrong) => {
    for (const text of right) expect(parse(text)).toBe(text);
    for (const text of wrong) expect(() => parse(text)).toThrow(/digit|letters/);
  });
});
