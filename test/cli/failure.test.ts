import { describe, expect, it } from 'vitest';
import { failureOf } from '../../src/cli/failure.ts';
import { parseSelector } from '../../src/python/selector.ts';
import { WheelworksError } from '../../src/support/errors.ts';

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('failureOf', () => {
  it('a selector of no Python is a wrong command line', () => {
    expect(failureOf(thrownBy(() => parseSelector(' ')))).toMatchObject({
      exitCode: 2,
      isBug: false,
      report: { code: 'python/bad-selector' },
    });
  });

  it('what is wrong with an interpreter, a file or in wheelworks itself is not', () => {
    const given = new WheelworksError('python/not-found', 'There is no such Python.');
    expect(failureOf(given)).toMatchObject({ exitCode: 1, isBug: false });
    const missing = Object.assign(new Error('gone'), { code: 'ENOENT', path: 'a' });
    expect(failureOf(missing)).toMatchObject({ exitCode: 1, report: { code: 'file/not-found' } });
    expect(failureOf(new TypeError('x'))).toMatchObject({ exitCode: 1, isBug: true });
  });
});
