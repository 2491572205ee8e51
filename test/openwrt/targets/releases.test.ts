import { describe, expect, test } from 'vitest';
import { openWrtRelease, openWrtReleases } from '../../../src/openwrt/targets/index.ts';

describe('the releases of OpenWrt', () => {
  test('have a CPython and the magic number of its bytecode', () => {
    expect(openWrtRelease('25.12')).toEqual({
      name: '25.12',
      manager: 'apk',
      python: { version: '3.13.9', minor: '3.13', magic: 3571 },
      musl: '1.2',
    });
  });

  test('of one minor of Python agree about its magic number', () => {
    const magic = new Map<string, number>();
    for (const { python } of openWrtReleases) {
      expect(magic.get(python.minor) ?? python.magic).toBe(python.magic);
      magic.set(python.minor, python.magic);
    }
  });

  test.each([
    ['24.10.4', '24.10'],
    ['v24.10.4', '24.10'],
    ['24.10.0-rc5', '24.10'],
    ['24.10-SNAPSHOT', '24.10'],
    ['SNAPSHOT', 'master'],
    ['snapshot', 'master'],
  ])('have the name that devices give them: %s', (said, name) => {
    expect(openWrtRelease(said).name).toBe(name);
  });

  test('that are not known stay so with a point', () => {
    expect(() => openWrtRelease('16.02.1')).toThrow(
      expect.objectContaining({ code: 'openwrt/unknown-release' }),
    );
    expect(() => openWrtRelease('24.10.4.1')).toThrow(
      expect.objectContaining({ code: 'openwrt/unknown-release' }),
    );
  });

  test('are suggested when a name is misspelt', () => {
    expect(() => openWrtRelease('24.01')).toThrow(
      expect.objectContaining({ code: 'openwrt/unknown-release', hint: 'Did you mean 24.10?' }),
    );
  });
});
