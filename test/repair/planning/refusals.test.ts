import { describe, expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';
import { library, MODULE, planned, refusal } from './plan.ts';

describe('libraries that are missing', () => {
  it('are told at once: the chain, where was looked, what was passed over, who has them', async () => {
    const error = await refusal({
      files: { [MODULE]: { needed: ['liba.so.1', 'libgomp.so.1', 'libc.so.6'] } },
      libraries: {
        'liba.so.1': library('liba.so.1', 'libdeep.so.2', 'libscript.so'),
        'libgomp.so.1': { ...library('libgomp.so.1'), machine: EM.AARCH64 },
        'libdeep.so.2': 'no library',
        'libscript.so': '/* GNU ld script */\nINPUT ( libother.a )\n',
      },
    });
    expect(error).toMatchObject({
      code: 'repair/missing-libraries',
      message: expect.stringContaining('libdeep.so.2, libgomp.so.1, libscript.so'),
    });
    const evidence = error instanceof WheelworksError ? (error.evidence ?? '') : '';
    expect(evidence.replaceAll(/\/\S*\/libraries/g, 'LIBRARIES').split('\n')).toEqual([
      'libdeep.so.2',
      `  needed by ${MODULE} -> liba.so.1`,
      '  looked in LIBRARIES',
      '  passed over LIBRARIES/libdeep.so.2: no ELF file',
      'libgomp.so.1',
      `  needed by ${MODULE}`,
      '  looked in LIBRARIES',
      '  passed over LIBRARIES/libgomp.so.1: for aarch64, not x86_64',
      '  Debian 12 has it in libgomp1',
      'libscript.so',
      `  needed by ${MODULE} -> liba.so.1`,
      '  looked in LIBRARIES',
      '  passed over LIBRARIES/libscript.so: a linker script, no library',
    ]);
  });
});

describe('libraries of drivers', () => {
  it.each(['libcuda.so.1', 'libnvidia-ml.so.1', 'libGLX_nvidia.so.0', 'libamdhip64.so.6'])(
    '%s is refused, found or not, unless it is excluded',
    async (name) => {
      const files = { [MODULE]: { needed: [name, 'libc.so.6'] } };
      const error = {
        code: 'repair/driver-library',
        hint: expect.stringContaining(`--exclude ${name}`),
      };
      expect(await refusal({ files })).toMatchObject(error);
      expect(await refusal({ files, libraries: { [name]: library(name) } })).toMatchObject(error);
      const options = { isExcluded: (each: string) => each === name };
      expect((await planned({ files, options })).plan.excluded).toEqual([name]);
    },
  );
});

describe('exclusions', () => {
  const files = { [MODULE]: { needed: ['liba.so.1', 'libc.so.6'] } };
  const libraries = {
    'liba.so.1': { ...library('libreal.so.1', 'libb.so.1') },
    'libb.so.1': library('libb.so.1'),
  };

  it.each([
    ['by the name it is needed by', (name: string) => name === 'liba.so.1'],
    ['by its soname', (name: string) => name === 'libreal.so.1'],
    ['by where it is', (name: string) => name.endsWith('/libraries/liba.so.1')],
  ])('%s leave a library out, and what only it needs', async (_, isExcluded) => {
    const { plan } = await planned({ files, libraries, options: { isExcluded } });
    expect(plan).toMatchObject({ grafted: [], patched: [], excluded: ['liba.so.1'] });
  });
});

describe('a platform that is asked for', () => {
  const needs = (version: string) => ({
    needed: ['libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: [version] }],
    symbols: [{ name: 'getrandom', version }],
  });

  it.each([
    ['manylinux_2_28', 'manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64'],
    ['manylinux_2_28_x86_64', 'manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64'],
    ['manylinux2014', 'manylinux2014_x86_64.manylinux_2_17_x86_64'],
    ['auto', 'manylinux2014_x86_64.manylinux_2_17_x86_64'],
    ['linux_x86_64', 'linux_x86_64'],
  ])('%s gives %s', async (plat, platforms) => {
    const { plan } = await planned({ files: { [MODULE]: needs('GLIBC_2.17') }, options: { plat } });
    expect(plan.filename).toBe(`pkg-1.0-cp312-cp312-${platforms}.whl`);
  });

  it('stands alone when only it is wanted, and tags stay when they are to', async () => {
    const files = { [MODULE]: needs('GLIBC_2.17') };
    const only = await planned({ files, options: { plat: 'manylinux_2_28', onlyPlat: true } });
    expect(only.plan.filename).toBe('pkg-1.0-cp312-cp312-manylinux_2_28_x86_64.whl');
    const kept = await planned({ files, options: { updateTags: false } });
    expect(kept.plan).toMatchObject({ changed: false });
  });

  it('and is not reached names every symbol with its file, those of grafted libraries too', async () => {
    const error = await refusal({
      files: { [MODULE]: { ...needs('GLIBC_2.25'), needed: ['liba.so.1', 'libc.so.6'] } },
      libraries: { 'liba.so.1': { ...needs('GLIBC_2.30'), soname: 'liba.so.1' } },
      options: { plat: 'manylinux2014' },
    });
    expect(error).toMatchObject({
      code: 'repair/platform-not-reached',
      message: 'The wheel cannot become manylinux_2_17_x86_64.',
      evidence: expect.stringMatching(
        new RegExp(
          `GLIBC_2\\.25\n  ${MODULE}: getrandom\n[^]*GLIBC_2\\.30\n  liba\\.so\\.1 \\(grafted\\): getrandom`,
        ),
      ),
      hint: expect.stringContaining('manylinux_2_31_x86_64'),
    });
  });

  it.each([
    ['manylinux_2_71', 'repair/unknown-platform'],
    ['manylinux2041_x86_64', 'repair/unknown-platform'],
    ['manylinux2014_aarch64', 'repair/wrong-architecture'],
    ['musllinux_1_2_x86_64', 'repair/wrong-architecture'],
    ['linux_aarch64', 'repair/wrong-architecture'],
  ])('%s is refused with %s', async (plat, code) => {
    const files = { [MODULE]: needs('GLIBC_2.17') };
    expect(await refusal({ files, options: { plat } })).toMatchObject({ code });
  });

  it('of another architecture than this machine is reached', async () => {
    const files = { 'pkg/m.so': { ...needs('GLIBC_2.17'), machine: EM.AARCH64 } };
    const tags = 'cp312-cp312-linux_aarch64';
    const { plan } = await planned({ tags, files, options: { plat: 'manylinux2014_aarch64' } });
    expect(plan.filename).toContain('manylinux_2_17_aarch64');
  });
});

describe('what is told of grafted libraries', () => {
  it('plugins that no repair sees, and runtimes that others bring', async () => {
    const { plan } = await planned({
      files: { [MODULE]: { needed: ['libgomp.so.1', 'libsasl2.so.2', 'libc.so.6'] } },
      libraries: {
        'libgomp.so.1': library('libgomp.so.1'),
        'libsasl2.so.2': library('libsasl2.so.2'),
      },
    });
    expect(plan.findings.map(({ code, path }) => [code, path])).toEqual([
      ['repair/dlopen-plugins', 'libsasl2.so.2'],
      ['repair/duplicate-runtime', 'libgomp.so.1'],
    ]);
  });
});
