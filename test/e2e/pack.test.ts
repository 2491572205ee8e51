import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile, type WheelSpec } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const pack = (args: readonly string[], env: Record<string, string> = {}): Run =>
  wheelworks(['pack', ...args], { cwd, env });

/** Leaves the unpacked wheel and nothing else. */
async function unpacked(spec: WheelSpec = {}): Promise<void> {
  const wheel = await writeWheelFile(cwd, spec);
  expect(wheelworks(['unpack', wheel], { cwd }).code).toBe(0);
  await rm(wheel);
}

const WHEEL = 'pkg-1.0-py3-none-any.whl';

describe('pack', () => {
  it('makes a consistent wheel of an unpacked one', async () => {
    await unpacked();
    await writeFile(join(cwd, 'pkg-1.0/pkg/new.py'), 'new\n');
    const { code, out, err } = pack(['pkg-1.0']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^pkg-1\.0-py3-none-any\.whl {2}5 files, \d+ B\n$/);
    await withWheel(join(cwd, WHEEL), async (wheel) => {
      expect(await verifyWheel(wheel)).toEqual([]);
    });
  });

  it('shows what it would do, and what is new and gone', async () => {
    await unpacked({ files: { 'pkg/a.py': '', 'pkg/b.py': '' } });
    await rm(join(cwd, 'pkg-1.0/pkg/b.py'));
    await mkdir(join(cwd, 'pkg-1.0/pkg/__pycache__'));
    await writeFile(join(cwd, 'pkg-1.0/pkg/__pycache__/a.pyc'), '');
    expect(pack(['--dry-run', '--build', '1', '--local-version', 'x', 'pkg-1.0'])).toEqual({
      code: 0,
      out: [
        'pkg-1.0+x-1-py3-none-any.whl  5 files',
        '  added    pkg/__pycache__/a.pyc',
        '  removed  pkg/b.py',
        '',
      ].join('\n'),
      err: '',
    });
    expect(await readdir(cwd)).toEqual(['pkg-1.0']);
  });

  it('gives programs one document', async () => {
    await unpacked();
    const { document } = wheelworksJson(['pack', '-o', 'out', 'pkg-1.0'], { cwd });
    expect(document).toEqual({
      schema: 'wheelworks.pack/1',
      files: [
        {
          directory: join(cwd, 'pkg-1.0'),
          path: join(cwd, 'out', WHEEL),
          filename: WHEEL,
          size: expect.any(Number) as number,
          copied: 0,
          compressed: 4,
        },
      ],
    });
    const plan = wheelworksJson(['pack', '-n', 'pkg-1.0'], { cwd });
    expect(plan.document).toEqual({
      schema: 'wheelworks.pack/1',
      dryRun: true,
      files: [
        { directory: join(cwd, 'pkg-1.0'), filename: WHEEL, files: 4, added: [], removed: [] },
      ],
    });
  });

  it('gives the same bytes in every time zone and language', async () => {
    await unpacked({
      files: Object.fromEntries(
        ['a', 'B', 'é', 'Z'].map((name) => [`pkg/${name}`, name.repeat(200)]),
      ),
    });
    const wheels: Buffer[] = [];
    for (const env of [
      { TZ: 'UTC', LC_ALL: 'C' },
      { TZ: 'Asia/Kathmandu', LC_ALL: 'tr_TR.UTF-8', SOURCE_DATE_EPOCH: '0' },
      { SOURCE_DATE_EPOCH: '315532800' },
    ] satisfies Record<string, string>[]) {
      pack(['pkg-1.0'], { ...env });
      wheels.push(await readFile(join(cwd, WHEEL)));
    }
    pack(['pkg-1.0'], { SOURCE_DATE_EPOCH: '1700000000' });
    const dated = await readFile(join(cwd, WHEEL));
    expect(wheels.map((bytes) => bytes.equals(wheels[0] ?? dated))).toEqual([true, true, true]);
    expect(dated.equals(wheels[0] ?? dated)).toBe(false);
  });

  it('does the others when one folder is none, and ends with 1', async () => {
    await unpacked();
    await mkdir(join(cwd, 'empty'));
    const { code, out, err } = pack(['empty', 'pkg-1.0']);
    expect(code).toBe(1);
    expect(out).toMatch(/^pkg-1\.0-py3/);
    expect(err).toContain('error[wheel/no-dist-info]');
    const plan = wheelworksJson(['pack', '-n', 'empty', 'pkg-1.0'], { cwd });
    expect(plan.code).toBe(1);
    expect(plan.document['files']).toMatchObject([
      { path: join(cwd, 'empty'), error: { code: 'wheel/no-dist-info' } },
      { filename: WHEEL },
    ]);
  });

  it('refuses two folders that would become one wheel, and takes one given twice once', async () => {
    await unpacked();
    const { out } = wheelworks(['unpack', '-o', 'other', join('.', WHEEL)], { cwd });
    expect(out).toBe('');
    expect(pack(['pkg-1.0', './pkg-1.0/']).code).toBe(0);
    wheelworks(['unpack', '-o', 'other', WHEEL], { cwd });
    await rm(join(cwd, WHEEL));
    const { code, err } = pack(['pkg-1.0', 'other/pkg-1.0']);
    expect(code).toBe(1);
    expect(err).toContain('error[wheel/shared-output]');
    expect(await readdir(cwd)).not.toContain(WHEEL);
  });

  it('refuses to pack into the folder itself', async () => {
    await unpacked();
    const { code, err } = wheelworks(['pack', '.'], { cwd: join(cwd, 'pkg-1.0') });
    expect(code).toBe(1);
    expect(err).toContain('error[pack/output-inside]');
    expect(err).toContain('--output');
  });

  it.each([
    [['--build', 'x'], 'cli/bad-value'],
    [['--local-version', 'ä'], 'cli/bad-value'],
  ])('refuses %j: %s', async (args, code) => {
    await unpacked();
    const run = pack([...args, 'pkg-1.0']);
    expect([run.code, run.out]).toEqual([2, '']);
    expect(run.err).toContain(`error[${code}]`);
    expect(await readdir(cwd)).toEqual(['pkg-1.0']);
  });

  it('fits its help into 100 columns', () => {
    const { code, out } = pack(['--help']);
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toContain('SOURCE_DATE_EPOCH');
  });
});
