/** What a second run does, with real Pythons and the scripted backend. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import type { EventSink } from '../../src/support/progress/events.ts';
import {
  buildCalls,
  hostPythons,
  shortVersion,
  writeProject,
  writeTree,
} from '../support/project-builder.ts';
import { outcomes, release } from '../support/release-runner.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const [first, second] = pythons as [Interpreter, Interpreter];

let project: string;
let output: string;

beforeEach(async () => {
  project = join(await scratch(), 'prøject one');
  output = `${project}.out`;
  await mkdir(project);
});

const wheelsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .sort();

describe.skipIf(pythons.length < 2)(
  'running again (skipped without two Pythons from 3.8 on)',
  () => {
    const both = [first, second];

    it('builds again what changed: a source, a test among the sources, a setting, the environment', async () => {
      await writeProject(project, { files: { 'test/test_demo.py': '' } });
      await release(project, [first]);
      const calls = async (): Promise<number> => (await buildCalls(project)).length;
      expect(await calls()).toBe(1);
      await writeTree(project, { 'src/demo.py': 'VALUE = 43\n' });
      await release(project, [first]);
      expect(await calls()).toBe(2);
      await writeTree(project, { 'test/test_demo.py': 'x = 1\n' });
      await release(project, [first]);
      expect(await calls()).toBe(3);
      await release(project, [first], { env: { DEMO_WITH_SSL: '1' } });
      expect(await calls()).toBe(4);
      // What tells terminals apart is no reason.
      await release(project, [first], {
        env: { DEMO_WITH_SSL: '1', TERM: 'x', SSH_TTY: '/dev/x' },
      });
      expect(await calls()).toBe(4);
      await release(project, [first], { env: { DEMO_WITH_SSL: '1' }, force: true });
      expect(await calls()).toBe(5);
    });

    it('tests again when the test command changed, without building', async () => {
      await writeProject(project);
      await release(project, [first]);
      const report = await release(project, [first], { testCommand: 'python -c "import demo"' });
      expect(outcomes(report)).toEqual(['reused passed']);
      const failed = await release(project, [first], { testCommand: 'exit 3' });
      expect(outcomes(failed)).toEqual(['reused failed release/test-failed']);
      const again = await release(project, [first], { testCommand: 'exit 3' });
      expect(outcomes(again)).toEqual(['reused failed release/test-failed']);
    });

    it('for fewer Pythons keeps the wheels of the others, as long as the sources are the same', async () => {
      await writeProject(project);
      const all = await release(project, both);
      const filenames = all.wheels.map(({ filename }) => filename);
      const one = await release(project, [first]);
      expect(one).toMatchObject({ kept: [filenames[1]], removed: [] });
      const page = readFileSync(join(output, 'simple/demo/index.html'), 'utf8');
      for (const name of filenames) expect(page).toContain(name);
      expect(outcomes(await release(project, both))).toEqual(['reused reused', 'reused reused']);
      await writeTree(project, { 'src/demo.py': 'VALUE = 43\n' });
      const changed = await release(project, [first]);
      expect(changed).toMatchObject({ kept: [], removed: [filenames[1]] });
      expect(wheelsIn(output)).toEqual([filenames[0]]);
    });

    it('leaves the wheels of another project in the folder alone, and in the index', async () => {
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      await release(project, [first], { output });
      const other = join(project, '..', 'other');
      await mkdir(other);
      await writeProject(other, { script: { name: 'other', tag: 'py3-none-any' } });
      const report = await release(other, [first], { output });
      expect(report.kept).toEqual(['demo-1.0-py3-none-any.whl']);
      expect(readdirSync(join(output, 'simple')).sort()).toEqual([
        'demo',
        'index.html',
        'index.json',
        'other',
      ]);
      expect(outcomes(await release(project, [first], { output }))).toEqual(['reused reused']);
    });

    it('makes a wheel anew that was damaged or removed', async () => {
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      await release(project, [first]);
      const path = join(output, 'demo-1.0-py3-none-any.whl');
      await writeFile(path, 'damaged');
      expect(outcomes(await release(project, [first]))[0]).toMatch(/^built/);
      await rm(path);
      expect(outcomes(await release(project, [first]))[0]).toMatch(/^built/);
      expect(existsSync(path)).toBe(true);
    });

    it('without any success leaves the last release as it was', async () => {
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      await release(project, [first]);
      const before = readFileSync(join(output, 'simple/demo/index.html'), 'utf8');
      await writeProject(project, { script: { tag: 'py3-none-any', exit: 3 } });
      const report = await release(project, [first]);
      expect(report).toMatchObject({ ok: false, wheels: [], removed: [] });
      expect(wheelsIn(output)).toEqual(['demo-1.0-py3-none-any.whl']);
      expect(readFileSync(join(output, 'simple/demo/index.html'), 'utf8')).toBe(before);
    });

    it('after an interrupt goes on with what was finished; until then the last release is whole', async () => {
      await writeProject(project);
      await release(project, both);
      const index = readFileSync(join(output, 'simple/demo/index.html'), 'utf8');
      const files = new Map(
        wheelsIn(output).map((name) => [name, readFileSync(join(output, name))]),
      );
      await writeProject(project, {
        script: { files: { 'demo.py': 'VALUE = 43\n' } },
        scripts: { [shortVersion(second)]: { sleep: 60 } },
      });
      const controller = new AbortController();
      const events: EventSink = (event) => {
        if (event.type === 'task-finished' && event.outcome === 'done') controller.abort();
      };
      const interrupted = release(project, both, { signal: controller.signal, events });
      await expect(interrupted).rejects.toMatchObject({ code: 'process/cancelled' });
      expect(readFileSync(join(output, 'simple/demo/index.html'), 'utf8')).toBe(index);
      for (const [name, bytes] of files)
        expect([name, readFileSync(join(output, name)).equals(bytes)]).toEqual([name, true]);
      const scripts = { [shortVersion(second)]: { sleep: 60 } };
      expect(JSON.stringify(scripts)).toContain('60');
      const waiting = readdirSync(join(output, '.wheelworks', 'built', 'demo'));
      expect(waiting.length).toBe(1);
      const alone = await release(project, [first]);
      expect(outcomes(alone)).toEqual(['reused passed']);
    });
  },
);
