import { describe, expect, it } from 'vitest';
import { WheelworksError, fileError, systemErrorCode, withPath } from '../../src/support/errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('WheelworksError', () => {
  it('reports exactly what it was given', () => {
    const error = new WheelworksError('zip/bad', 'It is bad.', { path: 'a.whl', hint: 'Mend it.' });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      code: 'zip/bad',
      message: 'It is bad.',
      path: 'a.whl',
      hint: 'Mend it.',
    });
  });

  it('masks secrets in every text', () => {
    const secret = 'https://user:hunter2@example.org/x';
    const error = new WheelworksError('a/b', secret, {
      hint: secret,
      path: secret,
      evidence: secret,
    });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(String(error.stack)).not.toContain('hunter2');
  });

  it('keeps its cause', () => {
    const cause = new Error('below');
    expect(new WheelworksError('a/b', 'above', { cause }).cause).toBe(cause);
  });
});

describe('withPath', () => {
  it('adds a path and keeps all else', () => {
    const cause = new Error('below');
    const error = new WheelworksError('a/b', 'm', { hint: 'h', evidence: 'e', cause });
    expect(withPath(error, 'file.whl')).toMatchObject({
      code: 'a/b',
      message: 'm',
      hint: 'h',
      evidence: 'e',
      path: 'file.whl',
      cause,
    });
  });

  it('leaves a path that is there, and other errors', () => {
    const named = new WheelworksError('a/b', 'm', { path: 'inner' });
    const foreign = new Error('bug');
    expect(withPath(named, 'outer')).toBe(named);
    expect(withPath(foreign, 'outer')).toBe(foreign);
  });
});

describe('fileError', () => {
  it.each([
    ['ENOENT', 'file/not-found'],
    ['EACCES', 'file/no-permission'],
    ['ENOSPC', 'file/disk-full'],
    ['EDQUOT', 'file/disk-full'],
    ['EROFS', 'file/read-only'],
    ['EMFILE', 'file/too-many-open'],
  ])('%s becomes %s and names the path', (system, code) => {
    const error = fileError(systemError(system), 'some/file');
    expect(error).toMatchObject({ code, path: 'some/file' });
    expect((error as Error).message).toContain('some/file');
  });

  it('says what to do about a file system that takes no writes', () => {
    expect(fileError(systemError('EROFS'), 'x')).toMatchObject({
      hint: expect.stringContaining('Choose another place'),
    });
  });

  it('lets bugs through', () => {
    const bug = new TypeError('undefined is not a function');
    expect(fileError(bug, 'x')).toBe(bug);
    expect(fileError('text', 'x')).toBe('text');
    const unknown = systemError('EWHATEVER');
    expect(fileError(unknown, 'x')).toBe(unknown);
  });
});

describe('systemErrorCode', () => {
  it('is the code of errors that have one', () => {
    expect(systemErrorCode(systemError('ENOENT'))).toBe('ENOENT');
    expect(systemErrorCode(new Error('no code'))).toBeUndefined();
    expect(systemErrorCode({ code: 'ENOENT' })).toBeUndefined();
    expect(systemErrorCode(Object.assign(new Error('n'), { code: 7 }))).toBeUndefined();
  });
});
