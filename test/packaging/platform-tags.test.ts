import { describe, expect, it } from 'vitest';
import {
  formatPlatformTag,
  legacyManylinuxName,
  macosArchitectures,
  parsePlatformTag,
  platformTagSpellings,
} from '../../src/packaging/platform-tags.ts';

const CASES = [
  ['any', { kind: 'any' }],
  ['linux_x86_64', { kind: 'linux', arch: 'x86_64' }],
  ['linux_armv7l', { kind: 'linux', arch: 'armv7l' }],
  ['manylinux_2_28_x86_64', { kind: 'manylinux', arch: 'x86_64', glibc: { major: 2, minor: 28 } }],
  [
    'manylinux1_i686',
    { kind: 'manylinux', arch: 'i686', glibc: { major: 2, minor: 5 }, legacy: 'manylinux1' },
  ],
  [
    'manylinux2010_x86_64',
    { kind: 'manylinux', arch: 'x86_64', glibc: { major: 2, minor: 12 }, legacy: 'manylinux2010' },
  ],
  [
    'manylinux2014_s390x',
    { kind: 'manylinux', arch: 's390x', glibc: { major: 2, minor: 17 }, legacy: 'manylinux2014' },
  ],
  [
    'musllinux_1_2_loongarch64',
    { kind: 'musllinux', arch: 'loongarch64', musl: { major: 1, minor: 2 } },
  ],
  [
    'macosx_10_9_universal2',
    { kind: 'macosx', arch: 'universal2', version: { major: 10, minor: 9 } },
  ],
  ['macosx_26_0_arm64', { kind: 'macosx', arch: 'arm64', version: { major: 26, minor: 0 } }],
  ['win32', { kind: 'windows', arch: 'x86' }],
  ['win_amd64', { kind: 'windows', arch: 'amd64' }],
  ['win_arm64', { kind: 'windows', arch: 'arm64' }],
  ['android_24_arm64_v8a', { kind: 'android', arch: 'arm64_v8a', apiLevel: 24 }],
  [
    'ios_13_0_arm64_iphoneos',
    { kind: 'ios', arch: 'arm64', version: { major: 13, minor: 0 }, sdk: 'iphoneos' },
  ],
  [
    'ios_17_2_x86_64_iphonesimulator',
    { kind: 'ios', arch: 'x86_64', version: { major: 17, minor: 2 }, sdk: 'iphonesimulator' },
  ],
  [
    'pyemscripten_2026_0_wasm32',
    { kind: 'pyemscripten', arch: 'wasm32', version: { major: 2026, minor: 0 } },
  ],
] as const;

describe('platform tags', () => {
  it.each(CASES)('%s', (text, meaning) => {
    expect(parsePlatformTag(text)).toEqual(meaning);
    expect(parsePlatformTag(text.toUpperCase())).toEqual(meaning);
  });

  it.each(CASES)('%s is written as it was read', (text) => {
    expect(formatPlatformTag(parsePlatformTag(text))).toBe(text);
  });

  it.each([
    'freebsd_14_1_release_amd64',
    'manylinux_2_x86_64',
    'manylinux_02_17_x86_64',
    'manylinux2015_x86_64',
    'manylinux_2_28_',
    'musllinux_1_x86_64',
    'macosx_11_arm64',
    'win_x86',
    'win64_',
    'ios_13_0_arm64_watchos',
    'android_arm64_v8a',
    'pyodide_2024_0_wasm32',
    '',
  ])('%j follows no known form, and stays as it is', (text) => {
    expect(parsePlatformTag(text)).toEqual({ kind: 'other', text });
    expect(formatPlatformTag(parsePlatformTag(text))).toBe(text);
  });
});

describe('old and new names of manylinux', () => {
  it.each([
    ['manylinux2014_x86_64', ['manylinux_2_17_x86_64', 'manylinux2014_x86_64']],
    ['manylinux_2_17_x86_64', ['manylinux_2_17_x86_64', 'manylinux2014_x86_64']],
    ['manylinux_2_5_i686', ['manylinux_2_5_i686', 'manylinux1_i686']],
    ['manylinux_2_28_x86_64', ['manylinux_2_28_x86_64']],
    ['win_amd64', ['win_amd64']],
  ])('%s', (text, spellings) => {
    expect(platformTagSpellings(text)).toEqual(spellings);
  });

  it('belong to glibc 2', () => {
    expect(legacyManylinuxName({ major: 2, minor: 12 })).toBe('manylinux2010');
    expect(legacyManylinuxName({ major: 3, minor: 12 })).toBeUndefined();
  });
});

describe('architectures of a macOS tag', () => {
  it('are several for a set, and the one itself otherwise', () => {
    expect(macosArchitectures('universal2')).toEqual(['arm64', 'x86_64']);
    expect(macosArchitectures('arm64')).toEqual(['arm64']);
    expect(macosArchitectures('constructor')).toEqual(['constructor']);
  });
});
