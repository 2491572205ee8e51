import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { contentOf, type FileTree } from '../../../src/archive/tree/index.ts';
import {
  installDirectory,
  installWheel,
  recordTree,
  wheelOfModules,
  withDeviceShebang,
} from '../../../src/openwrt/install/index.ts';
import { hasPython, python } from '../../support/python.ts';
import { writeWheelFile, type WheelSpec } from '../../support/wheel-builder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'wheelworks-install-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const SITE = 'usr/lib/python3.13/site-packages';
const SCHEME = { minor: '3.13' };

const FULL: WheelSpec = {
  files: {
    'pkg/__init__.py': 'x = 1\n',
    'pkg/data.txt': 'text',
    'pkg-1.0.dist-info/entry_points.txt':
      '[console_scripts]\ntool = pkg.cli:App.run\n[gui_scripts]\nwindow=pkg.gui:main\n[other]\nx = pkg\n',
    'pkg-1.0.data/scripts/old-tool': '#!python -I\nprint("old")\n',
    'pkg-1.0.data/scripts/shell': '#!/bin/sh\necho shell\n',
    'pkg-1.0.data/purelib/pure.py': '',
    'pkg-1.0.data/platlib/plat.py': '',
    'pkg-1.0.data/headers/pkg.h': '// header\n',
    'pkg-1.0.data/data/share/man/man1/pkg.1': '.TH',
  },
  executable: ['pkg/data.txt'],
};

async function installed(spec: WheelSpec): Promise<FileTree> {
  const folder = mkdtempSync(join(scratch, 'wheel-'));
  return (await installWheel(await writeWheelFile(folder, spec), SCHEME)).tree;
}

function listed(tree: FileTree): string[] {
  return tree.files().map(([path]) => path);
}

async function text(tree: FileTree, path: string): Promise<string> {
  const entry = tree.get(path);
  return entry?.kind === 'file' ? Buffer.from(await contentOf(entry)).toString() : '';
}

describe('a wheel is installed', () => {
  it('with every scheme at its place', async () => {
    const tree = await installed(FULL);
    expect(listed(tree)).toEqual([
      'usr/bin/old-tool',
      'usr/bin/shell',
      'usr/bin/tool',
      'usr/bin/window',
      'usr/include/python3.13/pkg/pkg.h',
      `${SITE}/pkg-1.0.dist-info/INSTALLER`,
      `${SITE}/pkg-1.0.dist-info/METADATA`,
      `${SITE}/pkg-1.0.dist-info/WHEEL`,
      `${SITE}/pkg-1.0.dist-info/entry_points.txt`,
      `${SITE}/pkg/__init__.py`,
      `${SITE}/pkg/data.txt`,
      `${SITE}/plat.py`,
      `${SITE}/pure.py`,
      'usr/share/man/man1/pkg.1',
    ]);
    expect(tree.get(`${SITE}/pkg/data.txt`)).toMatchObject({ mode: 0o755 });
    expect(tree.get(`${SITE}/pkg/__init__.py`)).toMatchObject({ mode: 0o644 });
  });

  it("with the device's Python in programs, and what they are started with", async () => {
    const tree = await installed(FULL);
    expect(await text(tree, 'usr/bin/old-tool')).toBe('#!/usr/bin/python3 -I\nprint("old")\n');
    expect(await text(tree, 'usr/bin/shell')).toBe('#!/bin/sh\necho shell\n');
    expect(await text(tree, 'usr/bin/tool')).toBe(
      "#!/usr/bin/python3\nimport sys\nfrom pkg.cli import App\nif __name__ == '__main__':\n    sys.exit(App.run())\n",
    );
    for (const name of ['old-tool', 'shell', 'tool'])
      expect(tree.get(`usr/bin/${name}`)).toMatchObject({ mode: 0o755 });
  });

  it('not at all when its tags are refused, whatever its files are', async () => {
    const folder = mkdtempSync(join(scratch, 'refused-'));
    const damaged = await writeWheelFile(folder, { ...FULL, record: '' });
    await expect(
      installWheel(damaged, SCHEME, ({ tags }) => {
        throw new Error(`refused ${tags.map(({ platform }) => platform).join()}`);
      }),
    ).rejects.toThrow('refused any');
  });

  it.skipIf(!hasPython)('with the files that pip installs', async () => {
    const folder = mkdtempSync(join(scratch, 'pip-'));
    const wheel = await writeWheelFile(folder, FULL);
    const script = `import os, subprocess, sys
minor = '%d.%d' % sys.version_info[:2]
subprocess.run([sys.executable, '-m', 'pip', '--isolated', 'install', '-q', '--no-index', '--no-deps', '--no-compile', '--root', sys.argv[2], '--prefix', '/usr', '--disable-pip-version-check', '--ignore-installed', '--root-user-action=ignore', sys.argv[1]], check=True)
print(minor)
for folder, _, names in os.walk(sys.argv[2]):
    for name in names:
        print(os.path.relpath(os.path.join(folder, name), sys.argv[2]))`;
    const [minor = '', ...files] = python(script, [wheel, join(folder, 'root')])
      .trim()
      .split('\n');
    const { tree } = await installWheel(wheel, { minor });
    const ours = [...listed(tree), `usr/lib/python${minor}/site-packages/pkg-1.0.dist-info/RECORD`];
    // pip says of a file on the command line that it was asked for, and where it was.
    const theirs = files.filter((path) => !/\/(?:REQUESTED|direct_url\.json)$/.test(path));
    expect(ours.sort()).toEqual(theirs.sort());
  });
});

describe('programs', () => {
  it.each([
    ['#!python\n', '#!/usr/bin/python3\n'],
    ['#!pythonw\r\n', '#!/usr/bin/python3\n'],
    ['#!/usr/bin/env python3.12\nx', '#!/usr/bin/python3\nx'],
    ['#! /opt/py/bin/python3 -E -s\nx', '#!/usr/bin/python3 -E -s\nx'],
    ['#!/usr/bin/python3', '#!/usr/bin/python3\n'],
    ['#!/usr/bin/pythonic\n', '#!/usr/bin/pythonic\n'],
    ['#!/bin/sh\npython3\n', '#!/bin/sh\npython3\n'],
    ['\x7fELF', '\x7fELF'],
  ])('that begin with %j begin with %j', (before, after) => {
    expect(Buffer.from(withDeviceShebang(Buffer.from(before))).toString()).toBe(after);
  });
});

describe('a wheel is refused', () => {
  const refusal = async (spec: WheelSpec): Promise<unknown> =>
    installed(spec).then(
      () => 'installed',
      (error: unknown) => (error as { code?: string }).code,
    );

  it.each<[string, WheelSpec]>([
    ['openwrt/unknown-scheme', { files: { 'pkg-1.0.data/etc/x': '' } }],
    [
      'openwrt/bad-entry-point',
      { files: { 'pkg-1.0.dist-info/entry_points.txt': '[console_scripts]\nx = pkg\n' } },
    ],
    [
      'openwrt/bad-entry-point',
      {
        files: {
          'pkg-1.0.dist-info/entry_points.txt': '[console_scripts]\n../../etc/x = pkg:main\n',
        },
      },
    ],
    [
      'packaging/entry-points',
      { files: { 'pkg-1.0.dist-info/entry_points.txt': '[console_scripts]\nx\n' } },
    ],
    ['openwrt/not-in-record', { extra: [{ name: 'evil.py', content: 'x' }] }],
    [
      'wheel/record-mismatch',
      {
        record: (rows) =>
          rows.map((row) =>
            row.startsWith('pkg/') ? row.replace(/sha256=.{3}/, 'sha256=AAA') : row,
          ),
      },
    ],
    ['wheel/symlink', { extra: [{ name: 'link', content: '/etc/passwd', mode: 0o120777 }] }],
    [
      'zip/crc-mismatch',
      {
        members: (members) =>
          members.map((each) =>
            each.name === 'pkg/__init__.py'
              ? { ...each, local: { crc32: 7 }, central: { crc32: 7 } }
              : each,
          ),
      },
    ],
    ['zip/unsafe-path', { extra: [{ name: '../evil.py', content: 'x' }] }],
    ['tree/path-conflict', { files: { 'pkg/a': '', 'pkg-1.0.data/purelib/pkg/a/b': '' } }],
  ])('with %s', async (code, spec) => {
    expect(await refusal(spec)).toBe(code);
  });
});

describe('a folder', () => {
  it('that is an unpacked wheel is installed', async () => {
    const folder = mkdtempSync(join(scratch, 'unpacked-'));
    const files = {
      'pkg/__init__.py': 'changed\n',
      'pkg-1.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: pkg\nVersion: 1.0\n',
      'pkg-1.0.dist-info/WHEEL':
        'Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { name, version, tree } = await installDirectory(folder, SCHEME);
    expect([name, version]).toEqual(['pkg', '1.0']);
    expect(await text(tree, `${SITE}/pkg/__init__.py`)).toBe('changed\n');
  });

  it('that is a root has nothing of the machine that it was installed on', async () => {
    const folder = mkdtempSync(join(scratch, 'root-'));
    const info = `${SITE}/pkg-2.0.dist-info`;
    const files = {
      [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: pkg\nVersion: 2.0\n',
      [`${info}/direct_url.json`]: '{"url": "file:///home/me/pkg"}',
      [`${info}/REQUESTED`]: '',
      [`${info}/INSTALLER`]: 'pip\n',
      'usr/bin/tool': '#!/home/me/venv/bin/python3.13 -I\nprint(1)\n',
    };
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    const { tree, distInfo } = await installDirectory(folder, SCHEME);
    await recordTree(tree, distInfo);
    expect(listed(tree)).toEqual([
      'usr/bin/tool',
      ...['INSTALLER', 'METADATA', 'RECORD'].map((name) => `${info}/${name}`),
    ]);
    expect(await text(tree, `${info}/INSTALLER`)).toBe('wheelworks\n');
    expect(await text(tree, 'usr/bin/tool')).toBe('#!/usr/bin/python3 -I\nprint(1)\n');
    expect(await text(tree, `${info}/RECORD`)).not.toMatch(/direct_url|REQUESTED/);
  });

  it('that is a root keeps what is in it; without a distribution it is refused', async () => {
    const folder = mkdtempSync(join(scratch, 'root-'));
    const place = join(folder, SITE, 'pkg-2.0.dist-info');
    mkdirSync(place, { recursive: true });
    await expect(installDirectory(folder, SCHEME)).rejects.toMatchObject({
      code: 'openwrt/no-distribution',
    });
    writeFileSync(join(place, 'METADATA'), 'Metadata-Version: 2.1\nName: pkg\nVersion: 2.0\n');
    mkdirSync(join(folder, 'etc'));
    writeFileSync(join(folder, 'etc/pkg.conf'), 'x');
    const installation = await installDirectory(folder, SCHEME);
    expect(installation).toMatchObject({ version: '2.0', tags: undefined });
    expect(installation.tree.has('etc/pkg.conf')).toBe(true);
    mkdirSync(join(folder, SITE, 'other-1.0.dist-info'));
    await expect(installDirectory(folder, SCHEME)).rejects.toMatchObject({
      code: 'openwrt/no-distribution',
      evidence: 'other-1.0.dist-info, pkg-2.0.dist-info',
    });
  });
});

it('RECORD is that of what is there in the end', async () => {
  const tree = await installed(FULL);
  tree.delete(`${SITE}/pkg/data.txt`);
  tree.set(`${SITE}/pkg/link`, { kind: 'symlink', target: '__init__.py' });
  const distInfo = `${SITE}/pkg-1.0.dist-info`;
  await recordTree(tree, distInfo);
  const rows = (await text(tree, `${distInfo}/RECORD`)).trim().split('\n');
  const digest = createHash('sha256').update('x = 1\n').digest('base64url');
  expect(rows).toContain(`pkg/__init__.py,sha256=${digest},6`);
  expect(rows).toContain('pkg/link,,');
  expect(rows.some((row) => row.startsWith('../../../bin/tool,sha256='))).toBe(true);
  expect(rows.some((row) => row.includes('data.txt'))).toBe(false);
  expect(rows.at(-1)).toBe('pkg-1.0.dist-info/RECORD,,');
  const before = await text(tree, `${distInfo}/RECORD`);
  await recordTree(tree, distInfo);
  expect(await text(tree, `${distInfo}/RECORD`)).toBe(before);
});

describe('a folder of bare modules', () => {
  const folderOf = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(scratch, 'bare-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  };
  const named = (folder: string, name = 'My.Tool', version = '1.0rc1') => {
    const into = mkdtempSync(join(scratch, 'into-'));
    return { into, made: wheelOfModules(folder, { name, version, into }) };
  };

  it('becomes a distribution with its modules and packages, whatever lies beside them', async () => {
    const { into, made } = named(
      folderOf({
        'foo.py': 'x = 1\n',
        'bar/__init__.py': '',
        'bar/data/text.txt': 'text',
        'bar/__pycache__/__init__.cpython-313.pyc': '',
        'space/deep/mod.py': '',
        'docs/index.html': '',
        'README.md': '',
        'my-script.py': '',
        '.git/config': '',
      }),
    );
    expect((await made).leftOut).toEqual(['README.md', 'docs', 'my-script.py']);
    const { tree, name, version } = await installDirectory(into, SCHEME);
    expect([name, version]).toEqual(['My.Tool', '1.0rc1']);
    expect(listed(tree)).toEqual([
      `${SITE}/bar/__init__.py`,
      `${SITE}/bar/data/text.txt`,
      `${SITE}/foo.py`,
      `${SITE}/my_tool-1.0rc1.dist-info/INSTALLER`,
      `${SITE}/my_tool-1.0rc1.dist-info/METADATA`,
      `${SITE}/my_tool-1.0rc1.dist-info/WHEEL`,
      `${SITE}/space/deep/mod.py`,
    ]);
  });

  it.each<[string, Record<string, string>, string?, string?]>([
    ['openwrt/no-modules', { 'README.md': '', 'my-script.py': '' }],
    ['openwrt/not-bare', { 'pyproject.toml': '', 'foo.py': '' }],
    ['openwrt/not-bare', { 'foo-1.0.dist-info/METADATA': '', 'foo.py': '' }],
    ['openwrt/bad-name', { 'foo.py': '' }, 'a b'],
    ['packaging/invalid-version', { 'foo.py': '' }, 'a', '1..2'],
  ])('%s: %j', async (code, files, name, version) => {
    await expect(named(folderOf(files), name, version).made).rejects.toMatchObject({ code });
  });
});
