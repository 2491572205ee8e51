import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive, member } from '../archive/tar/tar-bytes.ts';
import { scratch } from '../support/scratch.ts';
import { recordRow, writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const unpack = (...args: string[]): Run => wheelworks(['unpack', ...args], { cwd });
const WHEEL = 'pkg-1.0-py3-none-any.whl';

describe('unpack', () => {
  it('makes folders of wheels and sdists, in the order of the inputs', async () => {
    await writeWheelFile(cwd, { name: 'zzz' });
    const info = 'Metadata-Version: 2.1\nName: mid\nVersion: 2.0\n';
    await writeFile(
      join(cwd, 'mid-2.0.tar.gz'),
      gzipSync(archive(member({ name: 'mid-2.0/PKG-INFO', content: info }))),
    );
    await writeWheelFile(cwd, { name: 'aaa' });
    const inputs = ['zzz-1.0-py3-none-any.whl', 'mid-2.0.tar.gz', 'aaa-1.0-py3-none-any.whl'];
    const { code, out, err } = unpack('-o', 'out', ...inputs);
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(/\d+ B/g, 'SIZE')).toBe(
      ['zzz-1.0  4 files, SIZE', 'mid-2.0  1 file, SIZE', 'aaa-1.0  4 files, SIZE']
        .map((line) => `${join('out', line)}\n`)
        .join(''),
    );
    expect((await readdir(join(cwd, 'out'))).sort()).toEqual(['aaa-1.0', 'mid-2.0', 'zzz-1.0']);
  });

  it('leaves what is there alone, unless forced', async () => {
    await writeWheelFile(cwd);
    expect(unpack(WHEEL).code).toBe(0);
    await writeFile(join(cwd, 'pkg-1.0/mine'), '');
    const { code, out, err } = unpack(WHEEL);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('error[file/exists]');
    expect(await readdir(join(cwd, 'pkg-1.0'))).toContain('mine');
    expect(unpack('--force', WHEEL).code).toBe(0);
    expect(await readdir(join(cwd, 'pkg-1.0'))).not.toContain('mine');
  });

  it('refuses a wheel that was changed, unless told not to verify', async () => {
    await writeWheelFile(cwd, {
      record: (rows) => [recordRow('pkg/__init__.py', 'y = 2\n'), ...rows.slice(1)],
    });
    const { code, err } = unpack(WHEEL);
    expect(code).toBe(1);
    expect(err).toContain('error[unpack/record-mismatch]');
    expect(err).toContain('--no-verify');
    expect(await readdir(cwd)).toEqual([WHEEL]);
    expect(unpack('--no-verify', WHEEL).code).toBe(0);
    expect(await readFile(join(cwd, 'pkg-1.0/pkg/__init__.py'), 'utf8')).toBe('x = 1\n');
  });

  it('does the others when one file is broken, and ends with 1', async () => {
    await writeWheelFile(cwd);
    await writeFile(join(cwd, 'broken-1.0-py3-none-any.whl'), 'nothing');
    const { code, out, err } = unpack('.');
    expect(code).toBe(1);
    expect(out).toMatch(/^pkg-1\.0 {2}4 files/);
    expect(err).toMatch(/^broken-1\.0-py3-none-any\.whl\n {2}error\[zip\/not-a-zip\]: /);
    const { document } = wheelworksJson(['unpack', '--force', '.'], { cwd });
    expect(document).toMatchObject({
      schema: 'wheelworks.unpack/1',
      files: [
        { path: 'broken-1.0-py3-none-any.whl', error: { code: 'zip/not-a-zip' } },
        { path: WHEEL, output: join(cwd, 'pkg-1.0'), files: 4 },
      ],
    });
  });

  it('refuses two files that would become one folder, before it makes any', async () => {
    await mkdir(join(cwd, 'dist'));
    await writeWheelFile(join(cwd, 'dist'), { tags: 'cp311-cp311-any' });
    await writeWheelFile(join(cwd, 'dist'), { tags: 'cp312-cp312-any' });
    const { code, err } = unpack('--force', 'dist');
    expect(code).toBe(1);
    expect(err).toContain('error[wheel/shared-output]');
    expect(await readdir(cwd)).toEqual(['dist']);
  });

  it('fits its help into 100 columns', () => {
    const { code, out } = unpack('--help');
    expect(code).toBe(0);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toContain('--no-verify');
  });
});
