/** Real wheels, retagged and unpacked and packed again: consistent afterwards, with the same members, also for Python. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packTree } from '../../src/pack/index.ts';
import { retagWheel } from '../../src/retag/index.ts';
import { hashFile } from '../../src/support/hash.ts';
import { unpackDistribution } from '../../src/unpack/index.ts';
import { draftFromWheel, verifyWheel, withWheel, writeWheel } from '../../src/wheel/index.ts';
import { localWheels } from '../support/local-wheels.ts';
import { hasPython } from '../support/python.ts';

const SAMPLE = 40;
const LARGEST = 8_000_000;
const NO_WHEELS = 'no wheels: pip is not configured with a folder or index on this disk';

/** Spread evenly over what is there. */
function sampleOf(wheels: readonly string[], most: number): string[] {
  const step = Math.max(1, wheels.length / most);
  return Array.from(
    { length: Math.min(most, wheels.length) },
    (_, index) => wheels[Math.floor(index * step)] ?? '',
  );
}

/** CRC, size and permission to execute, by path; without what is made anew. */
async function membersOf(path: string): Promise<[string, string][]> {
  return withWheel(path, async ({ archive, distInfo }) =>
    archive.entries
      .filter((entry) => !entry.isDirectory)
      .filter((entry) => ![`${distInfo}/WHEEL`, `${distInfo}/RECORD`].includes(entry.path))
      .map((entry): [string, string] => [
        entry.path,
        `${entry.crc32} ${entry.size} ${(entry.mode & 0o111) === 0 ? '-' : 'x'}`,
      ])
      .sort(([left], [right]) => (left < right ? -1 : 1)),
  );
}

async function sha256Of(path: string): Promise<string> {
  return (await hashFile(path)).sha256;
}

const TEST_ZIP = `
import sys, zipfile
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as archive:
        print(archive.testzip())
`;

describe('real wheels', () => {
  const wheels = sampleOf(
    localWheels().filter((path) => statSync(path).size < LARGEST),
    SAMPLE,
  );
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wheelworks-wheel-fidelity-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  function place(name: string): string {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    return path;
  }

  it('agree with themselves', { timeout: 120_000 }, async (ctx) => {
    if (wheels.length === 0) ctx.skip(NO_WHEELS);
    for (const path of wheels) {
      const findings = await withWheel(path, async (wheel) => verifyWheel(wheel));
      // Some tools write other tags into WHEEL than into the file name.
      const others = findings.filter(({ code }) => code !== 'wheel/tags-differ');
      expect([basename(path), others]).toEqual([basename(path), []]);
    }
  });

  it('are consistent after retagging, with the same members', { timeout: 120_000 }, async (ctx) => {
    if (wheels.length === 0) ctx.skip(NO_WHEELS);
    const directory = place('retagged');
    const outputs: string[] = [];
    for (const path of wheels) {
      const { output } = await retagWheel(path, { build: '99' }, { directory });
      outputs.push(output);
      const findings = await withWheel(output, async (wheel) => verifyWheel(wheel));
      expect([basename(path), findings]).toEqual([basename(path), []]);
      expect(await membersOf(output)).toEqual(await membersOf(path));
    }
    if (!hasPython) ctx.skip('python3 is missing: its zipfile has not tested the results');
    const tested = execFileSync('python3', ['-c', TEST_ZIP, ...outputs], { encoding: 'utf8' });
    expect(tested.trim().split('\n')).toEqual(outputs.map(() => 'None'));
  });

  it('come back the same from writing, twice', { timeout: 120_000 }, async (ctx) => {
    if (wheels.length === 0) ctx.skip(NO_WHEELS);
    for (const path of sampleOf(wheels, 10)) {
      const rewrite = async (from: string, to: string): Promise<string> =>
        withWheel(
          from,
          async (wheel) => (await writeWheel(await draftFromWheel(wheel), place(to))).path,
        );
      const once = await rewrite(path, 'once');
      const twice = await rewrite(once, 'twice');
      expect(await sha256Of(twice)).toBe(await sha256Of(once));
      expect(await membersOf(once)).toEqual(await membersOf(path));
    }
  });

  it('unpack and pack to the same members', { timeout: 120_000 }, async (ctx) => {
    if (wheels.length === 0) ctx.skip(NO_WHEELS);
    for (const [index, path] of sampleOf(wheels, 20).entries()) {
      const { output } = await unpackDistribution(path, { directory: place(`tree${index}`) });
      const packed = await packTree(output, place(`packed${index}`));
      const findings = await withWheel(packed.path, async (wheel) => verifyWheel(wheel));
      expect([basename(path), findings]).toEqual([basename(path), []]);
      expect(await membersOf(packed.path)).toEqual(await membersOf(path));
      rmSync(output, { recursive: true });
    }
  });
});
