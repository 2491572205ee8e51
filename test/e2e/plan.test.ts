import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NATIVE } from '../plan/lab.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
  await writeFile(join(cwd, 'pyproject.toml'), NATIVE);
});

const plan = (...args: string[]): Run => wheelworks(['plan', ...args], { cwd });

describe('plan', () => {
  it('shows a matrix that fits 100 columns, and what each job is made with', () => {
    const { code, out, err } = plan('--platform', 'all', '--archs', 'all', '--enable', 'all');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Spam\.Eggs 1\.0: \d+ wheels\n/);
    expect(out).toMatch(/^CPython 3\.14t( +wheel)+$/m);
    expect(out).toContain('abi3 would replace');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('ends with 3 when nothing is planned, and with 2 for what cannot be meant', () => {
    expect(plan('--build', 'cp27-*').code).toBe(3);
    expect(plan('--build', 'cp27-*', '--allow-empty').code).toBe(0);
    for (const args of [
      ['--platform', 'android'],
      ['--only', 'cp312-nothing'],
      ['--archs', 'sparc'],
      ['--enable', 'jython'],
      ['--only', 'cp312-win32', '--archs', 'all'],
      ['--json', '--format', 'ids'],
      ['nowhere'],
    ])
      expect([args, plan(...args).code]).toEqual([args, 2]);
  });

  it('--strict ends with 1 for what seems to be misspelt', () => {
    const env = { CIBW_BIULD: 'cp312-*' };
    const told = wheelworks(['plan'], { cwd, env });
    expect(told.code).toBe(0);
    expect(told.out).toContain('Mistakes, as it seems\n  CIBW_BIULD: there is no such option; did');
    expect(wheelworks(['plan', '--strict'], { cwd, env }).code).toBe(1);
    expect(plan('--strict').code).toBe(0);
  });

  it('prints ids, and JSON by either name', () => {
    const only = ['--only', 'cp312-win_amd64'];
    expect(plan(...only, '--format', 'ids').out).toBe('cp312-win_amd64\n');
    const { document } = wheelworksJson(['plan', ...only], { cwd });
    expect(document).toMatchObject({
      schema: 'wheelworks.plan/1',
      jobs: [{ id: 'cp312-win_amd64', package: 'Spam.Eggs', libc: null, environment: 'host' }],
    });
    expect(JSON.parse(plan(...only, '--format', 'json').out)).toEqual(document);
  });

  it('is what check holds a release set against', async () => {
    const build = ['--platform', 'windows', '--archs', 'AMD64', '--build', 'cp31{2,3}-*'];
    await writeFile(join(cwd, 'plan.json'), plan(...build, '--format', 'json').out);
    await mkdir(join(cwd, 'dist'));
    const wheel = async (tag: string): Promise<unknown> =>
      writeWheelFile(join(cwd, 'dist'), { name: 'spam_eggs', version: '1.0', tags: tag });
    const missing = (): string => {
      const { out } = wheelworks(['check', '--plan', 'plan.json', 'dist'], { cwd });
      return [...out.matchAll(/of the job (\S+)/g)].map(([, id]) => id).join(' ');
    };
    await wheel('cp312-cp312-win_amd64');
    expect(missing()).toBe('cp313-win_amd64');
    await wheel('cp313-cp313-win_amd64');
    expect(missing()).toBe('');
  });
});
