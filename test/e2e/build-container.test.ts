/** `wheelworks build --environment container` as a user runs it, with a real engine and an image made here. */
import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, quietEnvironment, type CliResult } from '../support/cli.ts';
import {
  containersMissing,
  openContainerLab,
  type ContainerLab,
} from '../support/container-lab.ts';
import { scratch } from '../support/scratch.ts';

const ARCH = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
const missing =
  containersMissing ??
  (spawnSync('cc', ['--version'], { stdio: 'ignore' }).status === 0
    ? undefined
    : 'skipped without cc (apt install gcc)');

interface Report {
  readonly ok: boolean;
  readonly wheels: readonly { readonly filename: string }[];
  readonly jobs: readonly {
    readonly id: string;
    readonly wheel?: string;
    readonly error?: { readonly code: string; readonly hint?: string };
  }[];
}

describe.skipIf(missing !== undefined)(
  `a build in containers${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let lab: ContainerLab;
    let ids: readonly string[];
    beforeAll(async () => {
      lab = await openContainerLab();
      ids = lab.pythons.map((name) => `${name.split('-')[0] ?? ''}-manylinux_${ARCH}`);
    }, 60_000);

    interface Changes {
      /** Lines of `[tool.wheelworks]`; default the example's own test-command. */
      readonly settings?: string;
      readonly linkArgs?: readonly string[];
      readonly overrides?: string;
    }

    /** The example, with the image of the lab and this machine's compiler in it. */
    async function project(changes: Changes = {}, parent?: string): Promise<string> {
      const folder = join(parent ?? (await scratch()), 'spam');
      await cp(join(import.meta.dirname, '../../examples/spam'), folder, { recursive: true });
      const path = join(folder, 'pyproject.toml');
      const text = await readFile(path, 'utf8');
      const settings = `manylinux-${ARCH}-image = "${lab.image}"
container-engine = { name = "podman", create-args = ${JSON.stringify(lab.withCompiler)} }
`;
      const table = '[tool.wheelworks]\n';
      const own = text.slice(text.indexOf(table) + table.length);
      const before = text
        .slice(0, text.indexOf(table))
        .replace(
          '[tool.cbackend]\n',
          `[tool.cbackend]\nlink-args = ${JSON.stringify(changes.linkArgs ?? [])}\n`,
        );
      await writeFile(
        path,
        [before, table, settings, changes.settings ?? own, changes.overrides ?? ''].join(''),
      );
      return folder;
    }

    const run = async (folder: string, ...args: string[]): Promise<CliResult> =>
      cli(args, {
        cwd: folder,
        env: { ...quietEnvironment(), ...lab.env, XDG_CACHE_HOME: join(lab.folder, 'cache') },
      });

    const build = async (
      folder: string,
      ...args: string[]
    ): Promise<Report & { readonly code: number | null }> => {
      const { code, out } = await run(
        folder,
        'build',
        '--environment',
        'container',
        '--json',
        ...args,
      );
      expect(out).toMatch(/^\{/);
      expect(lab.podman('ps', '--all', '--quiet')).toBe('');
      return { ...(JSON.parse(out) as Report), code };
    };

    // Three tests build this project, one after the other.
    let spam: string;
    let log: string;
    afterAll(async () => {
      if (spam !== undefined) await rm(dirname(spam), { recursive: true, force: true });
    });

    it('builds and tests there', async () => {
      spam = await project({}, await mkdtemp(join(tmpdir(), 'wheelworks-test-')));
      const all = await build(spam, '--build', ids.join(' '));
      expect(all).toMatchObject({ code: 0, ok: true });
      log = join(spam, 'wheelhouse', 'logs', `${ids[0] ?? ''}.test.log`);
      expect(await readFile(log, 'utf8')).toMatch(
        /\/opt\/python\/cp\S+ -m venv --without-pip \/wheelworks\/[\s\S]*\nOK\n/,
      );
      expect(all.wheels).toHaveLength(ids.length);
      expect(await readFile(join(spam, 'wheelhouse', 'report.html'), 'utf8')).toContain(
        'Written by wheelworks build.',
      );
      for (const { filename } of all.wheels)
        expect((await stat(join(spam, 'wheelhouse', filename))).uid).toBe(process.getuid?.());
    }, 120_000);

    it('does nothing again, and releases from there', async () => {
      const again = await run(
        spam,
        'build',
        '--environment',
        'container',
        '--build',
        ids.join(' '),
      );
      expect(again.code).toBe(0);
      expect(again.out.match(/ reused /g)).toHaveLength(ids.length);
      // A release goes on from there, and tests from its index in the container.
      const released = await run(
        spam,
        'release',
        '--environment',
        'container',
        '--no-sdist',
        '--build',
        ids.join(' '),
      );
      expect(released.out).toContain(`${ids.length} wheels for`);
      expect(released.code).toBe(0);
      expect(await readFile(log, 'utf8')).toMatch(
        /--index-url file:\/\/\/wheelworks\/[\s\S]*\nOK\n/,
      );
    }, 120_000);

    it('builds anew when the image changes', async () => {
      const [first = ''] = ids;
      // The same name for other contents: what was built in the old one is no longer it.
      lab.podman('create', '--name=changed', lab.image, 'true');
      lab.podman('commit', '-q', '--change=ENV CHANGED=1', 'changed', lab.image);
      lab.podman('rm', 'changed');
      const changed = await run(
        spam,
        'build',
        '--environment',
        'container',
        '--only',
        first,
        '--no-test',
      );
      expect(changed.out).not.toContain('reused');
    }, 120_000);

    it('grafts what before-all made in the one container of both jobs, without a network; a failed job opens again', async () => {
      const last = ids.at(-1) ?? '';
      const folder = await project({
        settings: `before-all = "sh {project}/before-all.sh {project}"
before-build = "cat {project}/made; test $CIBUILDWHEEL_BUILD_IDENTIFIER != ${last}"
test-command = 'python -c "import spam"'
`,
        linkArgs: ['-Wl,--no-as-needed', '/opt/only/libonly.so.1'],
      });
      await writeFile(join(folder, 'only.c'), 'int only(void) { return 1; }\n');
      await writeFile(
        join(folder, 'before-all.sh'),
        `set -e
mkdir /opt/only
cc -shared -fPIC -Wl,-soname,libonly.so.1 -o /opt/only/libonly.so.1 "$1/only.c"
echo /opt/only >/etc/ld.so.conf
ls /sys/class/net >"$1/made"
`,
      );
      const report = await build(folder, '--build', ids.join(' '), '--network', 'none');
      expect(report.code).toBe(1);
      const failed = report.jobs.filter(({ error }) => error !== undefined);
      expect(failed.map(({ id, error }) => [id, error?.code])).toEqual([
        [last, 'build/before-build-failed'],
      ]);
      for (const { filename } of report.wheels) {
        const wheel = join(folder, 'wheelhouse', filename);
        const listed = spawnSync('python3', ['-m', 'zipfile', '-l', wheel], { encoding: 'utf8' });
        expect(listed.stdout).toMatch(/spam\.libs\/libonly-\w+\.so\.1/);
      }
      expect(report.wheels).toHaveLength(ids.length - 1);
      expect((await readdir(join(folder, 'wheelhouse', 'logs'))).sort()).toContain(
        'before-all.log',
      );
      const shell = await run(folder, 'shell', last, '--run', 'cat made; rebuild');
      expect(shell.out).toBe('lo\nlo\n');
      expect(shell.code).toBe(1);
    }, 120_000);

    it('fails only the jobs whose image cannot be fetched', async () => {
      const [first = '', ...others] = ids;
      const folder = await project({
        settings: 'test-command = ""\n',
        overrides: `[[tool.wheelworks.overrides]]
select = "${first}"
manylinux-${ARCH}-image = "localhost:9/nothing/here:1"
`,
      });
      const report = await build(folder, '--build', ids.join(' '), '--offline', '--output', 'out');
      expect(report.code).toBe(1);
      const outcome = Object.fromEntries(report.jobs.map(({ id, error }) => [id, error?.code]));
      expect(outcome[first]).toBe('container/image-not-found');
      for (const id of others) expect(outcome[id]).toBeUndefined();
      expect(report.wheels).toHaveLength(others.length);
    }, 120_000);

    it('refuses interpreters of this machine', async () => {
      const { code, err } = await run(
        await project(),
        'build',
        '--environment',
        'container',
        '--python',
        '3.12',
      );
      expect(code).toBe(2);
      expect(err).toContain('cli/conflicting-options');
    });
  },
);
