/** A CPython for another processor becomes no packages, whether wheels are known for the target's or not. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, it, test } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import { planInterpreter } from '../../../src/openwrt/interpreter/index.ts';
import { openWrtArchitecture, openWrtRelease } from '../../../src/openwrt/targets/index.ts';
import { buildElf, type ElfPlan } from '../../support/elf-builder.ts';
import { scratch } from '../../support/scratch.ts';

const MODULE = 'usr/lib/python2.7/lib-dynload/_json.so';

async function plan(arch: string, program: ElfPlan, module: ElfPlan, steps: string[] = []) {
  const folder = await scratch();
  const files = {
    'usr/bin/python2.7': buildElf(program).bytes,
    'usr/lib/python2.7/os.py': Buffer.from(''),
    'usr/include/python2.7/patchlevel.h': Buffer.from('#define PY_VERSION "2.7.18"\n'),
    [MODULE]: buildElf(module).bytes,
  };
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  return planInterpreter(folder, {
    release: openWrtRelease('19.07'),
    architecture: openWrtArchitecture(arch),
    onStep: (step) => steps.push(step),
    findPython: async () => Promise.resolve('/nowhere/python2.7'),
  });
}

const x86: ElfPlan = { machine: EM.X86_64 };
const mips: ElfPlan = { machine: EM.MIPS, class: 32, byteOrder: 'big', flags: 0x70001005 };

test.each([
  'mips_24kc',
  'mipsel_24kc',
  'powerpc_8540',
  'arm_cortex-a9',
  'arm_cortex-a9_vfpv3-d16',
  'i386_geode',
  'aarch64_generic',
])('one for x86_64 is none for %s', async (arch) => {
  await expect(plan(arch, x86, x86)).rejects.toMatchObject({
    code: 'openwrt/wrong-machine',
    path: 'usr/bin/python2.7',
    evidence: expect.stringContaining('x86_64; the target runs') as string,
  });
});

it('whose program fits and a module does not is refused with the module', async () => {
  await expect(plan('mips_24kc', mips, x86)).rejects.toMatchObject({
    code: 'openwrt/wrong-machine',
    path: MODULE,
  });
});

it('that fits is split: what is missing then is an interpreter that compiles', async () => {
  const steps: string[] = [];
  await expect(plan('mips_24kc', mips, mips, steps)).rejects.toMatchObject({
    code: 'process/not-found',
  });
  expect(steps).toEqual(['read the tree', 'read the imports', 'split and strip']);
});
