import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { beforeEach, describe, expect, it } from 'vitest';
import { formatVersion, parseVersion } from '../../../src/packaging/index.ts';
import {
  planFile,
  readVersionFile,
  splitKey,
  writeAll,
  writePlanned,
} from '../../../src/versioning/index.ts';
import { scratch } from '../../support/scratch.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await scratch(), 'spam');
});

async function put(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  return path;
}

async function read(name: string, text: string, key?: string): Promise<string> {
  const path = await put(name, text);
  const found = await readVersionFile({ path, ...(key === undefined ? {} : { key }) });
  return `${found.key ?? ''}=${formatVersion(found.version)}`;
}

/** What a file is after a version was written into it. */
async function written(name: string, text: string, key?: string): Promise<string> {
  const path = await put(name, text);
  const target = { path, ...(key === undefined ? {} : { key }) };
  await writePlanned(await planFile(target, parseVersion('2.0rc1')));
  return readFile(path, 'utf8');
}

describe('a version is read', () => {
  it.each([
    ['v.json', '{"version": "1.0"}', undefined, 'version=1.0'],
    ['v.json', '{"package-version": "1.0.dev"}', undefined, 'package-version=1.0.dev0'],
    ['v.json', '{"a": {"b": "1.0"}}', 'a.b', 'a.b=1.0'],
    ['v.json', '{"a.b": "1.0", "a": {"b": "2.0"}}', 'a.b', 'a.b=1.0'],
    ['v.json', '\uFEFF{"version": "1.0"}', undefined, 'version=1.0'],
    ['pyproject.toml', '[project]\nname="x"\nversion = "1.0"', undefined, 'project.version=1.0'],
    ['Cargo.toml', '[package]\nversion = "1.0.0-rc.1"', undefined, 'package.version=1.0.0rc1'],
    ['v.toml', 'a.b = "1.0"', 'a.b', 'a.b=1.0'],
    ['v.toml', 'a = { c = 1, b = "1.0" }', 'a.b', 'a.b=1.0'],
    [
      'v.py',
      '"""\n__version__ = "9"\n"""\n__version__ = "1.0"  # now',
      undefined,
      '__version__=1.0',
    ],
    ['v.py', "VERSION: str = '1.0'\n", undefined, 'VERSION=1.0'],
    ['v.py', 'x = 1\r\n__version__ = "1.0"\r\n', undefined, '__version__=1.0'],
    ['v.py', 'VERSION = (1, 0)\n__version__ = "1.0"\n', undefined, '__version__=1.0'],
    [
      'v.py',
      'if 1:\n    __version__ = "9"\n__version__ == "8"\nNAME = "1.0"\n',
      'NAME',
      'NAME=1.0',
    ],
    [
      'CMakeLists.txt',
      '# project(x VERSION 9)\nPROJECT(spam\n  VERSION 1.0 # c\n  LANGUAGES C)',
      undefined,
      'project=1.0',
    ],
    ['CMakeLists.txt', 'set(V "1.0rc2")\nproject(x)', 'V', 'V=1.0rc2'],
    ['VERSION', ' v1.0\n', undefined, '=1.0'],
  ])('in %s: %j %s', async (name, text, key, expected) => {
    expect(await read(name, text, key)).toBe(expected);
  });

  it('with a name: of the project beside it, or of its folder', async () => {
    const path = await put('VERSION', '1.0');
    expect((await readVersionFile({ path })).name).toBe('spam');
    await put('pyproject.toml', '[project]\nname = "eggs"\n');
    expect((await readVersionFile({ path })).name).toBe('eggs');
    expect((await readVersionFile({ path, name: 'ham' })).name).toBe('ham');
  });

  it.each([
    ['v.json', '{"version": null}', undefined, 'version/not-a-version'],
    ['v.json', '{"version": 3.10}', undefined, 'version/not-a-version'],
    ['v.json', '{"version": "x.y"}', undefined, 'version/not-a-version'],
    ['v.json', '{"version": ""}', undefined, 'version/not-a-version'],
    ['v.json', '{}', undefined, 'version/no-version'],
    ['v.json', '{"version": "1"}', 'a.b', 'version/no-version'],
    ['v.json', '{"version": "1", "package-version": "2"}', undefined, 'version/ambiguous'],
    ['v.json', '["1.0"]', undefined, 'version/bad-file'],
    ['v.json', '{', undefined, 'version/bad-file'],
    ['v.json', '{"toString": 1}', 'constructor.name', 'version/no-version'],
    ['v.toml', 'version = ', undefined, 'version/bad-file'],
    ['v.toml', 'version = 1.0', undefined, 'version/not-a-version'],
    ['v.toml', 'version = ""', undefined, 'version/not-a-version'],
    ['Cargo.toml', '[package]\nversion.workspace = true', undefined, 'version/not-a-version'],
    ['pyproject.toml', '[project]\nname="x"\ndynamic = ["version"]', undefined, 'version/dynamic'],
    ['v.py', 'import x\n', undefined, 'version/no-version'],
    ['v.py', '__version__ = get()\n', undefined, 'version/not-a-version'],
    ['v.py', '__version__ = "1" + x\n', undefined, 'version/not-a-version'],
    ['v.py', '__version__ = "1"\n__version__ = "2"\n', undefined, 'version/ambiguous'],
    ['CMakeLists.txt', 'project(x)', undefined, 'version/no-version'],
    ['CMakeLists.txt', 'project(x VERSION ${V})', undefined, 'version/not-a-version'],
    ['VERSION', '', undefined, 'version/no-version'],
    ['VERSION', '1.0\n2.0\n', undefined, 'version/no-version'],
    ['VERSION', '1.0', 'key', 'version/no-version'],
  ])('or refused in %s: %j', async (name, text, key, code) => {
    const path = await put(name, text);
    await expect(
      readVersionFile({ path, ...(key === undefined ? {} : { key }) }),
    ).rejects.toMatchObject({ code, path });
  });

  it('never from bytes that are no text', async () => {
    const path = await put('VERSION', '');
    await writeFile(path, Buffer.from([0x31, 0xff]));
    await expect(readVersionFile({ path })).rejects.toMatchObject({ code: 'version/bad-file' });
    await expect(readVersionFile({ path: join(folder, 'absent') })).rejects.toMatchObject({
      code: 'file/not-found',
    });
  });

  it('in bounded time from hostile texts', async () => {
    const deep = `{"a": ${'['.repeat(3000)}${']'.repeat(3000)}, "version": "1.0"}`;
    expect(await read('v.json', deep)).toBe('version=1.0');
    const quotes = `${'"'.repeat(200_001)}\n__version__ = "1.0"\n`;
    await read('v.py', quotes).catch(() => undefined);
    await expect(read('CMakeLists.txt', 'set('.repeat(50_000))).rejects.toMatchObject({
      code: 'version/no-version',
    });
  });
});

describe('a version is written, and nothing else changes', () => {
  it.each([
    [
      'v.json',
      '{\r\n\t"n": 1.0, "big": 12345678901234567890,\r\n\t"version" :\t"1.0"\r\n}',
      '{\r\n\t"n": 1.0, "big": 12345678901234567890,\r\n\t"version" :\t"2.0rc1"\r\n}',
    ],
    ['v.json', '\uFEFF{"version":"1.0"}', '\uFEFF{"version":"2.0rc1"}'],
    [
      'v.json',
      '{"x":{"version":"7"},"version":"1"}\n',
      '{"x":{"version":"7"},"version":"2.0rc1"}\n',
    ],
    ['v.json', '{"\\u0076ersion": "1"}', '{"\\u0076ersion": "2.0rc1"}'],
    [
      'pyproject.toml',
      '# c "version"\n[tool.x]\nversion = "9" # x\nlist = ["[project]", "#"]\ntext = """\n[project]\nversion = "8"\n"""\n[project] # here\nname = "x"\nversion = \'1.0\' # old\n[[a]]\nversion = "7"\n',
      '# c "version"\n[tool.x]\nversion = "9" # x\nlist = ["[project]", "#"]\ntext = """\n[project]\nversion = "8"\n"""\n[project] # here\nname = "x"\nversion = \'2.0rc1\' # old\n[[a]]\nversion = "7"\n',
    ],
    [
      'pyproject.toml',
      'project = { name = "x", version = "1" } # c',
      'project = { name = "x", version = "2.0rc1" } # c',
    ],
    ['pyproject.toml', '"project".version = "1"\r\n', '"project".version = "2.0rc1"\r\n'],
    ['v.py', "#!x\n__version__='1' # c\nimport a\n", "#!x\n__version__='2.0rc1' # c\nimport a\n"],
    ['VERSION', '1.0', '2.0rc1'],
    ['VERSION', '1.0\r\n', '2.0rc1\r\n'],
    // CMake takes numbers alone.
    [
      'CMakeLists.txt',
      'project(x VERSION 1.5 LANGUAGES C)\n',
      'project(x VERSION 2.0 LANGUAGES C)\n',
    ],
    ['CMakeLists.txt', 'project(x VERSION 2.0.0)\n', 'project(x VERSION 2.0.0)\n'],
  ])('in %s: %j', async (name, before, after) => {
    expect(await written(name, before)).toBe(after);
  });

  it('in a variable of CMake the whole version stands', async () => {
    expect(await written('v.cmake', 'set(V 1.0)\n', 'V')).toBe('set(V 2.0rc1)\n');
    expect(await written('v.cmake', 'set(V "1.0")\n', 'V')).toBe('set(V "2.0rc1")\n');
  });

  it('not where TOML hides it in a long string', async () => {
    await expect(written('v.toml', 'version = """1.0"""')).rejects.toMatchObject({
      code: 'version/bad-file',
    });
  });

  it('not into CMake when it has five numbers', async () => {
    const path = await put('CMakeLists.txt', 'project(x VERSION 1)');
    await expect(planFile({ path }, parseVersion('1.2.3.4.5'))).rejects.toMatchObject({
      code: 'version/too-many-numbers',
    });
  });

  it('links and permissions stay', async () => {
    const path = await put('real/VERSION', '1.0\n');
    await chmod(path, 0o640);
    await symlink('real/VERSION', join(folder, 'VERSION'));
    await writePlanned(await planFile({ path: join(folder, 'VERSION') }, parseVersion('2.0')));
    expect(await readlink(join(folder, 'VERSION'))).toBe('real/VERSION');
    expect(await readFile(path, 'utf8')).toBe('2.0\n');
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('new files are made with their folder', async () => {
    const texts: string[] = [];
    for (const [name, key] of [['n/v.json', 'a'], ['v.toml'], ['v.py'], ['VERSION']] as const) {
      const path = join(folder, name);
      await writePlanned(
        await planFile(
          { path, create: true, ...(key === undefined ? {} : { key }) },
          parseVersion('2.0'),
        ),
      );
      texts.push(await readFile(path, 'utf8'));
    }
    expect(texts).toEqual([
      '{\n  "a": "2.0"\n}\n',
      'version = "2.0"\n',
      '__version__ = "2.0"\n',
      '2.0\n',
    ]);
    expect(parseToml(texts[1] ?? '')).toEqual({ version: '2.0' });
    await expect(
      planFile({ path: join(folder, 'CMakeLists.txt'), create: true }, parseVersion('2.0')),
    ).rejects.toMatchObject({ code: 'file/not-found' });
  });

  it('with errors that lead on', async () => {
    const hintOf = async (name: string, text: string, key?: string): Promise<string> =>
      read(name, text, key).then(String, (error: { hint?: string }) => error.hint ?? '');
    expect(await hintOf('EMPTY', ' \n')).toBe('Write the version into it, and nothing else.');
    const twice = '__version__ = "1"\n__version__ = "2"\n';
    expect(await hintOf('two.py', twice)).toBe('Leave one __version__ in the file.');
    expect(await hintOf('two.json', '{"version": "1", "version": "2"}')).toBe(
      'Leave one version in the file.',
    );
    expect(await hintOf('in.json', '{"a": {"b": "1"}, "a": {"b": "2"}}', 'a.b')).toContain('a.b');
    const missing = { path: join(folder, 'v.cmake'), create: true };
    await expect(planFile(missing, parseVersion('2'))).rejects.toMatchObject({
      hint: expect.stringContaining('not made'),
    });
  });

  it('not from a pipe', async ({ skip }) => {
    const path = join(folder, 'pipe');
    await mkdir(folder, { recursive: true });
    skip(spawnSync('mkfifo', [path]).status !== 0, 'mkfifo is missing');
    await expect(readVersionFile({ path })).rejects.toMatchObject({ code: 'file/not-regular' });
  });

  it('all files are, or none', async () => {
    const old = await put('a.json', '{"version": "1"}\n');
    const last = await put('b.json', '{"version": "1"}\n');
    const fresh = join(folder, 'new.json');
    const two = parseVersion('2');
    const planned = [
      await planFile({ path: old }, two),
      await planFile({ path: fresh, create: true }, two),
      await planFile({ path: last }, two),
    ];
    // What stands in the way comes after the plan.
    await rm(last);
    await mkdir(last);
    await expect(writeAll(planned)).rejects.toMatchObject({ code: 'file/is-a-directory' });
    expect(await readFile(old, 'utf8')).toBe('{"version": "1"}\n');
    await expect(stat(fresh)).rejects.toMatchObject({ code: 'ENOENT' });
    await rm(last, { recursive: true });
    await writeAll(planned);
    expect(await readFile(last, 'utf8')).toContain('"2"');
  });

  it('further keys are changed where they are and added where not', async () => {
    const path = await put('v.json', '{\n\t"version": "1",\n\t"rev": "old"\n}\n');
    const set = [
      { key: 'rev', value: 'new' },
      { key: 'suffix', value: '' },
    ];
    const planned = await planFile({ path, set }, parseVersion('1'));
    await writePlanned(planned);
    expect(await readFile(path, 'utf8')).toBe(
      '{\n\t"version": "1",\n\t"rev": "new",\n\t"suffix": ""\n}\n',
    );
    expect(planned.changes.map(({ agrees }) => agrees)).toEqual([true, false, false]);
    expect((await planFile({ path, set }, parseVersion('1'))).text).toBeUndefined();
    const text = await put('VERSION', '1');
    await expect(planFile({ path: text, set }, parseVersion('1'))).rejects.toMatchObject({
      code: 'version/no-keys',
    });
  });
});

describe('FILE#KEY', () => {
  it.each([
    ['a/v.json#b.c', { path: 'a/v.json', key: 'b.c' }],
    ['a/v.json', { path: 'a/v.json' }],
    ['a/v.json#', { path: 'a/v.json' }],
    ['#a', { path: '#a' }],
  ])('%s', (text, expected) => {
    expect(splitKey(text)).toEqual(expected);
  });
});
