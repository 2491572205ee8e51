import { describe, expect, it } from 'vitest';
import type { InterpreterFacts } from '../../src/python/index.ts';
import { jobId } from '../../src/build/job-id.ts';
import { bestTag, serves, takenTags, takesPython } from '../../src/build/supported.ts';
import { facts, interpreter, versionFacts } from '../python/fakes.ts';

describe('the name of a job', () => {
  it.each<[string, Partial<InterpreterFacts>]>([
    ['cp312-manylinux_x86_64', {}],
    ['cp312-musllinux_x86_64', { libc: { family: 'musl', version: '1.2' } }],
    ['cp313t-manylinux_x86_64', { ...versionFacts('3.13.0'), freeThreaded: true }],
    ['cp312d-manylinux_x86_64', { debug: true }],
    ['pp312-manylinux_x86_64', { implementation: { name: 'pypy', version: '7.3.20' } }],
    ['gp312_250-manylinux_x86_64', { implementation: { name: 'graalpy', version: '25.0.1' } }],
    ['cp312-manylinux_i686', { pointerBits: 32 }],
    ['cp312-manylinux_armv7l', { pointerBits: 32, platform: 'linux-aarch64' }],
    ['cp312-manylinux_aarch64', { platform: 'linux-aarch64' }],
    ['cp312-macosx_arm64', { platform: 'macosx-11.0-arm64', libc: null }],
    ['cp312-macosx_universal2', { platform: 'macosx-10.13-universal2', libc: null }],
    ['cp312-win_amd64', { platform: 'win-amd64', libc: null }],
    ['cp312-win32', { platform: 'win32', libc: null }],
  ])("is cibuildwheel's: %s", (id, changes) => {
    expect(jobId(facts(changes))).toBe(id);
  });
});

describe('what an interpreter takes', () => {
  const host = interpreter('3.12.1');

  it.each([
    ['a-1-py3-none-any.whl', true, true],
    ['a-1-cp312-cp312-manylinux_2_17_x86_64.whl', true, true],
    ['a-1-cp38-abi3-manylinux_2_36_x86_64.whl', true, true],
    ['a-1-cp312-cp312-linux_x86_64.whl', true, true],
    ['a-1-cp313-cp313-manylinux_2_17_x86_64.whl', false, false],
    ['a-1-cp313-abi3-manylinux_2_17_x86_64.whl', false, false],
    ['a-1-cp312-cp312-manylinux_2_41_x86_64.whl', false, true],
    ['a-1-cp312-cp312-manylinux_2_17_aarch64.whl', false, true],
  ])('%s: %s', (filename, taken, python) => {
    expect(serves(filename, host)).toBe(taken);
    expect(takesPython(filename, host)).toBe(python);
  });

  it('has an order', () => {
    const filename = 'a-1-cp312-cp312-manylinux1_x86_64.manylinux_2_5_x86_64.whl';
    expect(takenTags(filename, host).map(({ platform }) => platform)).toEqual([
      'manylinux_2_5_x86_64',
      'manylinux1_x86_64',
    ]);
    expect(bestTag(host)).toMatch(/^cp312-cp312-/);
  });
});
