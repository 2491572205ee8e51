import { describe, expect, it } from 'vitest';
import { debianPackageOf } from '../../src/platform/index.ts';

describe('the Debian package of a library', () => {
  it.each([
    ['libcrypto.so.3', 'libssl3'],
    ['libz.so.1', 'zlib1g'],
    ['libstdc++.so.6', 'libstdc++6'],
    ['libgomp.so.1', 'libgomp1'],
    ['libglib-2.0.so.0', 'libglib2.0-0'],
    ['libgfortran.so.5', 'libgfortran5'],
  ])('%s is in %s', (library, name) => {
    expect(debianPackageOf(library)).toEqual({ name, suite: 'Debian 12' });
  });

  it.each(['libnosuchthing.so.1', 'libz.so', '', 'constructor', '__proto__'])(
    'there is none for %j',
    (library) => {
      expect(debianPackageOf(library)).toBeUndefined();
    },
  );
});
