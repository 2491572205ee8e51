/** The launcher ./wheelworks in a small tree of its own, so that nothing here touches the real dist/. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, copyFile, cp, mkdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/scratch.ts';

const repository = join(import.meta.dirname, '../..');

/** What scripts/build.mjs bundles besides the command line. */
const LIBRARY_ENTRIES = [
  'src/index.ts',
  'src/packaging/index.ts',
  'src/archive/zip/index.ts',
  'src/archive/tar/index.ts',
  'src/binary/elf/index.ts',
];

let tree: string;
let folder: string;

beforeEach(async () => {
  folder = await scratch();
  tree = join(folder, 'a tree');
  await mkdir(join(tree, 'src/cli'), { recursive: true });
  await copyFile(join(repository, 'wheelworks'), join(tree, 'wheelworks'));
  await cp(join(repository, 'scripts'), join(tree, 'scripts'), { recursive: true });
  // Without a lock file there is nothing to install.
  await writeFile(join(tree, 'package.json'), '{"version": "1.0.0", "type": "module"}');
  await symlink(join(repository, 'node_modules'), join(tree, 'node_modules'));
  for (const entry of LIBRARY_ENTRIES) {
    await mkdir(dirname(join(tree, entry)), { recursive: true });
    await writeFile(join(tree, entry), 'export {};');
  }
  await writeProgram('one');
});

async function writeProgram(word: string): Promise<void> {
  const text = `console.log('${word}', JSON.stringify(process.argv.slice(2)));`;
  await writeFile(join(tree, 'src/cli/main.ts'), text);
}

interface Result {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function launch(
  args: readonly string[] = [],
  options: { path?: string; env?: object } = {},
): Result {
  const result = spawnSync(options.path ?? join(tree, 'wheelworks'), args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...options.env },
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

const BUILDING = 'wheelworks: building (only after a change of its sources)...\n';

describe.skipIf(process.platform === 'win32')('./wheelworks (skipped on Windows)', () => {
  it('builds when first started, and then no more', () => {
    expect(launch(['a b', '', '*'])).toEqual({
      code: 0,
      out: 'one ["a b","","*"]\n',
      err: BUILDING,
    });
    expect(launch(['x'])).toEqual({ code: 0, out: 'one ["x"]\n', err: '' });
  });

  it('builds again when a source is newer', async () => {
    launch();
    await writeProgram('two');
    expect(launch()).toEqual({ code: 0, out: 'two []\n', err: BUILDING });
  });

  it('builds again when a source has gone', async () => {
    await writeFile(join(tree, 'src/cli/unused.ts'), '');
    launch();
    await rm(join(tree, 'src/cli/unused.ts'));
    expect(launch().err).toBe(BUILDING);
    expect(launch().err).toBe('');
  });

  it('is found through symbolic links, absolute and relative', async () => {
    launch();
    await mkdir(join(folder, 'bin/deep'), { recursive: true });
    await symlink('../a tree/wheelworks', join(folder, 'bin/first'));
    await symlink('../first', join(folder, 'bin/deep/second'));
    await symlink(join(folder, 'bin/deep/second'), join(folder, 'third'));
    for (const path of ['bin/first', 'bin/deep/second', 'third'])
      expect(launch(['x'], { path: join(folder, path) }).out).toBe('one ["x"]\n');
    const env = { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, CDPATH: '/' };
    expect(launch(['x'], { path: 'first', env }).out).toBe('one ["x"]\n');
  });

  it('writes nothing when it is current', async () => {
    launch();
    const long = new Date('2020-01-01');
    const places = ['.', 'dist', 'dist/chunks', 'src'].map((place) => join(tree, place));
    const folders = places.filter((place) => existsSync(place));
    for (const place of folders) await utimes(place, long, long);
    launch();
    for (const place of folders) expect((await stat(place)).mtime).toEqual(long);
  });

  it('several first starts at once build once, and all run', async () => {
    const starts = Array.from({ length: 4 }, async () => {
      const child = spawn(join(tree, 'wheelworks'), ['x'], { cwd: folder });
      let out = '';
      let err = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
      const code = await new Promise((resolve) => child.on('close', resolve));
      return { code, out, err };
    });
    const results = await Promise.all(starts);
    for (const result of results) expect(result).toMatchObject({ code: 0, out: 'one ["x"]\n' });
    expect(results.map((result) => result.err).join('')).toBe(BUILDING);
  });

  it('is not held up by the lock of a build that was killed', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await mkdir(join(tree, 'dist/.building'), { recursive: true });
    await writeFile(join(tree, 'dist/.building/pid'), String(dead));
    expect(launch()).toEqual({ code: 0, out: 'one []\n', err: BUILDING });
  });

  it('a build that fails says why, and leaves no lock behind', async () => {
    await writeFile(join(tree, 'src/cli/main.ts'), 'const = ;');
    const { code, out, err } = launch();
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain('main.ts:1');
    expect(err).toContain('build.mjs failed');
    await writeProgram('mended');
    expect(launch().out).toBe('mended []\n');
  });

  it('a program that runs keeps its chunks while another is built', async () => {
    await writeFile(join(tree, 'src/late.ts'), `export const word: string = 'late one';`);
    const main = `
      console.log('ready');
      await new Promise((resolve) => process.stdin.once('data', resolve));
      console.log((await import('../late.ts')).word);
      process.exit();`;
    await writeFile(join(tree, 'src/cli/main.ts'), main);
    const build = (): number | null =>
      spawnSync(process.execPath, [join(tree, 'scripts/build.mjs')]).status;
    expect(build()).toBe(0);
    const child = spawn(process.execPath, [join(tree, 'dist/wheelworks.js')]);
    let out = '';
    let err = '';
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        resolve();
      });
    });
    await writeFile(join(tree, 'src/late.ts'), `export const word: string = 'late two';`);
    expect(build()).toBe(0);
    child.stdin.write('go');
    await new Promise((resolve) => child.on('close', resolve));
    expect(err).toBe('');
    expect(out).toBe('ready\nlate one\n');
  });

  it('says which Node it needs', async () => {
    const bin = join(folder, 'old');
    await mkdir(bin);
    await writeFile(join(bin, 'node'), '#!/bin/sh\necho v20.18.3\n');
    await chmod(join(bin, 'node'), 0o755);
    const { code, err } = launch([], { env: { PATH: `${bin}:${process.env['PATH']}` } });
    expect(code).toBe(2);
    expect(err).toBe(
      `wheelworks: Node.js 20.19 or newer is needed; ${bin}/node is v20.18.3. See https://nodejs.org.\n`,
    );
  });

  it('says that there is no Node', () => {
    const path = join(tree, 'wheelworks');
    const result = spawnSync('/bin/sh', [path], { encoding: 'utf8', env: { PATH: dirname(path) } });
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('there is no "node" in PATH');
  });
});
