import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SplitOptions } from '../../src/split/index.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { plansOf } from '../support/split-plans.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const options: SplitOptions = {
  maxSize: 200_000,
  byPath: [],
  inPlace: ['pkg/a.bin'],
  generator: 'wheelworks test',
  jobs: 2,
};

async function wheelOf(
  native: ElfPlan,
  more: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  return writeWheelFile(await scratch(), {
    tags: 'cp312-cp312-manylinux_2_17_x86_64',
    files: {
      'pkg/__init__.py': '',
      'pkg/a.bin': randomBytes(150_000),
      'pkg/b.bin': randomBytes(150_000),
      'pkg/plugin.so': buildElf(native).bytes,
      ...more,
    },
  });
}

describe('a platform tag that is not earned', () => {
  it('for a library that users bring names it, and the option that says so', async () => {
    const wheel = await wheelOf({ needed: ['libhsl.so', 'libc.so.6'] });
    await expect(plansOf([wheel], options)).rejects.toMatchObject({
      code: 'split/claim-does-not-hold',
      hint: expect.stringMatching(/`wheelworks repair pkg-1\.0-.*--exclude libhsl\.so\.$/),
    });
    const exclude = ['libhsl*'];
    const [plan] = await plansOf([wheel], { ...options, exclude });
    expect(plan?.choices.exclude).toEqual(exclude);
    expect(plan?.findings).toMatchObject([
      { code: 'split/upgrade-removes' },
      { code: 'split/needs-from-elsewhere', evidence: 'libhsl.so' },
    ]);
  });

  it('for a library of the wheel that is not found there asks for a search path', async () => {
    const own = { 'own/libown.so': buildElf({ soname: 'libown.so', needed: ['libc.so.6'] }).bytes };
    const wheel = await wheelOf({ needed: ['libown.so', 'libc.so.6'] }, own);
    await expect(plansOf([wheel], options)).rejects.toMatchObject({
      code: 'split/claim-does-not-hold',
      evidence: expect.stringContaining('libown.so is in the wheel, but no search path'),
      hint: expect.stringMatching(
        /^`wheelworks repair pkg-\S+` gives the files that need libown\.so a search path.* --exclude libown\.so\.$/,
      ),
    });
    expect(await plansOf([wheel], { ...options, exclude: ['libown.so'] })).toHaveLength(1);
  });

  it('for symbols names the tag that is true, and the command that gives it', async () => {
    const wheel = await wheelOf({
      needed: ['libc.so.6'],
      versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.28'] }],
    });
    await expect(plansOf([wheel], { ...options, exclude: ['*'] })).rejects.toMatchObject({
      code: 'split/claim-does-not-hold',
      hint: expect.stringContaining('`wheelworks retag --platform-tag manylinux_2_28_x86_64 pkg-'),
    });
  });
});
