import { describe, expect, it } from 'vitest';
import {
  abiOfExtensionSuffix,
  supportedTags,
  tagRanker,
  type InterpreterDescription,
} from '../../src/packaging/supported-tags.ts';
import { formatTag, parseTag } from '../../src/packaging/tag.ts';

const LINUX = {
  os: 'linux',
  arch: 'x86_64',
  libc: { kind: 'glibc', version: { major: 2, minor: 28 } },
} as const;

const CPYTHON: InterpreterDescription = {
  implementation: 'cpython',
  version: { major: 3, minor: 13 },
  platform: LINUX,
};

function takes(interpreter: InterpreterDescription, tag: string): boolean {
  return tagRanker(supportedTags(interpreter))(parseTag(tag)) !== undefined;
}

describe('what an interpreter takes', () => {
  it('never loads abi3 without the GIL, and abi3t only then', () => {
    const freeThreaded = { ...CPYTHON, freeThreaded: true };
    expect(takes(CPYTHON, 'cp39-abi3-linux_x86_64')).toBe(true);
    expect(takes(CPYTHON, 'cp39-abi3t-linux_x86_64')).toBe(false);
    expect(takes(freeThreaded, 'cp39-abi3-linux_x86_64')).toBe(false);
    expect(takes(freeThreaded, 'cp313-abi3t-linux_x86_64')).toBe(true);
    expect(takes(freeThreaded, 'cp315-abi3.abi3t-linux_x86_64')).toBe(false);
  });

  it('takes an older stable ABI, never a newer one', () => {
    expect(takes(CPYTHON, 'cp313-abi3-manylinux_2_17_x86_64')).toBe(true);
    expect(takes(CPYTHON, 'cp314-abi3-manylinux_2_17_x86_64')).toBe(false);
  });

  it('takes the module of a release build into a debug one, not the other way', () => {
    expect(takes({ ...CPYTHON, debug: true }, 'cp313-cp313-linux_x86_64')).toBe(true);
    expect(takes(CPYTHON, 'cp313-cp313d-linux_x86_64')).toBe(false);
  });

  it('takes wheels up to its glibc, under old and new names', () => {
    expect(takes(CPYTHON, 'py3-none-manylinux_2_28_x86_64')).toBe(true);
    expect(takes(CPYTHON, 'py3-none-manylinux_2_29_x86_64')).toBe(false);
    expect(takes(CPYTHON, 'py3-none-manylinux2014_x86_64')).toBe(true);
    expect(takes(CPYTHON, 'py3-none-musllinux_1_2_x86_64')).toBe(false);
  });

  it('takes any one tag of a set, and is as good as the best', () => {
    const rank = tagRanker(supportedTags(CPYTHON));
    const [set, best] = [
      rank(parseTag('cp312.cp313-cp312.cp313-linux_x86_64.win_amd64')),
      rank(parseTag('cp313-cp313-linux_x86_64')),
    ];
    expect(set).toBe(best);
    expect(best).toBe(0);
  });

  it('lists no tag twice', () => {
    const generic = supportedTags({
      ...CPYTHON,
      implementation: 'pypy',
      abi: 'none',
    }).map(formatTag);
    expect(new Set(generic).size).toBe(generic.length);
  });

  it('takes only what needs no ABI for an implementation of unknown ABI', () => {
    const unknown = { ...CPYTHON, implementation: 'rustpython' };
    expect(takes(unknown, 'rustpython313-none-linux_x86_64')).toBe(true);
    expect(takes(unknown, 'cp313-abi3-linux_x86_64')).toBe(false);
    expect(takes(unknown, 'py3-none-any')).toBe(true);
  });
});

describe('the ABI that a suffix of extension modules tells', () => {
  it.each([
    ['.cpython-312-x86_64-linux-gnu.so', 'cp312'],
    ['.cpython-313t-darwin.so', 'cp313t'],
    ['.cp310-win_amd64.pyd', 'cp310'],
    ['.pypy311-pp73-x86_64-linux-gnu.so', 'pypy311_pp73'],
    ['.graalpy250-312-native-x86_64-linux.so', 'graalpy250_312_native'],
    ['.pyd', undefined],
    ['.so', undefined],
    ['', undefined],
    ['cp310-win_amd64.pyd', undefined],
    ['.cpython-.so', undefined],
  ])('%s', (suffix, abi) => {
    expect(abiOfExtensionSuffix(suffix)).toBe(abi);
  });
});
