/** The sdist of a release, with a real Python: that of an example, of a backend without the hook, of one that fails. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { appendFile, cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import { hostPythons, writeProject } from '../support/project-builder.ts';
import { release } from '../support/release-runner.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const [python] = pythons as [Interpreter];

let project: string;
let output: string;

beforeEach(async () => {
  project = join(await scratch(), 'project');
  output = `${project}.out`;
});

describe.skipIf(pythons.length === 0)('the sdist (skipped without a Python from 3.8 on)', () => {
  const sdist = { sdist: true };

  it('is built, indexed, the same bytes elsewhere, and reused', async () => {
    await cp(join(import.meta.dirname, '../../examples/minty'), project, {
      recursive: true,
      filter: (path) => !path.endsWith('wheelhouse'),
    });
    const options = { ...sdist, testCommand: '' };
    const made = await release(project, [python], options);
    const name = 'minty-1.0.0.tar.gz';
    expect(made).toMatchObject({ ok: true, sdists: [{ filename: name, origin: 'built' }] });
    expect(readFileSync(join(output, 'simple/minty/index.html'), 'utf8')).toContain(name);
    const other = `${output}.2`;
    await release(project, [python], { ...options, output: other });
    expect(readFileSync(join(other, name)).equals(readFileSync(join(output, name)))).toBe(true);
    expect((await release(project, [python], options)).sdists[0]?.origin).toBe('reused');
    // One that is not asked for stays as long as the sources are the same.
    const without = await release(project, [python], { testCommand: '' });
    expect(without.sdists).toEqual([]);
    expect(readFileSync(join(output, 'simple/minty/index.html'), 'utf8')).toContain(name);
    await appendFile(join(project, 'pyproject.toml'), '\n# other sources\n');
    expect((await release(project, [python], { testCommand: '' })).removed).toContain(name);
    expect(existsSync(join(output, name))).toBe(false);
  });

  it('of a backend without the hook is a notice', async () => {
    await mkdir(project);
    await writeProject(project);
    const report = await release(project, [python], sdist);
    expect(report.ok).toBe(true);
    expect(report.sdists[0]?.filename).toBeUndefined();
    expect(report.sdists[0]?.notices[0]).toMatch(/has no build_sdist hook/);
  });

  it.each([
    ['fails', "raise SystemExit('nothing to pack')", 'build/failed'],
    ['writes nothing', "return 'x.tar.gz'", 'build/no-sdist'],
  ])('of a backend that %s fails the release, and the wheels stay', async (_what, body, code) => {
    await mkdir(project);
    await writeProject(project);
    await appendFile(
      join(project, 'backend/scripted_backend.py'),
      `\n\ndef build_sdist(sdist_directory, config_settings=None):\n    ${body}\n`,
    );
    const report = await release(project, [python], sdist);
    expect(report).toMatchObject({ ok: false, sdists: [{ log: join('logs', 'sdist.log') }] });
    expect(report.sdists[0]?.error?.code).toBe(code);
    expect(report.jobs[0]?.error).toBeUndefined();
    expect(readdirSync(output).filter((name) => name.endsWith('.whl'))).toHaveLength(1);
    expect(existsSync(join(output, 'logs/sdist.log'))).toBe(true);
  });
});
