/** What stripping is said to save, held against GNU strip and against zlib over what strip leaves. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { adviseWheels, type Saving } from '../../../src/split/advise/index.ts';
import { compileLibrary } from '../../support/c-library.ts';
import { hasCompiler, hasTool } from '../../support/elf-edit-files.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

async function strippingOf(
  folder: string,
  library: string,
  thorough: boolean,
): Promise<Saving | undefined> {
  const files = { 'pkg/lib.so': new Uint8Array(readFileSync(library)) };
  const wheel = await writeWheelFile(folder, { tags: 'cp312-cp312-linux_x86_64', files });
  const advice = await adviseWheels([wheel], { maxSize: 1 << 20, jobs: 1, thorough });
  return advice.wheels[0]?.savings.find(({ kind }) => kind === 'strip');
}

describe.skipIf(!hasCompiler() || !hasTool('strip'))(
  'stripping (skipped without cc and strip)',
  () => {
    it.each([
      ['-g', ['-g']],
      ['-g3', ['-g3']],
      ['compressed debug sections', ['-g', '-gz=zlib']],
      ['symbols alone', ['-fvisibility=hidden']],
    ])('%s: saves what GNU strip does', async (_, options) => {
      const folder = await scratch();
      const library = compileLibrary({ folder, name: 'lib.so', options });
      const saving = await strippingOf(folder, library, false);
      const theirs = join(folder, 'theirs.so');
      execFileSync('strip', ['-o', theirs, library]);
      const size = statSync(library).size;
      // GNU strip keeps the name of every section and pads a little more.
      expect(Math.abs((saving?.installed ?? 0) - (size - statSync(theirs).size))).toBeLessThan(512);
      const before = deflateRawSync(readFileSync(library)).length;
      const after = deflateRawSync(readFileSync(theirs)).length;
      const download = saving?.download ?? 0;
      expect(Math.abs(download - (before - after))).toBeLessThan(0.01 * before + 300);
    });

    it('thoroughly, it is what zlib makes of the stripped file', async () => {
      const folder = await scratch();
      const library = compileLibrary({ folder, name: 'lib.so', options: ['-g'] });
      const saving = await strippingOf(folder, library, true);
      const theirs = join(folder, 'theirs.so');
      execFileSync('strip', ['-o', theirs, library]);
      const before = deflateRawSync(readFileSync(library)).length;
      const after = deflateRawSync(readFileSync(theirs)).length;
      expect(Math.abs((saving?.download ?? 0) - (before - after))).toBeLessThan(400);
      expect(saving?.method).toContain('anew');
    });
  },
);
