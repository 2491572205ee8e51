/** The examples, released by the built command line as the README says. */
import { existsSync } from 'node:fs';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import type { ReleaseReport } from '../../src/release/index.ts';
import { findExecutable } from '../../src/support/find-executable.ts';
import { cli } from '../support/cli.ts';
import { hasCompiler, hostPythons } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';

const examples = join(import.meta.dirname, '../../examples');
const pythons = (await hostPythons()).filter(({ headers }) => headers.pythonH !== null);
const pair = [pythons[0], pythons.at(-1)] as [Interpreter, Interpreter];

let folder: string;

beforeEach(async () => {
  folder = join(await scratch(), 'Ünïcode and blanks');
  await mkdir(folder);
});

async function release(
  example: string,
  env: NodeJS.ProcessEnv = { ...process.env, PIP_CONFIG_FILE: '/dev/null' },
): Promise<{ code: number | null; report: ReleaseReport }> {
  const project = join(folder, example);
  await cp(join(examples, example), project, { recursive: true });
  const selected = pair.flatMap(({ path }) => ['--python', path]);
  const { code, out } = await cli(['release', project, '--json', ...selected], { env });
  return { code, report: JSON.parse(out) as ReleaseReport };
}

const jobs = ({ report }: { report: ReleaseReport }): readonly string[] =>
  report.jobs.map(({ origin, test }) => `${origin ?? 'none'} ${test}`);

const needs = 'skipped without Linux, a C compiler and two Pythons with headers';

describe.skipIf(!hasCompiler || pythons.length < 2)(`an example (${needs})`, () => {
  it('with a plain library is one wheel for all Pythons, with a tag of its own', async () => {
    const result = await release('minty');
    expect(result.code).toBe(0);
    expect(jobs(result)).toEqual(['built passed', 'covered passed']);
    const [wheel] = result.report.wheels;
    expect(result.report.wheels.length).toBe(1);
    expect(wheel?.filename).toMatch(/^minty-1\.0\.0-py3-none-manylinux_2_\d+_\w+\.whl$/);
    expect(wheel?.builtAs).toMatch(/^minty-1\.0\.0-py3-none-linux_\w+\.whl$/);
    expect(wheel?.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(existsSync(join(folder, 'minty/wheelhouse/simple/minty/index.html'))).toBe(true);
  });

  it('with an extension module is one wheel for each Python', async () => {
    const result = await release('spam');
    expect(result.code).toBe(0);
    expect(jobs(result)).toEqual(['built passed', 'built passed']);
    for (const { filename, findings } of result.report.wheels) {
      expect(filename).toMatch(/^spam-1\.0\.0-(cp\d+)-\1-manylinux[\w.]+\.whl$/);
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    }
  });

  it('for the stable ABI is one wheel from its first Python on', async () => {
    const result = await release('spam-abi3');
    expect(result.code).toBe(0);
    expect(jobs(result)).toEqual(['built passed', 'covered passed']);
    expect(result.report.wheels[0]?.filename).toMatch(
      /^spam_abi3-1\.0\.0-cp38-abi3-manylinux[\w.]+\.whl$/,
    );
  });

  it('on a machine without a compiler names the package to install', async () => {
    const bin = join(folder, 'bin');
    await mkdir(bin);
    for (const tool of ['sh', 'env', 'rm', 'uname']) {
      const found = await findExecutable(tool, process.env, process.platform);
      if (found !== undefined) await symlink(found, join(bin, tool));
    }
    const { code, report } = await release('spam', { PATH: bin, HOME: folder });
    expect(code).toBe(1);
    for (const { error } of report.jobs) {
      expect(error?.code).toBe('build/no-compiler');
      expect(error?.evidence).toContain('no C compiler cc');
    }
  });
});
