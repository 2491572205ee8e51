import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { lstat, mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { copySources } from '../../src/build/source-copy.ts';
import { digestSources } from '../../src/build/source-digest.ts';
import { readSources } from '../../src/build/source-tree.ts';
import { listSources, type ListOptions } from '../../src/build/sources.ts';
import { isRoot, writeTree } from '../support/project-builder.ts';
import { scratch } from '../support/scratch.ts';

let folder: string;
let root: string;

beforeEach(async () => {
  folder = await scratch();
  root = join(folder, 'über project');
  await mkdir(root);
});

async function paths(options: ListOptions = {}): Promise<readonly string[]> {
  return (await listSources(root, options)).entries.map((entry) => entry.path);
}

async function digest(): Promise<string> {
  return digestSources(root, await listSources(root));
}

describe('what belongs to the sources', () => {
  it('is every file and link, sorted, hidden ones too', async () => {
    await writeTree(root, { 'b.c': '', 'a/z.py': '', 'a/é ü.py': '', '.hidden': '', 'a.py': '' });
    symlinkSync('a.py', join(root, 'link'));
    expect(await paths()).toEqual(['.hidden', 'a/z.py', 'a/é ü.py', 'a.py', 'b.c', 'link']);
  });

  it('is not what tools cached, wherever it lies', async () => {
    await writeTree(root, {
      'pkg/__pycache__/a.pyc': '',
      'pkg/demo.egg-info/PKG-INFO': '',
      '.venv/x': '',
      '.tox/x': '',
      'any name/pyvenv.cfg': '',
      'any name/bin/python': '',
      'target/CACHEDIR.TAG': '',
      'target/huge.o': '',
      'wheelhouse/x.whl': '',
      'pkg/kept.py': '',
    });
    expect(await paths()).toEqual(['pkg/kept.py']);
  });

  it('is not the output folder, under whatever path it was given, nor that of another run', async () => {
    await writeTree(root, {
      'out/x.whl': '',
      'earlier/.wheelworks/state.json': '',
      'earlier/y.whl': '',
      'kept.py': '',
    });
    symlinkSync(root, join(folder, 'other way'));
    expect(await paths()).toEqual(['kept.py', 'out/x.whl']);
    expect(await paths({ excluded: [join(root, 'out')] })).toEqual(['kept.py']);
    expect(await paths({ excluded: [join(folder, 'other way', 'out')] })).toEqual(['kept.py']);
  });

  it('has build and dist only where they hold sources', async () => {
    await writeTree(root, {
      'build/lib.linux-x86_64/x.so': '',
      'dist/demo-1.0.tar.gz': '',
      'sub/build/temp.linux-x86_64/x.o': '',
    });
    expect(await paths()).toEqual(['sub/build/temp.linux-x86_64/x.o']);
    expect(await paths({ projectPaths: ['', 'sub'] })).toEqual(['sub']);
    await rm(join(root, 'build'), { recursive: true });
    await rm(join(root, 'dist'), { recursive: true });
    await writeTree(root, { 'build/rules.mk': '', 'dist/spec.in': '' });
    expect(await paths({ projectPaths: ['', 'sub'] })).toEqual([
      'build/rules.mk',
      'dist/spec.in',
      'sub',
    ]);
  });

  it('leaves out pipes and sockets', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    await writeTree(root, { 'a.py': '' });
    expect(await paths()).toEqual(['a.py']);
  });

  it.skipIf(isRoot)('must be readable (skipped for root, who reads everything)', async () => {
    await writeTree(root, { 'open.py': '', 'closed/a.py': '' });
    chmodSync(join(root, 'closed'), 0o000);
    const refused = { code: 'file/no-permission', path: join(root, 'closed') };
    await expect(listSources(root)).rejects.toMatchObject(refused);
    chmodSync(join(root, 'closed'), 0o755);
  });
});

describe('links', () => {
  it('inside stay links, and absolute ones lead into the copy', async () => {
    await writeTree(root, { 'a/real.py': 'x' });
    symlinkSync('a/real.py', join(root, 'relative'));
    symlinkSync(join(root, 'a'), join(root, 'absolute'));
    const copy = await copied();
    expect(await readlink(join(copy, 'relative'))).toBe('a/real.py');
    expect(await readlink(join(copy, 'absolute'))).toBe('a');
    expect(readFileSync(join(copy, 'absolute/real.py'), 'utf8')).toBe('x');
  });

  it('to a file outside become that file, and its contents count', async () => {
    await writeTree(folder, { LICENSE: 'free' });
    symlinkSync('../LICENSE', join(root, 'LICENSE'));
    const before = await digest();
    const copy = await copied();
    expect((await lstat(join(copy, 'LICENSE'))).isFile()).toBe(true);
    expect(readFileSync(join(copy, 'LICENSE'), 'utf8')).toBe('free');
    await writeFile(join(folder, 'LICENSE'), 'paid');
    expect(await digest()).not.toBe(before);
  });

  it('to a folder outside are refused with what to do', async () => {
    await mkdir(join(folder, 'shared'));
    symlinkSync('../shared', join(root, 'shared'));
    await expect(listSources(root)).rejects.toMatchObject({
      code: 'build/link-outside',
      path: join(root, 'shared'),
      hint: expect.stringContaining('--source-root'),
    });
    expect((await listSources(folder)).entries.map(({ path }) => path)).toContain(
      'über project/shared',
    );
  });

  it('that lead nowhere, or in a circle, stay as they are', async () => {
    symlinkSync('nothing', join(root, 'dangling'));
    symlinkSync('/nothing/at all', join(root, 'far'));
    symlinkSync('circle', join(root, 'circle'));
    symlinkSync('.', join(root, 'self'));
    const copy = await copied();
    expect(await readlink(join(copy, 'dangling'))).toBe('nothing');
    expect(await readlink(join(copy, 'far'))).toBe('/nothing/at all');
    expect(await readlink(join(copy, 'circle'))).toBe('circle');
    expect(await readlink(join(copy, 'self'))).toBe('.');
  });
});

async function copied(): Promise<string> {
  const copy = join(folder, 'copy');
  await mkdir(copy);
  await copySources((await listSources(root)).entries, copy);
  return copy;
}

describe('a copy', () => {
  it('has contents, times, modes and empty folders', async () => {
    await writeTree(root, { 'a/b/run.sh': '#!/bin/sh\n', 'a/data': 'x' });
    mkdirSync(join(root, 'empty/deep'), { recursive: true });
    chmodSync(join(root, 'a/b/run.sh'), 0o755);
    utimesSync(join(root, 'a/data'), 1_000_000, 1_000_000);
    const copy = await copied();
    expect(await readFile(join(copy, 'a/data'), 'utf8')).toBe('x');
    expect((await stat(join(copy, 'a/data'))).mtimeMs).toBe(1_000_000_000);
    expect((await stat(join(copy, 'a/b/run.sh'))).mode & 0o777).toBe(0o755);
    expect((await stat(join(copy, 'empty/deep'))).isDirectory()).toBe(true);
  });

  it('names the file that went away', async () => {
    await writeTree(root, { 'a.py': '' });
    const { entries } = await listSources(root);
    await rm(join(root, 'a.py'));
    await mkdir(join(folder, 'copy'));
    await expect(copySources(entries, join(folder, 'copy'))).rejects.toMatchObject({
      code: 'file/not-found',
      path: join(root, 'a.py'),
    });
  });
});

describe('the digest', () => {
  it('changes with a name, the contents, the executable bit and a link', async () => {
    await writeTree(root, { 'a.py': '1', 'b.py': '2' });
    symlinkSync('a.py', join(root, 'link'));
    const seen = new Set([await digest()]);
    writeFileSync(join(root, 'a.py'), '2');
    seen.add(await digest());
    chmodSync(join(root, 'a.py'), 0o755);
    seen.add(await digest());
    await rm(join(root, 'link'));
    symlinkSync('b.py', join(root, 'link'));
    seen.add(await digest());
    await writeTree(root, { 'c.py': '' });
    seen.add(await digest());
    mkdirSync(join(root, 'folder'));
    seen.add(await digest());
    expect(seen.size).toBe(6);
  });

  it('does not change with times, other modes, caches or the place', async () => {
    await writeTree(root, { 'a.py': '1' });
    const before = await digest();
    utimesSync(join(root, 'a.py'), 1, 1);
    chmodSync(join(root, 'a.py'), 0o600);
    await writeTree(root, { '__pycache__/a.pyc': 'x', '.pytest_cache/v': 'x' });
    expect(await digest()).toBe(before);
    const place = join(folder, 'elsewhere');
    await mkdir(place);
    await writeTree(place, { 'a.py': '1' });
    expect(await digestSources(place, await listSources(place))).toBe(before);
  });

  it('does not confuse a name with contents', async () => {
    await writeTree(root, { a: 'bc', ab: 'c' });
    const before = await digest();
    await writeTree(root, { a: 'c', ab: 'bc' });
    expect(await digest()).not.toBe(before);
  });
});

const hasGit = spawnSync('git', ['--version']).status === 0;

describe.skipIf(!hasGit)('a git repository (skipped without git)', () => {
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
    }).trim();

  beforeEach(async () => {
    git(root, 'init', '--quiet', '--initial-branch=main');
    await writeTree(root, { 'a.py': '1', '.gitignore': '*.log\n' });
    git(root, 'add', '.');
    git(root, 'commit', '--quiet', '--message', 'one');
    git(root, 'tag', 'v1.0');
  });

  it('tells its version and state in a copy, without its objects', async () => {
    await writeTree(root, { 'new.py': '' });
    const copy = await copied();
    expect(git(copy, 'describe', '--tags', '--dirty')).toBe('v1.0');
    expect(git(copy, 'status', '--porcelain')).toBe('?? new.py');
    expect(git(copy, 'log', '--format=%s')).toBe('one');
    expect(readFileSync(join(copy, '.git/objects/info/alternates'), 'utf8')).toBe(
      `${join(root, '.git/objects')}\n`,
    );
    await writeTree(copy, { 'a.py': 'changed' });
    expect(git(copy, 'describe', '--tags', '--dirty')).toBe('v1.0-dirty');
    expect(git(root, 'describe', '--tags', '--dirty')).toBe('v1.0');
  });

  it('tells it too when all its refs are packed', async () => {
    git(root, 'pack-refs', '--all');
    git(root, 'gc', '--quiet');
    expect(git(await copied(), 'describe', '--tags')).toBe('v1.0');
  });

  it('changes the digest with a commit or a tag, not with housekeeping or a fetch', async () => {
    const first = await digest();
    git(root, 'pack-refs', '--all');
    git(root, 'gc', '--quiet');
    git(root, 'status');
    git(root, 'branch', 'another');
    git(root, 'update-ref', 'refs/remotes/origin/main', 'HEAD');
    expect(await digest()).toBe(first);
    git(root, 'tag', 'v1.1');
    const tagged = await digest();
    expect(tagged).not.toBe(first);
    git(root, 'commit', '--quiet', '--allow-empty', '--message', 'two');
    const committed = await digest();
    expect(committed).not.toBe(tagged);
    git(root, 'checkout', '--quiet', '--detach');
    git(root, 'update-ref', 'refs/heads/main', 'HEAD~1');
    const detached = await digest();
    git(root, 'checkout', '--quiet', 'v1.0');
    expect(await digest()).not.toBe(detached);
  });

  it('works as a linked work tree', async () => {
    git(root, 'worktree', 'add', '--quiet', join(folder, 'linked'), 'HEAD');
    root = join(folder, 'linked');
    const before = await digest();
    expect(git(await copied(), 'describe', '--tags')).toBe('v1.0');
    git(root, 'commit', '--quiet', '--allow-empty', '--message', 'two');
    expect(await digest()).not.toBe(before);
  });
});

describe('a source root above the project', () => {
  it('is copied whole, with the place of the project in it', async () => {
    await writeTree(root, { 'shared.h': '', 'python/pyproject.toml': '' });
    const tree = await readSources(join(root, 'python'), root, join(root, 'python/out'));
    expect(tree).toMatchObject({ root, projectPath: 'python' });
    expect(tree.entries.map(({ path }) => path)).toEqual(['python/pyproject.toml', 'shared.h']);
    expect((await readSources(root, root, join(root, 'out'))).projectPath).toBe('.');
  });

  it('must hold it; a name that begins with dots is no way out', async () => {
    await writeTree(root, { '..odd/pyproject.toml': '' });
    const tree = await readSources(join(root, '..odd'), root, join(folder, 'out'));
    expect(tree.projectPath).toBe('..odd');
    await expect(readSources(folder, root, join(folder, 'out'))).rejects.toMatchObject({
      code: 'config/source-root',
    });
  });
});
