import { describe, expect, it } from 'vitest';
import { findException, findLicense } from '../../src/packaging/license-list.ts';
import { parseLicenseExpression } from '../../src/packaging/license.ts';

describe('licence expressions', () => {
  it('tell what is in them', () => {
    const text = 'mit or (gpl-2.0+ with classpath-exception-2.0 and LicenseRef-My-Own) or MIT';
    expect(parseLicenseExpression(text)).toEqual({
      text: 'MIT OR (GPL-2.0+ WITH Classpath-exception-2.0 AND LicenseRef-My-Own) OR MIT',
      licenses: ['MIT', 'GPL-2.0', 'LicenseRef-My-Own'],
      exceptions: ['Classpath-exception-2.0'],
      deprecated: ['GPL-2.0'],
    });
  });

  it.each([
    ['', 'it is empty'],
    ['MIT OR', 'nothing follows OR'],
    ['(MIT', 'not closed'],
    ['MIT)', 'was not opened'],
    ['()', 'where a licence is due'],
    ['MIT ISC', 'AND or OR is due before "ISC"'],
    ['MIT (ISC)', 'opens where AND or OR is due'],
    ['MIT AND OR ISC', 'OR stands where a licence is due'],
    ['(MIT) WITH Classpath-exception-2.0', 'WITH must follow a single licence'],
    ['LicenseRef-a_b', 'not a LicenseRef'],
  ])('%j: %s', (text, says) => {
    expect(() => parseLicenseExpression(text)).toThrow(
      expect.objectContaining({
        code: 'packaging/license-expression',
        message: expect.stringContaining(says),
      }),
    );
  });

  it('name the identifier that is not on the list', () => {
    expect(() => parseLicenseExpression('MIT OR BSD')).toThrow(
      expect.objectContaining({
        code: 'packaging/unknown-license',
        message: '"BSD" is not a licence on the SPDX list.',
        hint: expect.stringContaining('LicenseRef-'),
      }),
    );
    expect(() => parseLicenseExpression('MIT WITH MIT')).toThrow(
      '"MIT" is not a licence exception',
    );
  });
});

describe('the SPDX list', () => {
  it('is searched without case, and not through what every object has', () => {
    expect(findLicense('APACHE-2.0')).toEqual({ id: 'Apache-2.0', deprecated: false });
    expect(findLicense('gpl-2.0')).toEqual({ id: 'GPL-2.0', deprecated: true });
    expect(findLicense('constructor')).toBeUndefined();
    expect(findException('gcc-exception-3.1')?.id).toBe('GCC-exception-3.1');
    expect(findException('MIT')).toBeUndefined();
  });
});
