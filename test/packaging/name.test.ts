import { describe, expect, it } from 'vitest';
import { isValidName, nameForFile, normalizeName } from '../../src/packaging/name.ts';

describe('names', () => {
  it('normalises case and every run of separators', () => {
    expect(normalizeName('Friendly-._.-Bard')).toBe('friendly-bard');
  });

  it('escapes names for file names, where a dash separates the parts', () => {
    expect(nameForFile('Zope.Interface-extra')).toBe('zope_interface_extra');
  });

  it.each(['', '-a', 'a-', '.a', 'a_', 'a b', 'a\n', 'é', '\u212A', '\u017F', 'a/b'])(
    'refuses %j',
    (name) => {
      expect(isValidName(name)).toBe(false);
    },
  );

  it.each(['a', '0', 'A-b', 'a.-_b', 'x86'])('takes %j', (name) => {
    expect(isValidName(name)).toBe(true);
  });
});
