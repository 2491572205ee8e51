import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { GIT_ENV, commit, git, initRepository } from '../versioning/git-repository.ts';
import { requireBuild, wheelworks, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = join(await scratch(), 'work');
  await mkdir(cwd);
});

const DAY = ['--as-of', '2026-11-20'];

const version = (args: readonly string[], folder: string = cwd): Run =>
  wheelworks(['version', ...args], { cwd: folder });
const document = (args: readonly string[]): Record<string, unknown> =>
  JSON.parse(version([...args, '--json']).out) as Record<string, unknown>;

async function put(name: string, text: string): Promise<void> {
  await mkdir(join(cwd, name, '..'), { recursive: true });
  await writeFile(join(cwd, name), text);
}

async function twoPackages(): Promise<void> {
  await put('compiler/version.json', '{\n  "package-version": "3.10.0.dev",\n  "x": 1.0\n}\n');
  await put('runtime/version.json', '{"package-version": "3.9.1.dev"}');
}

const TWO = ['compiler/version.json', 'runtime/version.json'];

describe('version', () => {
  it('prints the version alone, and the rest beside it', async () => {
    await twoPackages();
    const run = version(['--kind', 'stable', ...TWO]);
    expect(run).toMatchObject({ code: 0, out: '3.10.0\n' });
    expect(run.err).toBe(
      'note: the packages disagree (compiler 3.10.0, runtime 3.9.1); the greatest counts\n',
    );
    expect(version(['--kind', 'stable', '--quiet', ...TWO])).toEqual({
      code: 0,
      out: '3.10.0\n',
      err: '',
    });
    expect(version(['--kind', 'stable', '--strict', ...TWO]).code).toBe(1);
    expect(version(['--kind', 'rc', ...DAY, ...TWO]).out).toBe('3.10.0rc20261120\n');
    expect(version(['--suffix=', ...TWO]).out).toBe('3.10.0\n');
  });

  it('gives a document', async () => {
    await twoPackages();
    expect(document(['--kind', 'rc', ...DAY, ...TWO])).toMatchObject({
      schema: 'wheelworks.version/1',
      version: '3.10.0rc20261120',
      base: '3.10.0',
      kind: 'rc',
      packages: {
        compiler: {
          file: join('compiler', 'version.json'),
          key: 'package-version',
          version: '3.10.0.dev0',
          base: '3.10.0',
        },
        runtime: { base: '3.9.1' },
      },
      agree: false,
      commit: null,
      dirty: null,
      notes: [{ code: 'disagreement' }],
    });
    expect(document(['--next', ...DAY, ...TWO])['next']).toContainEqual({
      kind: 'minor',
      version: '3.11.0',
    });
    expect(version(['--next', ...DAY, ...TWO]).out).toMatch(/^dev +3\.10\.0\.dev0\nrc +3\.10\.0rc/);
  });

  it.each([
    [['compiler/version.json'], 2, 'cli/missing-option'],
    [['--kind', 'custom', 'compiler/version.json'], 2, 'cli/missing-option'],
    [['--kind', 'rc', '--suffix', 'rc1', 'compiler/version.json'], 2, 'cli/conflicting-options'],
    [['--kind', 'stable'], 2, 'cli/missing-argument'],
    [['--suffix', 'garbage!!', 'compiler/version.json'], 1, 'version/bad-suffix'],
    [['--kind', 'stable', 'absent.json'], 2, 'cli/no-such-input'],
    [['--kind', 'dev', 'compiler/version.json'], 1, 'version/not-in-repository'],
    [['--kind', 'stable', '--tag-pattern', 'v', 'compiler/version.json'], 2, 'config/tag-pattern'],
    [['--kind', 'stable', '--index', '/nowhere', 'compiler/version.json'], 1, 'version/no-name'],
    [
      ['--kind', 'stable', '--offline', '--index', 'http://127.0.0.1:9/', 'compiler/version.json'],
      2,
      'cli/offline',
    ],
    [
      ['--kind', 'stable', '--write', '--set', 'a={vesion}', 'compiler/version.json'],
      2,
      'config/unknown-placeholder',
    ],
  ])('refuses %j', async (args, code, error) => {
    await twoPackages();
    const run = version([...args, '--json']);
    expect(run.code).toBe(code);
    expect(JSON.parse(run.out)).toMatchObject({ error: { code: error } });
  });

  it('writes, and then all agree', async () => {
    await twoPackages();
    expect(version(['--kind', 'stable', '--check', ...TWO])).toMatchObject({ code: 1 });
    const run = version(['--kind', 'stable', '--write', ...TWO]);
    expect(run).toMatchObject({ code: 0, out: '3.10.0\n' });
    expect(await readFile(join(cwd, TWO[0] ?? ''), 'utf8')).toBe(
      '{\n  "package-version": "3.10.0",\n  "x": 1.0\n}\n',
    );
    expect(await readFile(join(cwd, TWO[1] ?? ''), 'utf8')).toBe('{"package-version": "3.10.0"}');
    expect(version(['--kind', 'stable', '--check', ...TWO])).toEqual({
      code: 0,
      out: '3.10.0\n',
      err: '',
    });
    const check = version(['--kind', 'rc', ...DAY, '--check', ...TWO]);
    expect(check.code).toBe(1);
    expect(check.err).toContain('has 3.10.0, not 3.10.0rc20261120');
  });

  it('writes none when one cannot take it, and none that is doubtful', async () => {
    await twoPackages();
    await put('v.py', '__version__ = "1.0"\n__version__ = "1.0"\n');
    const before = await readFile(join(cwd, TWO[0] ?? ''), 'utf8');
    const args = ['--kind', 'stable', '--write-to', TWO[0] ?? '', '--write-to', 'v.py', ...TWO];
    expect(version(args).err).toContain('version/ambiguous');
    expect(version(['--kind', 'stable', '--strict', '--write', ...TWO]).code).toBe(1);
    expect(await readFile(join(cwd, TWO[0] ?? ''), 'utf8')).toBe(before);
  });

  it('writes a file of its own beside, with the commit', async () => {
    await twoPackages();
    await initRepository(cwd);
    const head = commit(cwd);
    const target = ['--write-to', 'compiler/version_local.json#package-version'];
    const set = ['--set', 'package-suffix=', '--set', 'iree-revision={commit}'];
    const run = version(['--kind', 'rc', ...DAY, ...target, ...set, 'compiler/version.json']);
    expect(run.code).toBe(0);
    expect(await readFile(join(cwd, 'compiler', 'version_local.json'), 'utf8')).toBe(
      `{\n  "package-version": "3.10.0rc20261120",\n  "package-suffix": "",\n  "iree-revision": "${head}"\n}\n`,
    );
  });

  it('writes no texts that are not known, and into no file that is not there', async () => {
    await twoPackages();
    const kind = ['--kind', 'stable'];
    const set = ['--write-to', 'v.json', '--set'];
    expect(version([...kind, ...set, 'r={commit}', ...TWO])).toMatchObject({ code: 1, out: '' });
    expect(version([...kind, ...set, 'r={commit}', ...TWO]).err).toContain('{commit}');
    expect(version([...kind, ...set, 'r={tag}', ...TWO]).err).toContain('config/empty-placeholder');
    expect(version([...kind, '--set', 'a=b', ...TWO]).err).toContain('version/no-target');
    await initRepository(cwd);
    commit(cwd);
    git(cwd, 'tag', 'v1.0');
    for (const what of ['--write', '--check'])
      expect(version([...kind, '--from', 'tags', what]).err).toContain('version/no-target');
    expect(version([...kind, '--from', 'tags', ...set, 'r={tag}']).code).toBe(0);
    expect(JSON.parse(await readFile(join(cwd, 'v.json'), 'utf8'))).toMatchObject({ r: 'v1.0' });
  });

  it('asks the repository of the file from anywhere', async () => {
    await twoPackages();
    await initRepository(cwd);
    const head = commit(cwd);
    const other = join(await scratch(), 'other');
    await initRepository(other);
    commit(other);
    git(other, 'tag', 'v3.10.0');
    const path = join(cwd, 'compiler', 'version.json');
    expect(version(['--kind', 'dev', path], other).out).toBe(`3.10.0.dev1+g${head.slice(0, 12)}\n`);
    expect(version(['--kind', 'stable', path], other).code).toBe(0);
  });

  it('is that of pyproject.toml, and of tags when it is dynamic', async () => {
    await put('pyproject.toml', '[project]\nname = "spam"\nversion = "1.4.0"\n');
    expect(version(['--kind', 'stable']).out).toBe('1.4.0\n');
    await put('pyproject.toml', '[project]\nname = "spam"\ndynamic = ["version"]\n');
    await initRepository(cwd);
    commit(cwd);
    git(cwd, 'tag', 'spam-2.0');
    const pattern = ['--tag-pattern', '{name}-{version}'];
    expect(version(['--kind', 'stable', ...pattern]).out).toBe('2.0\n');
    expect(version(['--kind', 'stable', 'pyproject.toml']).err).toContain('version/dynamic');
  });

  it('asks an index, a folder and a list what is released', async () => {
    await put('pyproject.toml', '[project]\nname = "spam"\nversion = "1.4.0"\n');
    await put(
      'simple/spam/index.html',
      '<a href="spam-1.4.0-py3-none-any.whl">spam-1.4.0-py3-none-any.whl</a>',
    );
    await put('dist/spam-1.4.0.tar.gz', '');
    await put('list.txt', '# ours\n1.3.0\nspam-1.4.0-py3-none-any.whl # done\n');
    for (const place of [
      ['--index', 'simple'],
      ['--released', 'dist'],
      ['--released', 'list.txt'],
    ]) {
      const run = version(['--kind', 'stable', ...place]);
      expect(run.code).toBe(1);
      expect(run.err).toContain('version/already-released');
      expect(run.err).toContain('patch 1.4.1');
      expect(version(['--kind', 'stable', '--bump', 'patch', ...place]).out).toBe('1.4.1\n');
    }
    await put('list.txt', 'x y\n');
    expect(version(['--kind', 'stable', '--released', 'list.txt']).err).toContain(
      'version/bad-released',
    );
  });

  it('takes no index that is none', async () => {
    await put('pyproject.toml', '[project]\nname = "spam"\nversion = "1.4.0"\n');
    const run = (index: string): Run => version(['--kind', 'stable', '--index', index]);
    expect(run('/nonexist').err).toContain('file/not-found');
    await put('dist/spam-1.4.0.tar.gz', '');
    expect(run('dist')).toMatchObject({ code: 1, out: '' });
    expect(run('dist').err).toContain('index/no-index');
    // Another project's page is enough: this one is new there.
    await put('simple/ham/index.html', '');
    expect(run('simple')).toMatchObject({ code: 0, out: '1.4.0\n' });
  });

  it('counts candidates on from what an index has', async () => {
    await put('pyproject.toml', '[project]\nname = "spam"\nversion = "1.4.0.dev0"\n');
    await put(
      'simple/spam/index.html',
      '<a href="spam-1.4.0rc20261120.tar.gz">spam-1.4.0rc20261120.tar.gz</a>',
    );
    const run = version(['--kind', 'rc', ...DAY, '--index', 'simple']);
    expect(run.out).toBe('1.4.0rc2026112001\n');
  });
});

describe('examples/versions', () => {
  const example = join(import.meta.dirname, '..', '..', 'examples', 'versions');
  const has = (program: string): boolean => spawnSync(program, ['--version']).status === 0;
  const run = (program: string, args: readonly string[]): string => {
    const result = spawnSync(program, args, {
      cwd,
      env: { ...process.env, ...GIT_ENV },
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(`${program}: ${result.stderr}`);
    return result.stdout.trim();
  };

  beforeEach(async () => {
    await cp(example, cwd, { recursive: true });
    await initRepository(cwd);
    commit(cwd);
    const { code, err } = version(['--kind', 'rc', ...DAY, '--write']);
    if (code !== 0) throw new Error(err);
  });

  it('agrees with itself', async () => {
    expect(version(['--kind', 'rc', ...DAY, '--check'])).toMatchObject({ code: 0 });
    const local = JSON.parse(await readFile(join(cwd, 'version_local.json'), 'utf8')) as object;
    expect(local).toEqual({
      version: '0.4.0rc20261120',
      revision: git(cwd, 'rev-parse', 'HEAD'),
    });
  });

  it('is read by Python', ({ skip }) => {
    if (!has('python3')) skip('python3 is missing');
    const script = 'import sys; sys.path.insert(0, "python"); import eggs; print(eggs.__version__)';
    expect(run('python3', ['-I', '-c', script])).toBe('0.4.0rc20261120');
  });

  it('is read by a shell', ({ skip }) => {
    if (process.platform === 'win32') skip('Windows has no sh');
    expect(run('sh', ['plain/print-version.sh'])).toBe('eggs 0.4.0rc20261120');
  });

  it('is read by CMake', async ({ skip }) => {
    if (!has('cmake')) skip('cmake is missing');
    run('cmake', ['-S', 'cmake', '-B', 'build']);
    expect(await readFile(join(cwd, 'build', 'eggs-version.txt'), 'utf8')).toBe(
      '0.4.0 0.4.0rc20261120\n',
    );
  });
});
