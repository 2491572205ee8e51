/** Builds that meet an end by force and a full disk: what was finished stays, what can go on goes on. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { BuildReport } from '../../src/build/index.ts';
import type { Interpreter } from '../../src/python/index.ts';
import { cli, startCli } from '../support/cli.ts';
import {
  buildCalls,
  hostPythons,
  isRoot,
  shortVersion,
  writeProject,
} from '../support/project-builder.ts';
import { endsSoon } from '../support/processes.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const [first, second] = pythons as [Interpreter, Interpreter];

let folder: string;
let output: string;

beforeEach(async () => {
  folder = await scratch();
  output = join(folder, 'out');
});

function build(projects: readonly string[], ...interpreters: readonly Interpreter[]): string[] {
  const selected = interpreters.flatMap(({ path }) => ['--python', path]);
  const common = ['-o', output, '--frontend', 'direct', '--jobs', '1', '--json'];
  return ['build', ...projects, ...common, ...selected];
}

const wheelsIn = (path: string): readonly string[] =>
  readdirSync(path).filter((name) => name.endsWith('.whl'));

describe.skipIf(pythons.length < 2 || process.platform === 'win32')(
  'a build (skipped without two Pythons from 3.8 on)',
  () => {
    it('ended by SIGKILL takes its backend along, and the next run goes on from what was finished', async () => {
      const project = join(folder, 'project');
      const pid = join(folder, 'backend.pid');
      await mkdir(project);
      await writeProject(project, { scripts: { [shortVersion(second)]: { pid, sleep: 60 } } });
      const running = startCli(build([project], first, second));
      while (!existsSync(pid) || statSync(pid).size === 0) await sleep(25);
      running.kill('SIGKILL');
      expect((await running.result).code).toBeNull();
      expect(await endsSoon(Number(readFileSync(pid, 'utf8')))).toBe(true);
      expect(wheelsIn(output)).toEqual([]);

      const again = await cli(build([project], first));
      expect(again.code).toBe(0);
      expect((JSON.parse(again.out) as BuildReport).jobs).toMatchObject([{ origin: 'reused' }]);
      expect(wheelsIn(output)).toHaveLength(1);
      const calls = await buildCalls(project);
      expect(calls.filter((call) => call === shortVersion(first))).toHaveLength(1);
    });

    it.skipIf(!isRoot)(
      'on a full disk names the job that it stopped, and builds the others (skipped without root)',
      async (ctx) => {
        await mkdir(output);
        const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', output]);
        if (mounted.status !== 0) return ctx.skip('this machine allows no mounts');
        onTestFinished(() => {
          execFileSync('umount', [output]);
        });
        const noise = Array.from({ length: 80_000 }, () => Math.random().toString(36)).join('');
        const projects = [join(folder, 'large'), join(folder, 'small')] as const;
        for (const project of projects) await mkdir(project);
        await writeProject(projects[0], {
          script: { name: 'large', tag: 'py3-none-any', files: { 'large.py': `X = "${noise}"` } },
        });
        await writeProject(projects[1], { script: { name: 'small', tag: 'py3-none-any' } });
        const { code, out } = await cli(build(projects, first));
        expect(code).toBe(1);
        const { jobs } = JSON.parse(out) as BuildReport;
        const job = (name: string): unknown => jobs.find((each) => each.package === name);
        expect(job('large')).toMatchObject({ error: { code: 'file/disk-full' } });
        expect(job('small')).toMatchObject({ origin: 'built' });
        expect(wheelsIn(output)).toEqual(['small-1.0-py3-none-any.whl']);

        // The same command, with room.
        execFileSync('mount', ['-o', 'remount,size=32m', output]);
        const again = await cli(build(projects, first));
        expect(again.code).toBe(0);
        expect(wheelsIn(output)).toHaveLength(2);
      },
    );
  },
);
