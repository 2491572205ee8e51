import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  failedJobs,
  readFailedJob,
  writeFailedJob,
  type FailedJob,
} from '../../src/build/index.ts';

let output: string;
beforeEach(async () => {
  output = await mkdtemp(join(tmpdir(), 'wheelworks-failed-'));
});
afterEach(() => rm(output, { recursive: true, force: true }));

const job: FailedJob = {
  id: 'cp312-manylinux_x86_64',
  package: 'spam',
  place: 'container',
  directory: '.',
  command: '/opt/python/cp312-cp312/bin/python',
  args: ['-m', 'build', "it's"],
  cwd: '/work/sources',
  env: { PATH: '/usr/bin' },
  image: 'quay.io/pypa/manylinux_2_28_x86_64',
  error: { code: 'build/failed', message: 'The build failed.' },
  when: '2026-11-29T18:55:01Z',
};

it('is read as it was written, by its id', async () => {
  await writeFailedJob(output, job);
  expect(await readFailedJob(output, job)).toEqual(job);
  expect(await readFailedJob(output, { ...job, id: 'cp313-manylinux_x86_64' })).toBeUndefined();
  expect(await failedJobs(output)).toEqual([{ id: job.id, package: 'spam' }]);
});

it('of one package is not that of another in the same folder', async () => {
  const other = { ...job, package: 'ham/eggs', command: 'cc' };
  await writeFailedJob(output, job);
  await writeFailedJob(output, other);
  expect(await readFailedJob(output, job)).toEqual(job);
  expect(await readFailedJob(output, other)).toEqual(other);
  expect(await failedJobs(output)).toHaveLength(2);
});

it('holds no secrets of the environment', async () => {
  const env = {
    PATH: '/usr/bin',
    TWINE_PASSWORD: 'hunter2',
    GITHUB_TOKEN: 'hunter2',
    PIP_INDEX_URL: 'https://me:hunter2@index.example/simple',
    PIP_EXTRA_INDEX_URL: 'https://index.example/simple',
  };
  const path = await writeFailedJob(output, { ...job, env });
  expect(await readFile(path, 'utf8')).not.toContain('hunter2');
  expect((await readFailedJob(output, job))?.env).toEqual({
    PATH: '/usr/bin',
    PIP_EXTRA_INDEX_URL: 'https://index.example/simple',
  });
});

it('is refused when it is something else', async () => {
  const path = await writeFailedJob(output, job);
  for (const text of ['', '{', '{"id": 1}']) {
    await writeFile(path, text);
    await expect(readFailedJob(output, job)).rejects.toMatchObject({
      code: 'build/bad-failed-job',
      path,
    });
  }
});
