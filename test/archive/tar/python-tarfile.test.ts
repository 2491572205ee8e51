import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  extractTar,
  openSdistStream,
  openSdistTar,
  readTar,
  treeMembers,
  writeTarGz,
  type TarInput,
} from '../../../src/archive/tar/index.ts';
import { fileChunks } from '../../../src/archive/tar/file-chunks.ts';
import { hasPython, python } from '../../support/python.ts';
import { scratch } from '../../support/scratch.ts';

interface Listed {
  name: string;
  type: string;
  size: number;
  mode: number;
  mtime: number;
  link: string;
  sha256: string;
}

/** What Python's tarfile sees in an archive. */
const LIST = `
import hashlib, json, sys, tarfile
kinds = {b'0': 'file', b'\\0': 'file', b'5': 'directory', b'2': 'symlink', b'1': 'hardlink'}
with tarfile.open(sys.argv[1]) as archive:
    print(json.dumps([{
        'name': m.name, 'type': kinds[m.type], 'size': m.size, 'mode': m.mode, 'mtime': m.mtime, 'link': m.linkname,
        'sha256': hashlib.sha256(archive.extractfile(m).read()).hexdigest() if m.isreg() else '',
    } for m in archive]))`;

async function listed(path: string): Promise<Listed[]> {
  const seen: Listed[] = [];
  const source = path.endsWith('.gz') ? openSdistStream(path) : fileChunks(path);
  for await (const entry of readTar(source, { path })) {
    const hash = createHash('sha256');
    for await (const chunk of entry.content()) hash.update(chunk);
    seen.push({
      name: entry.path,
      type: entry.type,
      size: entry.size,
      mode: entry.mode,
      mtime: entry.mtime,
      link: entry.linkTarget ?? '',
      sha256: entry.type === 'file' ? hash.digest('hex') : '',
    });
  }
  return seen;
}

/** A folder with everything an sdist may hold: long and odd names, modes, links, contents of every length. */
const TREE = `
import os, sys
root = sys.argv[1]
def put(path, content, mode=0o644):
    path = os.path.join(root, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(content)
    os.chmod(path, mode)
    os.utime(path, (1600000000.5, 1600000000.5))
put('PKG-INFO', b'Metadata-Version: 2.1\\n')
put('run.sh', b'#!/bin/sh\\n', 0o755)
for length in (0, 1, 511, 512, 513, 70000):
    put('sizes/%d.bin' % length, bytes(range(256)) * 300 if length == 70000 else b'x' * length)
put('ünïcode/漢字.txt', b'text')
put('deep/' + 'd' * 90 + '/' + 'e' * 90 + '/' + 'f' * 90, b'deep')
put('long/' + 'n' * 200, b'long')
put('edge/' + 'n' * 95, b'edge')
os.symlink('../run.sh', os.path.join(root, 'sizes', 'link'))
os.symlink('ünïcode/' + 'z' * 120, os.path.join(root, 'dangling'))
os.link(os.path.join(root, 'run.sh'), os.path.join(root, 'zz-hard'))
os.mkdir(os.path.join(root, 'empty'))`;

const PACK = `
import sys, tarfile
form = {'pax': tarfile.PAX_FORMAT, 'gnu': tarfile.GNU_FORMAT}[sys.argv[3]]
with tarfile.open(sys.argv[1], sys.argv[4], format=form) as archive:
    archive.add(sys.argv[2], 'pkg-1.0')`;

describe.skipIf(!hasPython)("Python's tarfile (needs python3)", () => {
  it.each(['pax', 'gnu'])('and we see the same in its %s archives', async (form) => {
    const directory = await scratch();
    python(TREE, [join(directory, 'tree')]);
    for (const [name, mode] of [
      ['plain.tar', 'w'],
      ['packed.tar.gz', 'w:gz'],
    ] as const) {
      const path = join(directory, name);
      python(PACK, [path, join(directory, 'tree'), form, mode]);
      const theirs = JSON.parse(python(LIST, [path])) as Listed[];
      expect(theirs.length).toBeGreaterThan(18);
      expect(await listed(path)).toEqual(
        theirs.map((entry) => ({ ...entry, size: entry.type === 'file' ? entry.size : 0 })),
      );
    }
  });

  it('reads what we write as we do, and unpacks it safely', async () => {
    const directory = await scratch();
    python(TREE, [join(directory, 'tree')]);
    const members = await treeMembers(join(directory, 'tree'), { prefix: 'pkg-1.0' });
    const path = join(directory, 'ours-1.0.tar.gz');
    const file = await open(path, 'wx');
    await writeTarGz(
      async (bytes) => {
        await file.write(bytes);
      },
      members,
      { mtime: 1_700_000_000 },
    );
    await file.close();
    const theirs = JSON.parse(python(LIST, [path])) as Listed[];
    expect(theirs).toHaveLength(members.length);
    expect(await listed(path)).toEqual(theirs);
    expect(new Set(theirs.map(({ mtime }) => mtime))).toEqual(new Set([1_700_000_000]));
    expect(
      new Set(theirs.filter(({ type }) => type !== 'symlink').map(({ mode }) => mode)),
    ).toEqual(new Set([0o755, 0o644]));
    python(
      `import sys, tarfile\ntarfile.open(sys.argv[1]).extractall(sys.argv[2], filter='data')`,
      [path, join(directory, 'theirs')],
    );
    expect(await readFile(join(directory, 'theirs/pkg-1.0/ünïcode/漢字.txt'), 'utf8')).toBe('text');
  });

  it('unpacks to the same files as we do', async () => {
    const directory = await scratch();
    python(TREE, [join(directory, 'tree')]);
    const path = join(directory, 'a.tar.gz');
    python(PACK, [path, join(directory, 'tree'), 'pax', 'w:gz']);
    const [ours, theirs] = [join(directory, 'ours'), join(directory, 'theirs')];
    await extractTar(openSdistStream(path), ours);
    python(
      `import sys, tarfile\ntarfile.open(sys.argv[1]).extractall(sys.argv[2], filter='data')`,
      [path, theirs],
    );
    const names = (await readdir(theirs, { recursive: true })).sort();
    expect((await readdir(ours, { recursive: true })).sort()).toEqual(names);
    const describeTree = `
import hashlib, json, os, sys
out = []
for base, folders, files in os.walk(sys.argv[1]):
    for name in sorted(folders + files):
        path = os.path.join(base, name)
        s = os.lstat(path)
        kind = 'l' if os.path.islink(path) else 'd' if os.path.isdir(path) else 'f'
        what = os.readlink(path) if kind == 'l' else hashlib.sha256(open(path, 'rb').read()).hexdigest() if kind == 'f' else ''
        out.append([os.path.relpath(path, sys.argv[1]), kind, what, int(s.st_mtime) if kind == 'f' else 0,
                    bool(s.st_mode & 0o100) if kind == 'f' else False])
print(json.dumps(sorted(out)))`;
    expect(JSON.parse(python(describeTree, [ours]))).toEqual(
      JSON.parse(python(describeTree, [theirs])),
    );
  });

  it('writes archives of its own choosing that we read: V7 names, negative times, huge numbers', async () => {
    const directory = await scratch();
    const path = join(directory, 'odd.tar');
    python(
      `
import io, sys, tarfile
with tarfile.open(sys.argv[1], 'w', format=tarfile.GNU_FORMAT) as archive:
    for name, mtime, uid in (('old', -1, 0), ('late', 2 ** 35, 0), ('rich', 0, 2 ** 40)):
        info = tarfile.TarInfo(name)
        info.mtime, info.uid, info.size = mtime, uid, 3
        archive.addfile(info, io.BytesIO(b'abc'))
    info = tarfile.TarInfo('v7')
    info.type = tarfile.AREGTYPE
    archive.addfile(info)`,
      [path],
    );
    expect((await listed(path)).map(({ name, mtime }) => [name, mtime])).toEqual([
      ['old', -1],
      ['late', 2 ** 35],
      ['rich', 0],
      ['v7', 0],
    ]);
  });

  it('and we agree where its headers are', async () => {
    const directory = await scratch();
    python(TREE, [join(directory, 'tree')]);
    const path = join(directory, 'a.tar');
    python(PACK, [path, join(directory, 'tree'), 'gnu', 'w']);
    const theirs = python(
      `import sys, tarfile\nfor m in tarfile.open(sys.argv[1]): print(m.offset_data - 512)`,
      [path],
    );
    const ours: number[] = [];
    for await (const entry of readTar(fileChunks(path))) ours.push(entry.offset);
    expect(ours).toEqual(theirs.trim().split('\n').map(Number));
  });
});

const SETUPTOOLS = `import setuptools, sys; sys.argv = ['setup.py', '-q', 'sdist']; setuptools.setup()`;

describe.skipIf(!hasPython)('an sdist of setuptools (needs python3 with setuptools)', () => {
  it('is sound', async (context) => {
    const directory = await scratch();
    await mkdir(join(directory, 'spam'));
    await writeFile(join(directory, 'spam', '__init__.py'), '');
    await writeFile(
      join(directory, 'pyproject.toml'),
      '[project]\nname = "spam"\nversion = "1.0"\n[tool.setuptools]\npackages = ["spam"]\n',
    );
    let isMissing = false;
    try {
      python(SETUPTOOLS, [], directory);
    } catch {
      isMissing = true;
    }
    context.skip(isMissing, 'needs setuptools');
    const sdist = await openSdistTar(join(directory, 'dist', 'spam-1.0.tar.gz'));
    expect(sdist.topDirectory).toBe('spam-1.0');
    expect(Buffer.from(sdist.pkgInfo).toString()).toMatch(
      /^Metadata-Version: [\d.]+\nName: spam\nVersion: 1.0\n/,
    );
    expect(sdist.members.map((entry) => entry.path)).toContain('spam-1.0/spam/__init__.py');
  });
});

describe('treeMembers', () => {
  it('takes everything in a folder but what is left out', async () => {
    const directory = await scratch();
    await mkdir(join(directory, 'a', 'b'), { recursive: true });
    await mkdir(join(directory, '.git'));
    await writeFile(join(directory, '.git', 'HEAD'), '');
    await writeFile(join(directory, 'a', 'file'), 'abc', { mode: 0o755 });
    await symlink('file', join(directory, 'a', 'link'));
    const members = await treeMembers(directory, {
      prefix: 'p-1',
      exclude: (path) => path === '.git',
    });
    const byPath = new Map<string, TarInput>(members.map((entry) => [entry.path, entry]));
    expect([...byPath.keys()].sort()).toEqual([
      'p-1',
      'p-1/a',
      'p-1/a/b',
      'p-1/a/file',
      'p-1/a/link',
    ]);
    expect(byPath.get('p-1/a/file')).toMatchObject({
      type: 'file',
      size: 3,
      executable: process.platform !== 'win32',
    });
    expect(byPath.get('p-1/a/link')).toEqual({
      type: 'symlink',
      path: 'p-1/a/link',
      target: 'file',
    });
  });

  it('names a folder that is not there', async () => {
    await expect(treeMembers('/nowhere/at/all', { prefix: 'p' })).rejects.toMatchObject({
      code: 'file/not-found',
    });
  });
});
