/** What a person and a program see of a release. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Interpreter } from '../../src/python/index.ts';
import { cli } from '../support/cli.ts';
import { hostPythons, shortVersion, writeProject } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';

const pythons = await hostPythons();
const [first, second] = pythons as [Interpreter, Interpreter];

let project: string;
let output: string;

beforeEach(async () => {
  const folder = await scratch();
  project = join(folder, 'a project');
  output = join(folder, 'out');
  await mkdir(project);
});

function args(...more: readonly string[]): readonly string[] {
  const selected = [first, second].flatMap(({ path }) => ['--python', path]);
  return ['release', project, '-o', output, '--frontend', 'direct', ...selected, ...more];
}

/** Text without what differs from run to run. */
const plain = (text: string): string =>
  text.replaceAll(/\d+(?:\.\d+)? s\b/g, 'N s').replaceAll(/ +/g, ' ');

describe.skipIf(pythons.length < 2)('release (skipped without two Pythons from 3.8 on)', () => {
  const ids = () =>
    [first, second].map(({ version }) => `cp${version.major}${version.minor}-manylinux_x86_64`);

  it('says the verdict first, then wheels and jobs, and ends with the next step', async () => {
    await writeProject(project, { script: { tag: 'py3-none-any' } });
    const { code, out } = await cli(args());
    expect(code).toBe(0);
    const lines = plain(out).split('\n');
    expect(lines[0]).toBe('1 wheel for 2 interpreters, demo, N s');
    expect(lines).toContain('wheel size tested on');
    expect(out).toMatch(/demo-1\.0-py3-none-any\.whl +\d+ B +cp\d+ cp\d+/);
    expect(plain(out)).toContain(`${first.label} built N s passed N s`);
    expect(plain(out)).toContain(`${second.label} covered passed N s`);
    expect(lines.slice(-4)).toEqual([
      `index ${output}/simple`,
      `next pip install --index-url ${pathToFileURL(join(output, 'simple')).href} demo`,
      `report ${output}/report.html`,
      '',
    ]);
    expect(out.split('\n').filter((line) => line.length > 100)).toEqual([]);

    const again = await cli(args());
    expect(plain(again.out)).toContain(`${first.label} reused passed before`);
    expect(plain(again.out)).not.toContain('built N s');
  });

  it('tells failures alike once, with cause, next step and log', async () => {
    const says = "error: command 'gcc' failed: No such file or directory";
    await writeProject(project, { script: { says, exit: 1 } });
    const { code, out } = await cli(args());
    expect(code).toBe(1);
    const [one, two] = ids();
    expect(out.split('\n')[0]).toMatch(/^2 of 2 jobs failed, demo, /);
    expect(out).toContain(`failed ${one} and ${two}\n  error[build/no-compiler]: `);
    expect(out.match(/error\[/g)?.length).toBe(1);
    expect(out).toContain(`    ${says}\n  next: `);
    expect(out).toContain(`  log:  ${output}/logs/${one}.build.log\n`);
    expect(out).not.toContain('index ');
    expect(out.trimEnd().split('\n').at(-2)).toMatch(/^next {3}/);
  });

  it('tells one failing job apart, and still where the index is', async () => {
    await writeProject(project, {
      toml: '[tool.wheelworks]\ntest-command = "python {project}/check.py"\n',
      files: {
        'check.py': `import sys\nassert sys.version_info[1] != ${second.version.minor}, "not on this one"\n`,
      },
    });
    const { code, out } = await cli(args());
    expect(code).toBe(1);
    expect(out.split('\n')[0]).toMatch(/^1 of 2 jobs failed, /);
    expect(out).toContain('error[release/test-failed]: The test command failed: exit code 1.');
    expect(out).toContain('AssertionError: not on this one');
    expect(out).toContain(`${ids()[1]}.test.log`);
    expect(out).toMatch(/^check {2}PyPI would (?:take|refuse) /m);
    expect(out).toContain(`index  ${output}/simple`);
  });

  it('tells notices with the jobs they are about, and findings of wheels', async () => {
    await writeProject(project, {
      script: { tag: 'py3-none-any', version: '1.0+local' },
      scripts: { [shortVersion(first)]: { exit: 3 } },
      toml: '[tool.cibuildwheel]\ndependency-versions = "latest"\n',
    });
    const { code, out } = await cli(args());
    expect(code).toBe(0);
    expect(out).toMatch(/notice \(cp3\d+\): its own build failed/);
    expect(out).toMatch(/^notice: dependency-versions \(.+\): tools are those of this machine/m);
    expect(out).toContain('error[metadata/version-local]');
    expect(out).toContain('check  PyPI would refuse 1 of 1 wheel; wheelworks check says why');
  });

  it('has everything in one JSON document', async () => {
    await writeProject(project, { script: { tag: 'py3-none-any' } });
    const { code, out, err } = await cli(args('--json'));
    expect([code, err]).toEqual([0, '']);
    const [one, two] = ids();
    expect(JSON.parse(out)).toEqual({
      schema: 'wheelworks.release/1',
      project: 'demo',
      packages: ['demo'],
      output,
      page: join(output, 'report.html'),
      index: join(output, 'simple'),
      links: join(output, 'links.html'),
      jobs: [
        {
          id: one,
          package: 'demo',
          python: first.label,
          executable: first.path,
          wheel: 'demo-1.0-py3-none-any.whl',
          origin: 'built',
          test: 'passed',
          buildSeconds: expect.any(Number),
          testSeconds: expect.any(Number),
          logs: [`logs/${one}.build.log`, `logs/${one}.test.log`],
          sideFiles: [],
          notices: [],
        },
        {
          id: two,
          package: 'demo',
          python: second.label,
          executable: second.path,
          wheel: 'demo-1.0-py3-none-any.whl',
          origin: 'covered',
          test: 'passed',
          buildSeconds: 0,
          testSeconds: expect.any(Number),
          logs: [`logs/${two}.test.log`],
          sideFiles: [],
          notices: [],
        },
      ],
      wheels: [
        {
          filename: 'demo-1.0-py3-none-any.whl',
          package: 'demo',
          size: expect.any(Number),
          sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
          tags: ['py3-none-any'],
          builtFor: one,
          testedOn: [one, two],
          findings: [],
        },
      ],
      checks: [
        {
          filename: 'demo-1.0-py3-none-any.whl',
          verdict: 'accepted',
          findings: expect.any(Array),
        },
      ],
      parts: [],
      sdists: [
        {
          package: 'demo',
          log: 'logs/sdist.log',
          seconds: expect.any(Number),
          findings: [],
          notices: ['no sdist: the backend scripted_backend has no build_sdist hook'],
        },
      ],
      missing: [],
      kept: [],
      removed: [],
      leftOut: [],
      notices: [],
      seconds: expect.any(Number),
      ok: true,
    });
  });

  it('only plans with --dry-run, and touches nothing', async () => {
    await writeProject(project, { toml: '[tool.wheelworks]\ntest-command = "run it"\n' });
    const text = await cli(args('--dry-run'));
    expect(text.code).toBe(0);
    expect(text.out).toContain('demo: a wheel for each of 2 interpreters');
    expect(text.out).toContain('test     run it');
    for (const id of ids()) expect(text.out).toContain(id);
    const json = await cli(args('--dry-run', '--json', '-C', 'a=1', '-C', 'a=2', '-C', 'b'));
    expect(JSON.parse(json.out)).toMatchObject({
      schema: 'wheelworks.release/1',
      dryRun: true,
      project: 'demo',
      output,
      jobs: ids().map((id) => ({ id })),
      testCommand: 'run it',
    });
    const listing = await cli(args('--dry-run', '--verbose'));
    expect(listing.code).toBe(0);
    await expect(mkdir(output)).resolves.toBeUndefined();
  });

  it('is quiet about interpreters that were not asked for, unless it is asked', async () => {
    await writeProject(project, {
      script: { tag: 'py3-none-any' },
      project: `requires-python = ">=${shortVersion(second)}"`,
    });
    const base = [
      'release',
      project,
      '-o',
      output,
      '--frontend',
      'direct',
      '--python',
      shortVersion(second),
    ];
    const { out } = await cli(base);
    expect(out).toMatch(/interpreters? left out; --verbose says why/);
    const verbose = await cli([...base, '--verbose']);
    expect(verbose.out).toMatch(/left out +executable +why\n/);
    expect(verbose.out).toContain('it is not among those asked for');
  });

  it.each([
    [['--frontend', 'nosuch'], 2],
    [['--nosuch'], 2],
  ])('ends with the code of a wrong command line: %j', async (more, code) => {
    await writeProject(project);
    expect((await cli(args(...more))).code).toBe(code);
  });
});
