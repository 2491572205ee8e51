import { describe, expect, it } from 'vitest';
import { checkSettingsOf } from '../../src/check/index.ts';

const read = (value: unknown): unknown => checkSettingsOf(value, '/p/pyproject.toml');

describe('[tool.wheelworks.check]', () => {
  it('is as by default where there is none, and takes the options of the command', () => {
    expect(read(undefined)).toMatchObject({ ignore: [], strict: false });
    expect(read({ 'max-size': '1KiB', ignore: 'a/b' })).toMatchObject({
      maxSize: 1024,
      ignore: ['a/b'],
    });
  });

  it('refuses names that it does not have, with the nearest one', () => {
    const refused = { code: 'config/unknown-setting', path: '/p/pyproject.toml' };
    expect(() => read({ ignor: [] })).toThrow(
      expect.objectContaining({ ...refused, hint: 'Did you mean ignore?' }),
    );
    expect(() => read({ zebra: 1 })).toThrow(
      expect.objectContaining({ ...refused, hint: expect.stringContaining('Known: ignore, ') }),
    );
  });

  it('refuses values of another kind, with the key', () => {
    for (const [value, key] of [
      [{ strict: 'yes' }, 'tool.wheelworks.check.strict'],
      [{ 'max-size': 'huge' }, 'tool.wheelworks.check.max-size'],
      [[], 'tool.wheelworks.check'],
    ] as const)
      expect(() => read(value)).toThrow(
        expect.objectContaining({
          code: 'config/bad-pyproject',
          message: expect.stringContaining(`${key} is wrong: `),
          hint: 'docs/check.md lists the settings.',
        }),
      );
  });
});
