/** A promotion that is killed while it writes: nothing under a final name but whole, and the next run goes through. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readPromotion } from '../../src/promote/index.ts';
import { verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { cli, startCli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const NAMES = ['one', 'two', 'three', 'four', 'five', 'six'];

/** Packages large enough that writing them takes a while. */
async function largeSet(root: string): Promise<void> {
  const bytes = randomBytes(12 << 20);
  await mkdir(join(root, 'dist'));
  for (const name of NAMES)
    await writeWheelFile(join(root, 'dist'), {
      name,
      version: '3.12.0rc20261119',
      files: { [`${name}/__init__.py`]: '', [`${name}/data.bin`]: bytes },
    });
}

async function temporaries(root: string): Promise<readonly string[]> {
  return (await readdir(root)).filter((name) => name.startsWith('.wheelworks-'));
}

describe('a promotion that is killed', () => {
  it('leaves nothing under a final name, and the next run clears up and goes through', async () => {
    const root = await scratch();
    await largeSet(root);
    const args = ['promote', 'dist', '--skip-test'];
    const running = startCli(args, { cwd: root });
    let written: readonly string[] = [];
    while (written.length === 0) {
      const [temporary] = await temporaries(root);
      const inside =
        temporary === undefined ? [] : await readdir(join(root, temporary)).catch(() => []);
      // Half of the first wheel, or the first wheels: in the middle of it.
      written = inside.filter((name) => name.endsWith('.whl') || name.endsWith('.tmp'));
      await sleep(2);
    }
    running.kill('SIGKILL');
    expect((await running.result).code).toBeNull();
    expect(existsSync(join(root, 'final'))).toBe(false);
    expect(await temporaries(root)).toHaveLength(1);

    const next = await cli(args, { cwd: root });
    expect([next.code, next.err]).toEqual([0, expect.not.stringContaining('error')]);
    expect(await temporaries(root)).toEqual([]);
    const wheels = NAMES.map((name) => `${name}-3.12.0-py3-none-any.whl`);
    expect((await readdir(join(root, 'final'))).sort()).toEqual(
      [...wheels, 'promotion.json'].sort(),
    );
    expect((await readPromotion(join(root, 'final')))?.files).toHaveLength(NAMES.length);
    for (const name of wheels)
      await withWheel(join(root, 'final', name), async (wheel) => {
        expect(await verifyWheel(wheel)).toEqual([]);
      });
  }, 120_000);

  it('is not cleared away while its process runs, or where it ran elsewhere', async () => {
    const root = await scratch();
    await writeWheelFile(join(root), { version: '1.0rc1' });
    const folders = [
      [process.pid, hostname()],
      [999_999_999, 'another.example'],
    ] as const;
    for (const [pid, host] of folders) {
      const folder = join(root, `.wheelworks-${pid}-0123456789ab-final.tmp`);
      await mkdir(folder);
      await writeFile(join(folder, '.wheelworks-owner'), JSON.stringify({ pid, host }));
    }
    const { code } = await cli(['promote', '.', '--skip-test'], { cwd: root });
    expect(code).toBe(0);
    expect(await temporaries(root)).toHaveLength(2);
  });
});
