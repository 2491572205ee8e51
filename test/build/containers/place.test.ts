import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  chmod,
  lstat,
  mkdir,
  readFile,
  readlink,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContainerPlace, type ContainerPlace } from '../../../src/build/index.ts';
import { ignoreEvents } from '../../../src/support/progress/events.ts';
import {
  containersMissing,
  openContainerLab,
  type ContainerLab,
} from '../../support/container-lab.ts';
import { endedAtWork } from '../../support/processes.ts';
import { scratch } from '../../support/scratch.ts';

describe.skipIf(containersMissing !== undefined)(
  `a container${containersMissing === undefined ? '' : ` (${containersMissing})`}`,
  () => {
    let lab: ContainerLab;
    let place: ContainerPlace;

    const open = (options: Partial<Parameters<typeof openContainerPlace>[0]> = {}) =>
      openContainerPlace({
        image: lab.image,
        architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
        engine: { name: 'podman', createArgs: [], disableHostMount: false },
        environmentPass: [],
        env: { ...lab.env, SOURCE_DATE_EPOCH: '1700000000' },
        home: lab.folder,
        platform: 'linux',
        cacheDirectory: join(lab.folder, 'cache'),
        offline: true,
        events: ignoreEvents,
        ...options,
      });
    const run = (command: string, args: readonly string[], extra: object = {}) =>
      place.run(command, args, { cwd: '/', env: place.env, ...extra });

    beforeAll(async () => {
      lab = await openContainerLab();
      place = await open({
        environmentPass: ['PASSED'],
        env: {
          ...lab.env,
          PASSED: 'a b',
          SOURCE_DATE_EPOCH: '1700000000',
          PIP_INDEX_URL: 'https://index.example/simple',
        },
      });
    }, 60_000);
    afterAll(() => place?.close());

    it('runs programs with their output, exit code, folder and exactly their variables', async () => {
      const lines: string[] = [];
      const result = await place.run('sh', ['-c', 'pwd; env; echo problem >&2; exit 3'], {
        cwd: '/opt',
        env: { PATH: '/usr/bin:/bin', ODD: "it's\na $HOME", DOCKER_HOST: 'tcp://x' },
        onLine: (line) => lines.push(line),
      });
      expect(result.exitCode).toBe(3);
      expect(result.stderr).toBe('problem\n');
      expect(lines[0]).toBe('/opt');
      expect(result.stdout).toContain("ODD=it's\na $HOME\n");
      expect(result.stdout).toContain('DOCKER_HOST=tcp://x\n');
      expect(result.stdout).toContain('PATH=/usr/bin:/bin\n');
      expect(result.stdout).not.toContain('LD_LIBRARY_PATH');
    });

    it('has the variables of the image and those that are passed on', () => {
      expect(place.env).toMatchObject({
        LD_LIBRARY_PATH: '/opt/python/lib',
        PASSED: 'a b',
        SOURCE_DATE_EPOCH: '1700000000',
        PIP_INDEX_URL: 'https://index.example/simple',
      });
      expect(place.env['CONTAINERS_CONF']).toBeUndefined();
      expect(place.osRelease).toMatch(/^ID=wheelworks-test$/m);
    });

    it('takes a tree in and gives it out, with links and modes, and everything belongs to the caller', async () => {
      const folder = await scratch();
      const from = join(folder, 'from');
      await mkdir(join(from, 'deep'), { recursive: true });
      await writeFile(join(from, 'deep', 'tool'), '#!/bin/sh\necho made > "$1"\n');
      await chmod(join(from, 'deep', 'tool'), 0o755);
      await symlink('deep/tool', join(from, 'link'));
      const target = `${await place.makeFolder('sources')}/tree`;
      await place.copyIn(from, target);
      expect((await run(`${target}/deep/tool`, [`${target}/made`])).exitCode).toBe(0);
      expect((await run('sh', ['-c', `stat -c %u ${target}/deep/tool`])).stdout.trim()).toBe('0');
      await place.copyOut(target, join(folder, 'out'));
      await place.copyOut(`${target}/made`, join(folder, 'file', 'made'));
      expect(await readFile(join(folder, 'file', 'made'), 'utf8')).toBe('made\n');
      expect(await readlink(join(folder, 'out', 'link'))).toBe('deep/tool');
      const tool = await lstat(join(folder, 'out', 'deep', 'tool'));
      expect(tool.mode & 0o777).toBe(0o755);
      for (const name of ['out', 'out/made', 'out/deep/tool'])
        expect((await stat(join(folder, name))).uid).toBe(process.getuid?.());
      // The sources are where they were, unchanged.
      expect((await lstat(join(from, 'deep', 'tool'))).mode & 0o777).toBe(0o755);
    });

    it('gives each folder of a name to one alone', async () => {
      const folders = await Promise.all([1, 2, 3].map(() => place.makeFolder('work')));
      expect(new Set(folders).size).toBe(3);
      expect(await place.makeFolder('other')).toBe('/wheelworks/other');
    });

    it('brings the objects along that a copied repository borrows', async () => {
      const folder = await scratch();
      const git = (...args: string[]) =>
        spawnSync('git', ['-C', folder, ...args], { encoding: 'utf8' });
      git('init', '-q', 'store');
      git(
        '-C',
        'store',
        '-c',
        'user.name=a',
        '-c',
        'user.email=a@b',
        'commit',
        '-q',
        '--allow-empty',
        '-m',
        'x',
      );
      git('clone', '-q', '--shared', 'store', 'copy');
      const target = `${await place.makeFolder('repository')}/copy`;
      await place.copyIn(join(folder, 'copy'), target);
      const seen = await run('sh', [
        '-c',
        `cat ${target}/.git/objects/info/alternates; ls $(cat ${target}/.git/objects/info/alternates)`,
      ]);
      expect(seen.stdout).toMatch(/^\/host\/.*\/store\/\.git\/objects\n/);
      expect(seen.stdout).toMatch(/^pack$/m);
      const closed = await open({
        engine: { name: 'podman', createArgs: [], disableHostMount: true },
      });
      try {
        await closed.copyIn(join(folder, 'copy'), '/work/copy');
        const own = await closed.run(
          'sh',
          ['-c', 'find /work/copy/.git/objects -type f | wc -l; ls -d /host'],
          { cwd: '/', env: closed.env },
        );
        expect(own.stdout.trim()).toBe('2');
      } finally {
        await closed.close();
      }
    });

    it('finds its interpreters, by the folder of /opt/python', async () => {
      const found = await place.interpreters();
      expect(found.map(({ path }) => path.split('/')[3])).toEqual(lab.pythons);
      const [folder = ''] = lab.pythons;
      const [tag = ''] = folder.split('-');
      const python = await place.interpreter({ tag, folder });
      expect(python).toMatchObject({
        place: 'manylinux',
        prefix: `/opt/python/${folder}`,
        implementation: { name: 'cpython' },
      });
      expect(python?.headers.pythonH).toMatch(new RegExp(`^/opt/python/${folder}/include/`));
      expect(await place.interpreter({ tag, folder: 'elsewhere' })).toEqual(python);
      expect(await place.interpreter({ tag: 'cp399', folder: 'cp399-cp399' })).toBeUndefined();
    });

    it('ends what takes too long or is cancelled, in the container too', async () => {
      const file = join(await scratch(), 'at-work');
      const script = `echo begun; : >'/host${file}'; sleep 987`;
      const late = await endedAtWork(
        1500,
        () => existsSync(file),
        (timeoutMs) => run('sh', ['-c', script], { timeoutMs }),
      );
      expect(late).toMatchObject({ timedOut: true, cancelled: false, exitCode: null });
      expect(late.stdout).toBe('begun\n');
      const controller = new AbortController();
      const ended = await run('sh', ['-c', 'echo begun; exec sleep 986'], {
        signal: controller.signal,
        onLine: () => controller.abort(),
      });
      expect(ended).toMatchObject({ timedOut: false, cancelled: true, stdout: 'begun\n' });
      const left = await run('ps', ['-o', 'args']);
      expect(left.stdout).not.toMatch(/sleep 98[67]/);
    }, 20_000);

    it('runs several programs at once', async () => {
      // Each waits until all are there: one after the other they would never end.
      const meet = 'touch "$1"; until [ "$(ls | wc -l)" -eq 4 ]; do sleep 0.1; done';
      const cwd = await place.makeFolder('meeting');
      const met = await Promise.all(
        ['1', '2', '3', '4'].map((name) => run('sh', ['-c', meet, 'sh', name], { cwd })),
      );
      expect(met.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    });

    it('says when there is no such program, and when the folder is not there', async () => {
      await expect(run('no-such-program', [])).rejects.toMatchObject({ code: 'process/not-found' });
      await expect(run('true', [], { cwd: '/nowhere' })).rejects.toMatchObject({
        code: 'container/exec-failed',
      });
      // The words of a program are not the engine's.
      const own = await run('sh', ['-c', 'echo "Error: mine" >&2; exit 1']);
      expect(own.exitCode).toBe(1);
    });

    it('shows the folders of an index that settings name, and none of the rest of its pip.conf is lost', async () => {
      const folder = await scratch();
      await mkdir(join(folder, 'index', 'simple'), { recursive: true });
      await mkdir(join(folder, 'wheels'));
      await writeFile(
        join(folder, 'pip.conf'),
        `[global]\nextra-index-url = file://${folder}/index/simple\n    https://me:secret@other.example/simple\n`,
      );
      const other = await open({
        engine: { name: 'podman', createArgs: [], disableHostMount: true },
        env: {
          ...lab.env,
          PIP_CONFIG_FILE: join(folder, 'pip.conf'),
          PIP_FIND_LINKS: join(folder, 'wheels'),
        },
      });
      try {
        const seen = await other.run(
          'sh',
          [
            '-c',
            `cat "$PIP_CONFIG_FILE"; ls -d ${folder}/index/simple "$PIP_FIND_LINKS"; touch ${folder}/wheels/x`,
          ],
          { cwd: '/', env: other.env },
        );
        expect(seen.stdout).toContain('https://me:secret@other.example/simple');
        expect(seen.stdout).toContain(`\n${folder}/index/simple\n${folder}/wheels\n`);
        expect(seen.stderr).toMatch(/read-only/i);
      } finally {
        await other.close();
      }
    });

    it('keeps caches from one container to the next, outside of it', async () => {
      const write = await run('sh', [
        '-c',
        'mkdir -p "$CCACHE_DIR" && echo kept >"$CCACHE_DIR/mine"',
      ]);
      expect(write.exitCode).toBe(0);
      const other = await open();
      try {
        const seen = await other.run('sh', ['-c', 'cat "$CCACHE_DIR/mine"'], {
          cwd: '/',
          env: other.env,
        });
        expect(seen.stdout).toBe('kept\n');
      } finally {
        await other.close();
      }
      expect((await stat(join(lab.folder, 'cache', 'ccache', 'mine'))).uid).toBe(
        process.getuid?.(),
      );
    });

    it('has no network when none is wanted', async () => {
      const closed = await open({ network: 'none' });
      try {
        const seen = await closed.run('sh', ['-c', 'ls /sys/class/net'], {
          cwd: '/',
          env: closed.env,
        });
        expect(seen.stdout.trim()).toBe('lo');
      } finally {
        await closed.close();
      }
    });

    it('is gone when it is closed', async () => {
      const other = await open();
      expect(lab.podman('ps', '--all', '--quiet', '--no-trunc')).toContain(other.container.id);
      await other.close();
      expect(lab.podman('ps', '--all', '--quiet', '--no-trunc')).not.toContain(other.container.id);
    });

    it('tells when it dies under a program', async () => {
      const other = await open();
      let begin = (): void => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const running = other.run('sh', ['-c', 'echo begun; exec sleep 985'], {
        cwd: '/',
        env: other.env,
        label: 'the build of cp311',
        onLine: () => begin(),
      });
      await Promise.race([begun, running.catch(() => {})]);
      lab.podman('kill', other.container.id);
      await expect(running).rejects.toMatchObject({
        code: 'container/died',
        message: expect.stringContaining('the build of cp311') as string,
      });
      await other.close();
    });

    it('removes what a killed run has left, and nothing of others', async () => {
      const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
      const create = (pid: number, session: string): string =>
        lab
          .podman(
            'create',
            `--label=wheelworks.pid=${pid}`,
            `--label=wheelworks.session=${session}`,
            lab.image,
            'true',
          )
          .trim();
      const gone = spawnSync('true').pid;
      const left = create(gone, `${hostname()}.${boot}`);
      const beforeBoot = create(process.pid, `${hostname()}.another-boot`);
      const running = create(process.pid, `${hostname()}.${boot}`);
      const elsewhere = create(gone, `another-machine.${boot}`);
      const notes: string[] = [];
      const other = await open({
        events: (event) => event.type === 'note' && notes.push(event.message),
      });
      await other.close();
      const listed = lab.podman('ps', '--all', '--quiet', '--no-trunc');
      expect(listed).not.toContain(left);
      expect(listed).not.toContain(beforeBoot);
      expect(listed).toContain(running);
      expect(listed).toContain(elsewhere);
      expect(notes).toEqual(['2 containers of an interrupted run removed']);
      lab.podman('rm', running, elsewhere);
    });
  },
);
