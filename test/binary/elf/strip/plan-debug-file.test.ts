/** Debug files, held against the tools that read them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  applyPatch,
  debugFileBytes,
  planDebugFile,
  planDebugLink,
  planStrip,
  readElf,
} from '../../../../src/binary/elf/index.ts';
import { hasCompiler } from '../../../support/elf-edit-files.ts';
import { scratch } from '../../../support/scratch.ts';

const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;

const SOURCE = `
static int hidden(int x) { return x * 3; }
__attribute__((visibility("default"))) int answer(void) { return hidden(14); }
`;

/** A library with debug information, stripped, and its debug file `name`. */
async function split(
  name: string,
  options: readonly string[] = [],
): Promise<{ readonly folder: string; readonly library: string; readonly debug: string }> {
  const folder = await scratch();
  writeFileSync(join(folder, 'a.c'), SOURCE);
  const library = join(folder, 'a.so');
  const debug = join(folder, name);
  execFileSync('gcc', ['-shared', '-fPIC', '-g', ...options, '-o', library, 'a.c'], {
    cwd: folder,
  });
  const elf = readElf(readFileSync(library));
  const plan = planDebugFile(elf);
  if (plan === undefined) throw new Error('nothing to split');
  const made = debugFileBytes(elf.bytes, plan);
  const stripped = applyPatch(readFileSync(library), planStrip(elf));
  const link = planDebugLink(readElf(stripped), { file: name, crc: crc32(made) });
  writeFileSync(debug, made);
  writeFileSync(library, applyPatch(stripped, link));
  return { folder, library, debug };
}

describe.skipIf(!hasCompiler())('a debug file (skipped without gcc)', () => {
  it.each([
    ['', []],
    ['compressed', ['-gz=zlib']],
    ['without build id', ['-Wl,--build-id=none']],
  ])('%s is read by ourselves as one, and its library as linked to it', async (_, options) => {
    const { library, debug } = await split('a.debug', options);
    const own = readElf(readFileSync(debug));
    expect(own.faults).toEqual([]);
    expect(own.debug.separate).toBe(true);
    expect(own.debug.dwarf).toBeDefined();
    expect(planDebugFile(own)).toBeUndefined();
    const stripped = readElf(readFileSync(library));
    expect(stripped.faults).toEqual([]);
    expect(stripped.debug).toMatchObject({
      dwarf: undefined,
      debugLink: { file: 'a.debug', crc: crc32(readFileSync(debug)) },
    });
    expect(stripped.known.buildId).toBe(own.known.buildId);
    expect(planDebugFile(stripped)).toBeUndefined();
  });

  it.skipIf(!has('gdb'))('is found by gdb through its link (skipped without gdb)', async () => {
    const { library } = await split('a.debug', ['-Wl,--build-id=none']);
    const said = execFileSync('gdb', ['-nx', '-batch', '-ex', 'info line hidden', library], {
      encoding: 'utf8',
    });
    expect(said).toMatch(/Line 2 of "a\.c"/);
  });

  it.skipIf(!has('eu-unstrip'))(
    'makes the library whole again by eu-unstrip (skipped without elfutils)',
    async () => {
      const { folder, library, debug } = await split('a.debug');
      const whole = join(folder, 'whole.so');
      execFileSync('eu-unstrip', ['-o', whole, library, debug]);
      const elf = readElf(readFileSync(whole));
      expect(elf.debug.dwarf).toBeDefined();
      expect(elf.debug.symbolTableSize).toBeGreaterThan(0);
    },
  );

  it.skipIf(!has('readelf'))('is read by readelf without a complaint', async () => {
    const { library, debug } = await split('a.debug');
    for (const path of [library, debug]) {
      const { stderr, status } = spawnSync('readelf', ['-aW', path], { encoding: 'utf8' });
      expect([status, stderr.replaceAll(/.*no \.dynamic section.*\n?/g, '')]).toEqual([0, '']);
    }
  });
});
