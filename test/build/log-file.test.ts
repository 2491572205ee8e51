import { existsSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openLog } from '../../src/build/index.ts';
import { scratch } from '../support/scratch.ts';

it('a log has every line, begins anew, and makes its folder', async () => {
  const path = join(await scratch(), 'logs/deep/x.log');
  for (const text of ['first', 'secönd']) {
    const log = await openLog(path);
    expect(log.path).toBe(path);
    for (let index = 0; index < 3; index += 1) log.line(`${text} ${index}`);
    log.close();
    expect(readFileSync(path, 'utf8')).toBe(`${text} 0\n${text} 1\n${text} 2\n`);
  }
});

it('a log can be gone on with', async () => {
  const path = join(await scratch(), 'x.log');
  for (const text of ['build', 'repair']) {
    const log = await openLog(path, 'append');
    log.line(text);
    log.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('build\nrepair\n');
});

it('a log is on disk before it is closed, once there is something worth a write', async () => {
  const path = join(await scratch(), 'x.log');
  const log = await openLog(path);
  const line = 'x'.repeat(1023);
  for (let index = 0; index < 100; index += 1) log.line(line);
  const before = readFileSync(path).length;
  expect(before).toBeGreaterThan(50 * 1024);
  log.close();
  expect(readFileSync(path).length).toBe(100 * 1024);
});

it('a log that cannot be written is a coded error', async () => {
  const folder = await scratch();
  await mkdir(join(folder, 'x.log'));
  await expect(openLog(join(folder, 'x.log'))).rejects.toMatchObject({
    code: 'file/is-a-directory',
  });
});

it.skipIf(!existsSync('/dev/full'))(
  'a full disk is told when it is met (skipped without /dev/full)',
  async () => {
    const log = await openLog('/dev/full');
    log.line('x');
    expect(() => log.close()).toThrow(expect.objectContaining({ code: 'file/disk-full' }));
  },
);
