import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { scratch } from '../support/scratch.ts';
import { wheelText, writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, start, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

const isWindows = process.platform === 'win32';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const retag = (args: readonly string[], env: Record<string, string> = {}): Run =>
  wheelworks(['retag', ...args], { cwd, env });

async function digest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

const WHEEL = 'pkg-1.0-py3-none-any.whl';
const REBUILT = 'pkg-1.0-1-py3-none-any.whl';

describe('retag', () => {
  it('writes the new wheel beside the old one and prints its name', async () => {
    await writeWheelFile(cwd);
    expect(retag(['--build', '1', WHEEL])).toEqual({ code: 0, out: `${REBUILT}\n`, err: '' });
    expect((await readdir(cwd)).sort()).toEqual([REBUILT, WHEEL]);
    await withWheel(join(cwd, REBUILT), async (wheel) => {
      expect(await verifyWheel(wheel)).toEqual([]);
    });
  });

  it('writes elsewhere, and removes the old one, when told to', async () => {
    await writeWheelFile(cwd);
    const args = ['--python-tag', '+py2', '--output', 'new/folder', '--remove', WHEEL];
    const out = join('new', 'folder', 'pkg-1.0-py2.py3-none-any.whl');
    expect(retag(args)).toEqual({ code: 0, out: `${out}\n`, err: '' });
    expect(await readdir(cwd)).toEqual(['new']);
  });

  it('takes a tag away', async () => {
    await writeWheelFile(cwd, { tags: 'py2.py3-none-any' });
    expect(retag(['--python-tag=-py2', '.']).out).toBe(`${WHEEL}\n`);
  });

  it('shows what it would do, and does nothing', async () => {
    await writeWheelFile(cwd);
    expect(retag(['-n', '--build', '1', '-o', 'out', '.'])).toEqual({
      code: 0,
      out: `${REBUILT}\n`,
      err: '',
    });
    expect(await readdir(cwd)).toEqual([WHEEL]);
  });

  it('with nothing to change says so and ends with 3', async () => {
    await writeWheelFile(cwd);
    for (const args of [
      [],
      ['--python-tag', 'py3'],
      ['--build', ''],
      ['-n', '--python-tag', 'py3'],
    ]) {
      const { code, out, err } = retag([...args, WHEEL, '--remove']);
      expect([code, out, err]).toEqual([3, `${WHEEL}\n`, `${WHEEL} has these tags already.\n`]);
    }
    expect(await readdir(cwd)).toEqual([WHEEL]);
  });

  it('with something to change in one of several ends with 0, in the order of the inputs', async () => {
    await writeWheelFile(cwd, { name: 'zzz' });
    await writeWheelFile(cwd, { name: 'aaa', build: '1' });
    const { code, out } = retag([
      '--build',
      '1',
      'zzz-1.0-py3-none-any.whl',
      'aaa-1.0-1-py3-none-any.whl',
    ]);
    expect([code, out]).toEqual([0, 'zzz-1.0-1-py3-none-any.whl\naaa-1.0-1-py3-none-any.whl\n']);
  });

  it('gives programs one document', async () => {
    await writeWheelFile(cwd);
    const { code, err, document } = wheelworksJson(['retag', '--build', '1', WHEEL], { cwd });
    expect([code, err]).toEqual([0, '']);
    expect(document).toMatchObject({
      schema: 'wheelworks.retag/1',
      files: [
        {
          path: WHEEL,
          from: WHEEL,
          to: REBUILT,
          tags: ['py3-none-any'],
          changed: true,
          output: REBUILT,
        },
      ],
    });
    const plan = wheelworksJson(['retag', '-n', '--build', '2', WHEEL], { cwd });
    expect(plan.document).toMatchObject({ files: [{ changed: true, output: null }] });
  });

  it('does the others when one wheel is broken, and ends with 1', async () => {
    await writeWheelFile(cwd);
    await writeFile(join(cwd, 'broken-1.0-py3-none-any.whl'), 'nothing');
    const { code, out, err } = retag(['--build', '1', '.']);
    expect([code, out]).toEqual([1, `${REBUILT}\n`]);
    expect(err).toMatch(/^broken-1\.0-py3-none-any\.whl\n {2}error\[zip\/not-a-zip\]: /);
    const { document } = wheelworksJson(
      ['retag', '--build', '2', REBUILT, 'broken-1.0-py3-none-any.whl'],
      { cwd },
    );
    expect(document['files']).toMatchObject([
      { path: REBUILT, changed: true },
      { path: 'broken-1.0-py3-none-any.whl', error: { code: 'zip/not-a-zip' } },
    ]);
  });

  it('run again over a folder with its own results refuses to write over them', async () => {
    await writeWheelFile(cwd);
    expect(retag(['--build', '1', '.']).code).toBe(0);
    const { code, err } = retag(['--build', '1', '.']);
    expect(code).toBe(1);
    expect(err).toContain(`${REBUILT} is one of the inputs`);
    expect(retag(['--build', '1', WHEEL]).code).toBe(0);
  });

  it('refuses to lose a wheel: two that would become one, or one over another input', async () => {
    await writeWheelFile(cwd, { tags: 'cp311-cp311-any' });
    await writeWheelFile(cwd, { tags: 'cp312-cp312-any' });
    const before = await readdir(cwd);
    const merging = retag(['--python-tag', 'py3', '--abi-tag', 'none', '--remove', '.']);
    expect(merging).toMatchObject({ code: 1, out: '' });
    expect(merging.err).toContain('error[wheel/shared-output]');
    expect(retag(['--python-tag', 'cp312', '--abi-tag', 'cp312', '.']).code).toBe(1);
    expect(await readdir(cwd)).toEqual(before);
  });

  it('never writes over its input', async () => {
    await writeWheelFile(cwd, { wheel: wheelText('py2-none-any') });
    const before = await digest(join(cwd, WHEEL));
    const { code, err } = retag(['--python-tag', 'py3', '-o', '.', WHEEL]);
    expect(code).toBe(1);
    expect(err).toContain('error[retag/same-name]');
    expect(await digest(join(cwd, WHEEL))).toBe(before);
  });

  it.each([
    [['--build', 'x'], 'cli/bad-value', 2],
    [['--python-tag=-py3'], 'retag/no-tags-left', 1],
    [['--platform-tag', 'a-b'], 'cli/bad-value', 2],
    [['--platform-tag', ''], 'cli/bad-value', 2],
    [['--abi-tag', 'a-b'], 'cli/bad-value', 2],
    [['--python-tag', ''], 'cli/bad-value', 2],
    [['--abi-tag', ''], 'cli/bad-value', 2],
  ])('refuses %j: %s', async (args, code, exit) => {
    await writeWheelFile(cwd);
    const run = retag([...args, WHEEL]);
    expect([run.code, run.out]).toEqual([exit, '']);
    expect(run.err).toContain(`error[${code}]`);
    expect(await readdir(cwd)).toEqual([WHEEL]);
  });

  it('says when the output is no folder', async () => {
    await writeWheelFile(cwd);
    await writeFile(join(cwd, 'file'), '');
    for (const output of ['file', 'file/below']) {
      const { code, err } = retag(['--build', '1', '-o', output, WHEEL]);
      expect(code).toBe(1);
      expect(err).toContain('error[file/not-a-directory]');
    }
  });

  it('gives the same bytes in every time zone and language', async () => {
    await writeWheelFile(cwd, {
      files: Object.fromEntries(
        ['a', 'B', 'é', 'Z', 'i', 'I', '_'].map((name) => [`pkg/${name}`, name.repeat(200)]),
      ),
    });
    const digests = new Set<string>();
    for (const env of [
      { TZ: 'UTC', LC_ALL: 'C' },
      { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' },
      { TZ: 'America/Los_Angeles', LC_ALL: 'sv_SE.UTF-8' },
    ]) {
      retag(['--build', '1', WHEEL], env);
      digests.add(await digest(join(cwd, REBUILT)));
    }
    expect(digests.size).toBe(1);
  });

  it('takes the time from SOURCE_DATE_EPOCH, and refuses what is none', async () => {
    await writeWheelFile(cwd);
    const times = async (): Promise<number[]> =>
      withWheel(join(cwd, REBUILT), async ({ archive }) => [
        ...new Set(archive.entries.map(({ modified }) => (modified.date >> 9) + 1980)),
      ]);
    retag(['--build', '1', WHEEL], { SOURCE_DATE_EPOCH: '1700000000', TZ: 'Asia/Tokyo' });
    expect(await times()).toEqual([2023]);
    retag(['--build', '1', WHEEL], { SOURCE_DATE_EPOCH: '0' });
    expect(await times()).toEqual([1980]);
    for (const wrong of ['yesterday', '-1', '1e9', ' 1']) {
      const { code, err } = retag(['--build', '1', WHEEL], { SOURCE_DATE_EPOCH: wrong });
      expect(code).toBe(2);
      expect(err).toContain('error[config/source-date-epoch]');
    }
  });
});

describe('retag of a large wheel', () => {
  const size = 64 << 20;

  /** Content that does not compress, so that copying it takes a while. */
  async function largeWheel(directory: string): Promise<string> {
    const content = randomBytes(size);
    return writeWheelFile(directory, {
      files: { 'pkg/data.bin': content },
      members: (members) => members.map((each) => ({ ...each, method: 0 })),
    });
  }

  it('with a full disk leaves nothing, and the input as it was', async (ctx) => {
    const disk = join(cwd, 'disk');
    await mkdir(disk);
    const mounted =
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status === 0;
    if (!mounted) ctx.skip('a small file system cannot be mounted (needs root on Linux)');
    onTestFinished(() => void spawnSync('umount', [disk]));
    const wheel = await writeWheelFile(disk, {
      files: { 'pkg/data.bin': randomBytes(5 << 20) },
      members: (members) => members.map((each) => ({ ...each, method: 0 })),
    });
    const before = await digest(wheel);
    for (const args of [
      ['retag', '--build', '1', '--remove', wheel],
      ['unpack', '-o', disk, wheel],
    ]) {
      const { code, err } = wheelworks(args, { cwd });
      expect(code).toBe(1);
      expect(err).toContain('error[file/disk-full]');
      expect(err).not.toContain('.wheelworks-');
      expect(await readdir(disk)).toEqual([basename(wheel)]);
    }
    expect(await digest(wheel)).toBe(before);
    const tree = await scratch();
    wheelworks(['unpack', '-o', tree, wheel], { cwd });
    await rm(wheel);
    await cp(join(tree, 'pkg-1.0'), join(disk, 'pkg-1.0'), { recursive: true });
    const packing = wheelworks(['pack', '-o', disk, join(disk, 'pkg-1.0')], { cwd });
    expect(packing.err).toContain('error[file/disk-full]');
    expect(await readdir(disk)).toEqual(['pkg-1.0']);
  });

  it.skipIf(isWindows)(
    'interrupted in the middle leaves nothing, and the input',
    { timeout: 60_000 },
    async () => {
      const wheel = await largeWheel(cwd);
      const out = join(cwd, 'out');
      await mkdir(out);
      const before = await digest(wheel);
      // Sometimes the copy is quicker than the signal; without --remove it can then be tried again.
      let code: number | null = 0;
      for (let round = 0; round < 5 && code === 0; round += 1) {
        await rm(out, { recursive: true });
        await mkdir(out);
        const { child, ended } = start(['retag', '--build', '1', '-o', out, wheel], { cwd });
        while ((await readdir(out)).length === 0 && child.exitCode === null) await sleep(1);
        child.kill('SIGINT');
        ({ code } = await ended);
      }
      expect(code).toBe(130);
      expect(await readdir(out)).toEqual([]);
      expect(await digest(wheel)).toBe(before);
    },
  );
});
