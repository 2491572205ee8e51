/** Which wheels a release makes, with real Pythons and the scripted backend. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import type { EventSink } from '../../src/support/progress/events.ts';
import {
  buildCalls,
  compileLibrary,
  hasCompiler,
  hostPythons,
  shortVersion,
  writeProject,
  type BuildScript,
} from '../support/project-builder.ts';
import { outcomes, release } from '../support/release-runner.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const [first, second, third] = pythons as [Interpreter, Interpreter, Interpreter];
const several = [first, second, third];

let project: string;
let output: string;

beforeEach(async () => {
  project = join(await scratch(), 'prøject one');
  output = `${project}.out`;
  await mkdir(project);
});

/** A tag of the stable ABI from a Python on. */
function stable(python: Interpreter): string {
  return `cp3${python.version.minor}-abi3-linux_${python.machine}`;
}

const wheelsIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.whl'))
    .sort();

describe.skipIf(pythons.length < 3)(
  'the wheels of a release (skipped without three Pythons from 3.8 on)',
  () => {
    const names = several.map((each) => shortVersion(each));

    it('are one for each Python, and none is built twice', async () => {
      await writeProject(project);
      const report = await release(project, several);
      expect(report.ok).toBe(true);
      expect(outcomes(report)).toEqual(['built passed', 'built passed', 'built passed']);
      expect(wheelsIn(output)).toEqual(report.wheels.map(({ filename }) => filename).sort());
      expect(report.wheels.map(({ testedOn, builtFor }) => [testedOn, builtFor])).toEqual(
        report.jobs.map(({ id }) => [[id], id]),
      );
      expect([...(await buildCalls(project))].sort()).toEqual([...names].sort());
      const again = await release(project, several);
      expect(outcomes(again)).toEqual(['reused reused', 'reused reused', 'reused reused']);
      expect(again.jobs.map(({ logs }) => logs)).toEqual([[], [], []]);
      expect((await buildCalls(project)).length).toBe(3);
      expect(again.wheels).toEqual(report.wheels);
    });

    it('are one where it serves all', async () => {
      await writeProject(project, { script: { tag: 'py3-none-any' } });
      const report = await release(project, several);
      expect(outcomes(report)).toEqual(['built passed', 'covered passed', 'covered passed']);
      expect(await buildCalls(project)).toEqual([names[0]]);
      expect(report.wheels).toMatchObject([
        { filename: 'demo-1.0-py3-none-any.whl', testedOn: report.jobs.map(({ id }) => id) },
      ]);
    });

    it('do not depend on which build ends first', async () => {
      const gate = `${project}.gate`;
      await writeProject(project, {
        scripts: {
          [names[1] ?? '']: { tag: stable(second), waitFor: gate },
          [names[2] ?? '']: { tag: stable(third) },
        },
      });
      // The third wheel is there before the second build may go on.
      const events: EventSink = (event) => {
        if (
          event.type === 'task-finished' &&
          event.detail?.includes(`cp3${third.version.minor}-abi3`) === true
        )
          void writeFile(gate, '');
      };
      const report = await release(project, several, { jobs: 3, events });
      expect(outcomes(report)).toEqual(['built passed', 'built passed', 'covered passed']);
      expect(wheelsIn(output).filter((name) => name.includes('abi3'))).toEqual([
        expect.stringContaining(`cp3${second.version.minor}-abi3`),
      ]);
      expect(readdirSync(join(output, '.wheelworks', 'built'))).toEqual([]);
      const again = await release(project, several, { jobs: 3 });
      expect(outcomes(again)).toEqual(['reused reused', 'reused reused', 'covered reused']);
      expect((await buildCalls(project)).length).toBe(3);
    });

    it('are there for all but the job that failed', async () => {
      await writeProject(project, { scripts: { [names[1] ?? '']: { exit: 3, says: 'no way' } } });
      const report = await release(project, several);
      expect(report.ok).toBe(false);
      expect(outcomes(report)).toEqual([
        'built passed',
        'none not-run build/failed',
        'built passed',
      ]);
      expect(report.jobs[1]?.error?.evidence).toContain('no way');
      expect(report.wheels.length).toBe(2);
      const page = readFileSync(join(output, 'simple/demo/index.html'), 'utf8');
      for (const name of wheelsIn(output)) expect(page).toContain(name);
      // Only the failed one is tried again.
      await release(project, several);
      expect((await buildCalls(project)).filter((call) => call === names[1]).length).toBe(2);
      expect((await buildCalls(project)).length).toBe(4);
    });

    it('serve a job whose own build failed', async () => {
      await writeProject(project, {
        script: { tag: 'py3-none-any' },
        scripts: { [names[0] ?? '']: { exit: 3 } },
      });
      const report = await release(project, several);
      expect(report.ok).toBe(true);
      expect(outcomes(report)).toEqual(['covered passed', 'built passed', 'covered passed']);
      expect(report.jobs[0]?.notices).toEqual([expect.stringContaining('its own build failed')]);
    });

    it('leave a Python out that only their metadata excludes', async () => {
      const metadata = [`Requires-Python: >=${names[1] ?? ''}`];
      await writeProject(project, { script: { metadata } });
      const report = await release(project, several);
      expect(outcomes(report)).toEqual(['built passed', 'built passed']);
      expect(report.leftOut).toContainEqual({
        python: first.label,
        executable: first.path,
        reason: `the wheel requires Python >=${names[1] ?? ''}`,
        broken: false,
      });
      expect(wheelsIn(output).length).toBe(2);
      await release(project, several);
      expect((await buildCalls(project)).length).toBe(3);
    });

    it('have one version, also where only the backend knows it', async () => {
      const scripts = { [names[2] ?? '']: { version: '1.1' } };
      await writeProject(project, { project: undefined, scripts });
      const report = await release(project, several);
      expect(outcomes(report)).toEqual([
        'built passed',
        'built passed',
        'built not-run release/versions-differ',
      ]);
      expect(wheelsIn(output).filter((name) => name.includes('1.1'))).toEqual([]);
    });
  },
);

describe.skipIf(pythons.length === 0)('a wheel (skipped without a Python 3.8)', () => {
  const failing = async (script: BuildScript): Promise<unknown> => {
    await writeProject(project, { script });
    const report = await release(project, [first]);
    expect(report).toMatchObject({ ok: false, wheels: [] });
    expect(report.index).toBeUndefined();
    expect(wheelsIn(output)).toEqual([]);
    return report.jobs[0]?.error;
  };

  it('for another Python than the one that built it is refused', async () => {
    const other = `cp3${first.version.minor + 1}`;
    expect(await failing({ tag: `${other}-${other}-linux_${first.machine}` })).toMatchObject({
      code: 'release/wheel-not-for-python',
      path: first.path,
      message: expect.stringContaining(first.label),
      hint: expect.stringContaining('tags the wheel for another Python'),
    });
  });

  it('for a newer system than this one is refused', async () => {
    expect(await failing({ tag: `py3-none-manylinux_2_999_${first.machine}` })).toMatchObject({
      code: 'release/wheel-not-for-python',
      hint: expect.stringContaining('newer system'),
    });
  });

  it('that breaks its users is refused', async () => {
    expect(await failing({ tag: 'py3-none-any', metadata: ['Name: other'] })).toMatchObject({
      code: 'release/wheel-refused',
      evidence: expect.stringContaining('wheel/'),
    });
  });

  it('has the times of SOURCE_DATE_EPOCH', async () => {
    await writeProject(project, { script: { tag: 'py3-none-any' } });
    const dates = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const report = await release(project, [first], { env });
      const path = join(output, report.wheels[0]?.filename ?? '');
      const script =
        'import sys, zipfile; print({i.date_time for i in zipfile.ZipFile(sys.argv[1]).infolist()})';
      return execFileSync(first.path, ['-c', script, path], { encoding: 'utf8' }).trim();
    };
    expect(await dates({})).toBe('{(1980, 1, 1, 0, 0, 0)}');
    expect(await dates({ SOURCE_DATE_EPOCH: '1700000000' })).toBe('{(2023, 11, 14, 22, 13, 20)}');
  });

  it('that only PyPI would refuse is released, and its findings told', async () => {
    await writeProject(project, { script: { tag: 'py3-none-any', version: '1.0.dev3+gabc123' } });
    const report = await release(project, [first]);
    expect(report.ok).toBe(true);
    expect(report.wheels[0]?.findings.map(({ code }) => code)).toContain('metadata/version-local');
  });

  it.skipIf(!hasCompiler || process.platform !== 'linux')(
    'that needs a library from elsewhere is refused with its name (skipped without a compiler)',
    async () => {
      const folder = join(project, '..', 'elsewhere');
      await compileLibrary(join(folder, 'libforeign.so'), 'int foreign(void) { return 1; }');
      await compileLibrary(join(folder, 'libalien.so'), 'int alien(void) { return 1; }');
      const source = 'int foreign(void), alien(void); int go(void) { return foreign() + alien(); }';
      const library = join(folder, 'libdemo.so');
      await compileLibrary(library, source, [`-L${folder}`, '-lforeign', '-lalien']);
      const tag = `py3-none-linux_${first.machine}`;
      expect(await failing({ tag, copies: { 'demo/libdemo.so': library } })).toMatchObject({
        code: 'repair/missing-libraries',
        message: expect.stringContaining('libalien.so, libforeign.so'),
        evidence: expect.stringContaining('demo/libdemo.so'),
      });
    },
  );

  it.skipIf(!hasCompiler || process.platform !== 'linux')(
    'gets the tag that a compiled library earns (skipped without a compiler)',
    async () => {
      const library = join(project, '..', 'libdemo.so');
      await compileLibrary(library, 'int demo(void) { return 1; }');
      const tag = `py3-none-linux_${first.machine}`;
      await writeProject(project, { script: { tag, copies: { 'libdemo.so': library } } });
      const report = await release(project, [first]);
      expect(report.wheels[0]).toMatchObject({
        filename: expect.stringContaining('manylinux_2_'),
        builtAs: `demo-1.0-${tag}.whl`,
      });
    },
  );
});
