/** `wheelworks shell` as a user runs it: after a failed build on this machine, and in a real container. */
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtCommand, cli, quietEnvironment, startCli } from '../support/cli.ts';
import {
  containersMissing,
  openContainerLab,
  type ContainerLab,
} from '../support/container-lab.ts';
import { writeProject } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';
import { talk } from '../support/terminal.ts';

const BACKEND = `import os, sys
def build_wheel(directory, config_settings=None, metadata_directory=None):
    sys.exit("the backend gives up: " + open("reason.txt").read())
`;

async function project(): Promise<string> {
  const folder = await scratch();
  await mkdir(join(folder, 'tools'));
  await writeFile(join(folder, 'tools', 'backend.py'), BACKEND);
  await writeFile(join(folder, 'reason.txt'), 'Monday');
  await writeFile(
    join(folder, 'pyproject.toml'),
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["tools"]\n[project]\nname = "demo"\nversion = "1.0"\n',
  );
  return folder;
}

/** A project whose test wants another value than its wheel has; `before-all` writes what the test runs. */
async function projectWithTest(settings = ''): Promise<string> {
  const folder = join(await scratch(), 'project');
  const script = {
    tag: 'py3-none-any',
    files: {
      'demo.py': 'VALUE = 42\ndef main():\n    print("the tool ran")\n',
      'demo-1.0.dist-info/entry_points.txt': '[console_scripts]\ndemo-tool = demo:main\n',
    },
  };
  await writeProject(folder, {
    toml: `[tool.wheelworks]
before-all = "echo 'import demo, sys; sys.exit(demo.VALUE != int(open(sys.argv[1]).read()))' >{project}/made.py"
test-command = "demo-tool && ls {wheel} && python {project}/made.py wanted"
test-sources = ["wanted"]
${settings}`,
    files: {
      wanted: '43',
      // A container has no folder beside the project to note calls in.
      'build-script.json': JSON.stringify({ all: script, each: {}, calls: '/dev/null' }),
    },
  });
  return folder;
}

const python = spawnSync(
  'python3',
  ['-c', 'import sys, venv; print("cp%d%d" % sys.version_info[:2])'],
  { encoding: 'utf8' },
);
const tag = python.stdout.trim();
const ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const id = `${tag}-manylinux_${ARCH}`;

describe.skipIf(process.platform !== 'linux' || python.status !== 0)(
  'on this machine (skipped beside Linux and without python3)',
  () => {
    it('opens where the build failed, with its command, and gives the exit code of what runs', async () => {
      const folder = await project();
      const failed = await cli(['release', '.', '--python', 'python3', '--no-isolation'], {
        cwd: folder,
      });
      expect(failed.code).toBe(1);
      const again = await cli(['shell', id, '--run', 'rebuild'], { cwd: folder });
      expect(again.code).not.toBe(0);
      expect(again.out + again.err).toContain('the backend gives up: Monday');
      // The kept folder itself is where one works on.
      const changed = await cli(
        [
          'shell',
          id,
          '--run',
          'pwd; echo "$WHEELWORKS_LAST_COMMAND"; printf Tuesday >reason.txt; exit 9',
        ],
        { cwd: folder },
      );
      expect(changed.code).toBe(9);
      expect(changed.out).toContain(
        join(folder, 'wheelhouse', '.wheelworks', 'failed', 'demo', id),
      );
      const third = await cli(['shell', id, '--run', 'rebuild'], { cwd: folder });
      expect(third.out + third.err).toContain('the backend gives up: Tuesday');
      expect(await readFile(join(folder, 'reason.txt'), 'utf8')).toBe('Monday');
    }, 120_000);

    it('opens the environment of a test that failed, with its wheel, until the test passes', async () => {
      const folder = await projectWithTest();
      const build = ['build', '.', '--only', id, '--no-isolation'];
      const failed = await cli(build, { cwd: folder });
      expect(failed.code).toBe(1);
      const kept = join(folder, 'wheelhouse', '.wheelworks', 'failed', 'demo', id);
      expect(failed.out + failed.err).toContain(`kept: ${kept}\n`);
      expect(failed.out + failed.err).toContain(`look: wheelworks shell ${id}\n`);
      const again = await cli(['shell', id, '--run', 'retest'], { cwd: folder });
      expect(again.out).toMatch(/^the tool ran\n.*\/demo-1\.0-py3-none-any\.whl\n$/);
      expect(again.code).toBe(1);
      const script = [
        'pwd; command -v python; command -v demo-tool',
        'python -c "import demo; print(demo.__file__)"',
        'printf 42 >wanted; retest',
      ];
      const mended = await cli(['shell', id, '--run', script.join('\n')], { cwd: folder });
      expect(mended.out.split('\n').slice(0, 3)).toEqual([
        join(kept, 'test', 'work'),
        join(kept, 'test', 'venv', 'bin', 'python'),
        join(kept, 'test', 'venv', 'bin', 'demo-tool'),
      ]);
      expect(mended.out).toContain(`${join(kept, 'test', 'venv', 'lib')}/`);
      expect(mended.code).toBe(0);
      await writeFile(join(folder, 'wanted'), '42');
      expect((await cli(build, { cwd: folder })).code).toBe(0);
      expect(spawnSync('ls', [kept]).status).not.toBe(0);
    }, 120_000);

    const prompt = `\\(${id}\\) [^\\r\\n]*[$#] `;

    it('talks to a person: a prompt, and the failed command, which runs again', async () => {
      const folder = await project();
      await cli(['build', '.', '--only', id, '--no-isolation'], { cwd: folder });
      const { code, shown } = await talk(
        [...builtCommand(), 'shell', id],
        [
          [prompt, 'echo "job=$WHEELWORKS_JOB" "last=$WHEELWORKS_LAST_COMMAND"\n'],
          [`job=${id} last=\\S*python[^\\r]*\\r.*?${prompt}`, 'rebuild; echo "rebuilt=$?"\n'],
          [`the backend gives up: Monday.*rebuilt=1\\r.*${prompt}`, '\u0004'],
        ],
        { cwd: folder, env: quietEnvironment(), seconds: 25 },
      );
      expect(shown).toContain('rebuild runs that again; exit leaves.');
      expect(code).toBe(0);
    }, 60_000);

    it('talks to a person: Ctrl-C for what runs, Ctrl-D for the end', async () => {
      const folder = await project();
      await cli(['build', '.', '--only', id, '--no-isolation'], { cwd: folder });
      const { code } = await talk(
        [...builtCommand(), 'shell', id],
        [
          [prompt, '\u0003'],
          // One program, which tells that it is there and forks no more: shells lose a Ctrl-C while they do.
          [prompt, `sh -c 'printf "go%s" ing; exec sleep 100'\n`],
          ['going', '\u0003'],
          [prompt, 'echo "ended=$?"\n'],
          [`ended=130\\r.*${prompt}`, 'tty; (exit 7)\n'],
          [`/dev/\\S+\\r.*${prompt}`, '\u0004'],
        ],
        { cwd: folder, env: quietEnvironment(), seconds: 25 },
      );
      expect(code).toBe(7);
    }, 60_000);

    it('opens clean sources when nothing failed, and refuses a job that is not in the plan', async () => {
      const folder = await project();
      const clean = await cli(
        [
          'shell',
          id,
          '--run',
          'cat reason.txt; echo; echo $CIBUILDWHEEL_BUILD_IDENTIFIER; command -v python',
        ],
        { cwd: folder },
      );
      expect(clean.out).toMatch(new RegExp(`^Monday\n${id}\n.*/venv/bin/python\n$`));
      expect(clean.code).toBe(0);
      const unknown = await cli(['shell', 'cp399-manylinux_x86_64', '--run', 'true'], {
        cwd: folder,
      });
      expect(unknown.err).toContain('plan/unknown-identifier');
    }, 120_000);
  },
);

describe.skipIf(containersMissing !== undefined)(
  `in a container${containersMissing === undefined ? '' : ` (${containersMissing})`}`,
  () => {
    let lab: ContainerLab;
    let job: string;
    beforeAll(async () => {
      lab = await openContainerLab();
      job = `${lab.pythons[0]?.split('-')[0] ?? ''}-manylinux_${ARCH}`;
    }, 60_000);

    const arguments_ = (...rest: string[]): string[] => [
      'shell',
      job,
      '--environment',
      'container',
      '--image',
      lab.image,
      '--offline',
      ...rest,
    ];
    const options = (cwd: string) => ({
      cwd,
      env: { ...quietEnvironment(), ...lab.env, XDG_CACHE_HOME: join(lab.folder, 'cache') },
    });

    it('runs what it is told in a copy of the sources, and leaves nothing', async () => {
      const folder = await project();
      const ran = await cli(
        arguments_(
          '--run',
          'cat reason.txt; touch here; . /etc/os-release; echo; echo $ID; python -c "import sys; print(sys.base_prefix)"; exit 5',
        ),
        options(folder),
      );
      expect(ran.out).toBe(`Monday\nwheelworks-test\n/opt/python/${lab.pythons[0] ?? ''}\n`);
      expect(ran.code).toBe(5);
      expect(lab.podman('ps', '--all', '--quiet')).toBe('');
      expect(spawnSync('ls', [folder], { encoding: 'utf8' }).stdout).not.toContain('here');
    }, 60_000);

    it('has the environment of a failed test again, with the sources and the wheel that it names', async () => {
      const folder = await projectWithTest(
        `manylinux-${ARCH}-image = "${lab.image}"\ncontainer-engine = "podman"\n`,
      );
      const failed = await cli(
        ['build', '.', '--environment', 'container', '--only', job, '--offline', '--no-isolation'],
        options(folder),
      );
      expect(failed.out).toContain('error[release/test-failed]');
      const again = await cli(
        ['shell', job, '--offline', '--run', 'retest; echo $?; printf 42 >wanted; retest && pwd'],
        options(folder),
      );
      expect(again.out).toMatch(
        /^the tool ran\n\/wheelworks\/.*\.whl\n1\nthe tool ran\n.*\n\/wheelworks\/.*-test\/work\n$/,
      );
      expect(again.code).toBe(0);
      expect(lab.podman('ps', '--all', '--quiet')).toBe('');
    }, 120_000);

    it.each(['SIGKILL', 'SIGTERM'] as const)(
      'leaves no container when %s ends it',
      async (signal) => {
        const folder = await project();
        const running = startCli(arguments_('--run', 'echo inside; sleep 300'), options(folder));
        const list = (): string => lab.podman('ps', '--quiet');
        for (let wait = 0; wait < 200 && list() === ''; wait += 1) await sleep(100);
        await sleep(2000);
        expect(list()).not.toBe('');
        running.kill(signal);
        for (let wait = 0; wait < 100 && lab.podman('ps', '--all', '--quiet') !== ''; wait += 1)
          await sleep(100);
        expect(lab.podman('ps', '--all', '--quiet')).toBe('');
      },
      60_000,
    );
  },
);
