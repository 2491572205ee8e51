import { execFileSync } from 'node:child_process';
import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { anyPython } from '../openwrt/bytecode/interpreters.ts';
import { scratch } from '../support/scratch.ts';
import { makeTinyProject } from '../support/tiny-project.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

/** Milliseconds; most of it is the start of programs, for which a loaded machine takes long. */
const PATIENCE = 120_000;

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
  await writeFile(
    join(cwd, 'target.toml'),
    `name = "25.12"\nmanager = "opkg"\npython = "${anyPython.minor}.0"\nmagic = ${anyPython.magic}\nmusl = "1.2"\n`,
  );
});

const TARGET = ['--target', 'target.toml', '--arch', 'aarch64_cortex-a53'];
const pack = (...args: string[]): Run =>
  wheelworks(['openwrt', 'pack', ...args, ...TARGET, '--python', anyPython.path], { cwd });

describe('openwrt pack', { timeout: PATIENCE }, () => {
  it('writes packages, and with --dry-run only tells of them', async () => {
    await writeWheelFile(cwd);
    const plan = pack('.', '-n', '-o', 'out');
    expect([plan.code, plan.err]).toEqual([0, '']);
    expect(plan.out).toContain('python3-pkg_1.0-r1_all.ipk');
    expect(await readdir(cwd)).not.toContain('out');
    expect(pack('.', '-o', 'out').code).toBe(0);
    expect((await readdir(join(cwd, 'out'))).sort()).toEqual([
      'python3-pkg-src_1.0-r1_all.ipk',
      'python3-pkg_1.0-r1_all.ipk',
    ]);
  });

  it('lists the files that a filespec chooses from, as the hint for a wrong line says', async () => {
    await writeWheelFile(cwd, { files: { 'pkg/__init__.py': 'A = 1\n' } });
    await writeFile(join(cwd, 'f'), '+|/usr/none\n');
    expect(pack('.', '--filespec', 'f').err).toContain('--dry-run --verbose --source-only');
    const { out } = pack('.', '--dry-run', '--verbose', '--source-only');
    const path = `/usr/lib/python${anyPython.minor}/site-packages/pkg/__init__.py`;
    expect(out).toContain(`    0644    6 B  ${path}\n`);
    await writeFile(join(cwd, 'f'), `+|${path}\n`);
    expect(pack('.', '--filespec', 'f', '-n').code).toBe(0);
    expect(pack('.', '--dry-run').out).not.toContain(path);
  });

  it('gives the same bytes with one interpreter and with two', async () => {
    await writeWheelFile(cwd, {
      files: Object.fromEntries(
        Array.from({ length: 60 }, (_, at) => [
          `pkg/m${at}.py`,
          `A${at} = {'x', 'y'}\n${'# \n'.repeat(2000)}`,
        ]),
      ),
    });
    for (const jobs of ['1', '2']) expect(pack('.', '-j', jobs, '-o', jobs).code).toBe(0);
    const name = 'python3-pkg_1.0-r1_all.ipk';
    const [one, two] = await Promise.all(['1', '2'].map((each) => readFile(join(cwd, each, name))));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });

  it('packs a folder of bare modules under the name that it is given', async () => {
    await mkdir(join(cwd, 'lib/bar'), { recursive: true });
    await writeFile(join(cwd, 'lib/README.md'), '');
    await writeFile(join(cwd, 'lib/foo.py'), 'import json\n');
    await writeFile(join(cwd, 'lib/bar/__init__.py'), 'import foo\n');
    expect(pack('lib').err).toContain('--name');
    const named = ['--name', 'my-tool', '--version', '1.0'];
    expect(pack('lib', '.', ...named).err).toContain('error[cli/usage]');
    const { code, out, err } = pack('lib', ...named, '-o', 'out');
    expect([code, err]).toEqual([0, 'note: left out, since they are no modules: README.md\n']);
    expect(out).toMatch(/^lib\n/);
    expect(await readdir(join(cwd, 'out'))).toContain('python3-my-tool_1.0-r1_all.ipk');
    await writeFile(join(cwd, 'lib/bad.py'), 'def (\n');
    const bad = pack('lib', ...named);
    expect(bad.err).toContain(`path:     ${join(cwd, 'lib')}\n`);
  });

  it('tells of packages that it replaces', async () => {
    await writeWheelFile(cwd);
    expect(pack('.', '-o', 'out').out).not.toContain('replaces');
    const { code, out } = pack('.', '-o', 'out', '--release', '1', '--maintainer', 'M <m@m.org>');
    expect(code).toBe(0);
    expect(out).toContain('note: replaces a package of other contents');
  });

  it.each(['foo>=1', 'foo (>= 1)', ''])('refuses --with %j, which is no name', async (name) => {
    const { code, err } = pack('.', '--with', name);
    expect(code).toBe(2);
    expect(err).toMatch(/no value for --with: .* the name of a package alone/);
  });

  it('suggests no level for another, and lists what it does in the order of work', () => {
    expect(pack('.', '-O', '3').err).toMatch(/it must be 0, 1 or 2\.\n/);
    const { out } = wheelworks(['openwrt', '--help'], { cwd });
    const listed = [...out.matchAll(/^ {2}([a-z-]+) {2,}\S/gm)].map(([, name]) => name);
    expect(listed.slice(0, 4)).toEqual(['pack', 'why', 'feed', 'key']);
  });

  it('is a document with --json', async () => {
    await writeWheelFile(cwd);
    const { document } = wheelworksJson(
      ['openwrt', 'pack', '.', '-n', ...TARGET, '--python', anyPython.path],
      { cwd },
    );
    expect(document).toMatchObject({
      schema: 'wheelworks.openwrt.pack/1',
      architecture: 'aarch64_cortex-a53',
      layout: 'bytecode',
      dryRun: true,
      files: [
        {
          name: 'pkg',
          packages: [
            { name: 'python3-pkg', architecture: 'all' },
            { files: [{ path: expect.stringMatching(/^\/usr\/.*\.py$/), mode: '0644' }] },
          ],
        },
      ],
    });
  });

  it('writes nothing for a wheel that fails, and the others all the same', async () => {
    await writeWheelFile(cwd, { name: 'bad', files: { 'bad.py': 'print "x"\n' } });
    await writeWheelFile(cwd, { name: 'good' });
    const { code, err } = pack('.', '-o', 'out');
    expect(code).toBe(1);
    expect(err).toContain('error[openwrt/syntax-error]');
    expect(err).toContain(`-|/usr/lib/python${anyPython.minor}/site-packages/bad.py`);
    expect((await readdir(join(cwd, 'out'))).every((name) => name.includes('good'))).toBe(true);
  });

  it('exits with 1 after an error in what it wrote, and says no word of what only the library tries', async () => {
    await writeWheelFile(cwd, { files: { 'pkg.py': 'import shutil, undeclared\n' } });
    const { code, out } = pack('.', '-o', 'out');
    expect(code).toBe(1);
    expect(out).toContain('error[openwrt/undeclared-import]');
    expect(await readdir(join(cwd, 'out'))).toContain('python3-pkg_1.0-r1_all.ipk');
    expect(out).not.toMatch(/optional|tried-by-library/);
    expect(pack('.', '-n', '-v').out).toMatch(/info\[openwrt\/tried-by-library\]: .*python3-lzma/);
  });

  it('notes that machine code imports what is not seen', async () => {
    const site = join(cwd, `root/usr/lib/python${anyPython.minor}/site-packages`);
    await mkdir(join(site, 'pkg-1.0.dist-info'), { recursive: true });
    await writeFile(
      join(site, 'pkg-1.0.dist-info/METADATA'),
      'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n',
    );
    await writeFile(join(site, 'bar.so'), '');
    const { out } = wheelworks(['openwrt', 'why', 'root', '--target', 'target.toml'], { cwd });
    expect(out).toContain('info[openwrt/native-imports]');
  });

  it('takes a filespec, and names the line that is wrong', async () => {
    await writeWheelFile(cwd);
    await writeFile(join(cwd, 'f'), '+|/\n-|/usr/none\n');
    const { code, err } = pack('.', '--filespec', 'f', '-o', 'out');
    expect([code, err.includes('filespec/not-found'), err.includes('Line 2 of f')]).toEqual([
      1,
      true,
      true,
    ]);
    expect(await readdir(cwd)).not.toContain('out');
    expect(pack('.', '--filespec', 'f', '--lenient', '-o', 'out').code).toBe(0);
  });

  it('reads the names of library packages in the index of a feed', async () => {
    await writeWheelFile(cwd);
    await writeFile(join(cwd, 'Packages'), 'nothing here\n');
    expect(pack('.', '-n', '--feed', 'Packages').code).toBe(1);
    await writeFile(
      join(cwd, 'Packages'),
      'Package: libfoo3\nVersion: 1\nABIVersion: 3\nDepends: libc\n\n',
    );
    expect(pack('.', '-n', '--feed', 'Packages').code).toBe(0);
  });

  it('builds an sdist that makes a pure wheel', async () => {
    const { directory } = await makeTinyProject(cwd);
    await writeFile(
      join(directory, 'PKG-INFO'),
      'Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n',
    );
    await mkdir(join(cwd, 'sdist'));
    await rename(directory, join(cwd, 'tiny-1.0'));
    execFileSync('tar', ['czf', 'sdist/tiny-1.0.tar.gz', 'tiny-1.0'], { cwd });
    const { code, out, err } = pack('sdist/tiny-1.0.tar.gz', '-o', 'out');
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('tiny-1.0.tar.gz');
    expect((await readdir(join(cwd, 'out'))).sort()).toEqual([
      'python3-tiny-src_1.0-r1_all.ipk',
      'python3-tiny_1.0-r1_all.ipk',
    ]);
  });

  it('says what is wrong with what it was asked for', async () => {
    await writeWheelFile(cwd, { tags: 'cp311-cp311-manylinux_2_17_aarch64' });
    const run = (...args: string[]): string =>
      wheelworks(['openwrt', 'pack', '.', ...args], { cwd }).err;
    expect(run('--target', '24.1', '--arch', 'x86_64')).toContain('openwrt/unknown-release');
    expect(run('--target', 'target.toml', '--arch', 'arm64')).toContain(
      'openwrt/unknown-architecture',
    );
    expect(pack('.', '-n').err).toMatch(/openwrt\/(?:glibc-wheel|wrong-python)/);
  });
});
