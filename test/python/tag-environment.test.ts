import { describe, expect, it } from 'vitest';
import { supportedTags } from '../../src/packaging/supported-tags.ts';
import { formatTag } from '../../src/packaging/tag.ts';
import { tagEnvironment, type InterpreterFacts } from '../../src/python/index.ts';
import { facts, versionFacts } from './fakes.ts';

const tags = (changes: Partial<InterpreterFacts>): string[] =>
  supportedTags(tagEnvironment(facts(changes))).map(formatTag);

describe('tagEnvironment', () => {
  it('describes CPython on glibc', () => {
    const all = tags({});
    expect(all[0]).toBe('cp312-cp312-linux_x86_64');
    expect(all).toContain('cp312-cp312-manylinux_2_36_x86_64');
    expect(all).not.toContain('cp312-cp312-manylinux_2_37_x86_64');
    expect(all).toContain('cp38-abi3-manylinux1_x86_64');
  });

  it('describes musl, a static interpreter, and musl whose version nobody told', () => {
    expect(tags({ libc: { family: 'musl', version: '1.2.5' } })).toContain(
      'cp312-cp312-musllinux_1_2_x86_64',
    );
    for (const libc of [null, { family: 'musl', version: null } as const])
      expect(tags({ libc }).filter((tag) => tag.includes('linux_1'))).toEqual([]);
  });

  it('describes free-threaded builds, which take no abi3', () => {
    const all = tags({ ...versionFacts('3.14.0'), freeThreaded: true });
    expect(all[0]).toBe('cp314-cp314t-linux_x86_64');
    expect(all.some((tag) => tag.includes('-abi3-'))).toBe(false);
  });

  it('describes pymalloc and wide strings of the old ones', () => {
    expect(tags({ ...versionFacts('3.6.15') })[0]).toBe('cp36-cp36m-linux_x86_64');
    expect(tags({ ...versionFacts('2.7.18') })[0]).toBe('cp27-cp27mu-linux_x86_64');
    expect(tags({ ...versionFacts('2.7.18'), wideUnicode: false })[0]).toBe(
      'cp27-cp27m-linux_x86_64',
    );
  });

  it('takes the ABI of PyPy from its suffix', () => {
    const pypy = {
      ...versionFacts('3.11.11'),
      implementation: { name: 'pypy', version: '7.3.19' },
      extensionSuffix: '.pypy311-pp73-x86_64-linux-gnu.so',
    };
    expect(tags(pypy)[0]).toBe('pp311-pypy311_pp73-linux_x86_64');
  });

  it('judges 32-bit interpreters by their header', () => {
    const elf = {
      class: 32,
      littleEndian: true,
      machine: 3,
      flags: 0,
      loader: '/lib/ld-linux.so.2',
    } as const;
    const narrow = { pointerBits: 32, platform: 'linux-x86_64' } as const;
    expect(tags({ ...narrow, elf })).toContain('cp312-cp312-manylinux_2_17_i686');
    expect(tags({ ...narrow, elf: { ...elf, machine: 62 } })).not.toContain(
      'cp312-cp312-manylinux_2_17_i686',
    );
    const arm = { pointerBits: 32, platform: 'linux-armv7l' } as const;
    const hard = { ...elf, machine: 40, flags: 0x05000400 };
    expect(tags({ ...arm, elf: hard })).toContain('cp312-cp312-manylinux_2_17_armv7l');
    expect(tags({ ...arm, elf: { ...hard, flags: 0x05000200 } })).not.toContain(
      'cp312-cp312-manylinux_2_17_armv7l',
    );
  });

  it('passes on what a _manylinux module refuses', () => {
    const all = tags({ manylinuxVerdicts: { '2_17': false, '2_18': true } });
    expect(all).not.toContain('cp312-cp312-manylinux_2_17_x86_64');
    expect(all).not.toContain('cp312-cp312-manylinux2014_x86_64');
    expect(all).toContain('cp312-cp312-manylinux_2_18_x86_64');
  });

  it('describes macOS and Windows', () => {
    const macos = {
      platform: 'macosx-10.13-universal2',
      machine: 'arm64',
      libc: null,
      macos: { version: '15.1', deploymentTarget: '10.13' },
    };
    expect(tags(macos)[0]).toBe('cp312-cp312-macosx_15_0_arm64');
    expect(tags({ platform: 'win-amd64', libc: null })[0]).toBe('cp312-cp312-win_amd64');
    expect(tags({ platform: 'win32', libc: null })[0]).toBe('cp312-cp312-win32');
    expect(tags({ platform: 'freebsd-14.1-release-amd64', libc: null })[0]).toBe(
      'cp312-cp312-freebsd_14_1_release_amd64',
    );
  });
});
