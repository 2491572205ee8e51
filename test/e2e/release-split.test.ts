/** A project over its limit as its maintainer and its users meet it: the built command, one `pip install`, an import. */
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli, quietEnvironment, type CliResult } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import {
  compilingPythons,
  writeSplitProject,
  type SplitProject,
} from '../support/split-project.ts';
import { startUploadServer } from '../support/upload-server.ts';

// Two are enough.
const pythons = (await compilingPythons()).slice(-2);

let folder: string;
let project: SplitProject;
let output: string;

beforeEach(async () => {
  folder = await scratch();
  project = await writeSplitProject(join(folder, 'a project'));
  output = join(folder, 'out');
});

function args(command: string, ...more: readonly string[]): readonly string[] {
  const selected = pythons.flatMap(({ path }) => ['--python', path]);
  return [command, project.directory, '-o', output, '--frontend', 'direct', ...selected, ...more];
}

/** Runs the command; a build depends on the whole environment. */
async function run(command: string, ...more: readonly string[]): Promise<CliResult> {
  return cli(args(command, ...more), { env: { ...quietEnvironment(), HOME: folder } });
}

const parts = (): readonly string[] =>
  readdirSync(output).filter((name) => /^noise_part.*\.whl$/.test(name));

describe.skipIf(pythons.length === 0)(
  'a project over its limit (skipped without gcc and a Python with headers)',
  { timeout: 300_000 },
  () => {
    it('is planned, released, published and installed as sets; smaller, it loses its parts', async () => {
      const planned = await run('release', '--dry-run');
      expect(planned.out).toContain('after the build wheels over 300 kB are cut into sets');
      const document: unknown = JSON.parse((await run('release', '--dry-run', '--json')).out);
      expect(document).toMatchObject({ split: { maxSize: 300_000, byPath: [] } });

      const server = await startUploadServer();
      await writeFile(
        join(folder, '.pypirc'),
        `[distutils]\nindex-servers = here\n[here]\nrepository = ${server.upload}\npassword = s3cr3t\n`,
        { mode: 0o600 },
      );
      const made = await run('release', '--publish', 'here', '--no-sdist');
      expect(made.err).toBe('');
      expect(made.code).toBe(0);
      expect(made.out).toMatch(/noise-1\.0-cp\S+ +\d+ kB +cp\d+/);
      expect(made.out).toMatch(
        new RegExp(`noise_part1-1\\.0-py3-none-\\S+ +\\d+ kB +part of ${pythons.length} wheel`),
      );
      const page = readFileSync(join(output, 'report.html'), 'utf8');
      for (const name of parts()) expect(page).toContain(`href="${name}"`);
      const sent = [...server.files.keys()];
      expect(sent.toSorted()).toEqual(
        readdirSync(output)
          .filter((name) => name.endsWith('.whl'))
          .sort(),
      );
      expect(sent.findLastIndex((name) => name.startsWith('noise_part'))).toBeLessThan(
        sent.findIndex((name) => name.startsWith('noise-1.0')),
      );

      for (const { path } of pythons) expect(installed(path)).toBe('[82, 134]\n');

      const again = JSON.parse((await run('release', '--no-sdist', '--json')).out) as {
        readonly jobs: readonly unknown[];
      };
      for (const job of again.jobs)
        expect(job).toMatchObject({ origin: 'reused', test: 'reused', logs: [] });
      expect(project.builds()).toBe(pythons.length);

      await project.resize(40);
      const smaller = await run('release', '--no-sdist');
      expect(smaller.code).toBe(0);
      expect(smaller.out).toMatch(/\d files of earlier runs removed/);
      expect(parts()).toEqual([]);
    });

    it('is built into a wheelhouse of sets, each tested from its files', async () => {
      const { out, code } = await run('build', '--json');
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({
        parts: parts().map((filename) => ({ filename })),
        jobs: pythons.map(() => ({ origin: 'built', test: 'passed' })),
      });
      expect(parts().length).toBeGreaterThan(2);

      const files = readdirSync(output).filter((name) => name.endsWith('.whl'));
      const given = files.flatMap((name) => ['--test-only', join(output, name)]);
      const tested = await run('build', '--json', ...given);
      expect(JSON.parse(tested.out)).toMatchObject({
        ok: true,
        jobs: pythons.map(() => ({ origin: 'given', test: 'passed' })),
      });

      const whole: unknown = JSON.parse((await run('build', '--json', '--no-split')).out);
      expect(whole).toMatchObject({ ok: true, parts: [], wheels: pythons.map(() => ({})) });
      expect(parts()).toEqual([]);
      expect(project.builds()).toBe(pythons.length);
    });
  },
);

/** What a user sees who installs by name, with a cold cache. */
function installed(python: string): string {
  const site = join(folder, `site of ${python.replaceAll('/', ' ')}`);
  const url = pathToFileURL(join(output, 'simple')).href;
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, PIP_CONFIG_FILE: '/dev/null' };
  execFileSync(
    python,
    ['-m', 'pip', 'install', '-q', '--target', site, '--index-url', url, 'noise'],
    {
      env,
      stdio: 'pipe',
    },
  );
  const script = 'import noise; print([noise.at(0), noise.at(900 * 1024 - 1)])';
  return execFileSync(python, ['-c', script], {
    env: { ...env, PYTHONPATH: site, XDG_CACHE_HOME: join(site, 'cache') },
    encoding: 'utf8',
  });
}
