import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { contentOf, FileTree, type TreeEntry } from '../../../src/archive/tree/index.ts';
import {
  compileTree,
  withCompiler,
  type CompiledTree,
  type CompileTreeOptions,
} from '../../../src/openwrt/bytecode/index.ts';
import { anyPython, pythons, type TestPython } from './interpreters.ts';

const scratch = mkdtempSync(join(tmpdir(), 'wheelworks-bytecode-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const file = (text: string, mode = 0o644): TreeEntry => ({
  kind: 'file',
  mode,
  size: Buffer.byteLength(text),
  content: { bytes: Buffer.from(text) },
});

function siteTree(python: TestPython, files: Record<string, string | TreeEntry>): FileTree {
  const site = `usr/lib/python${python.minor}/site-packages`;
  return FileTree.from(
    Object.entries(files).map(([path, entry]) => [
      path.startsWith('usr/') ? path : `${site}/${path}`,
      typeof entry === 'string' ? file(entry) : entry,
    ]),
  );
}

async function compiled(
  tree: FileTree,
  options: Partial<CompileTreeOptions> & {
    python?: TestPython;
    jobs?: number;
    optimize?: 0 | 1 | 2;
  } = {},
): Promise<CompiledTree> {
  const { python = anyPython, jobs = 1, optimize = 0, ...rest } = options;
  return withCompiler({ python: python.path, magic: python.magic, jobs, optimize }, (compiler) =>
    compileTree(tree, { compiler, minor: python.minor, ...rest }),
  );
}

function names(tree: FileTree): string[] {
  return tree
    .entries()
    .filter(([, { kind }]) => kind !== 'directory')
    .map(([path]) => path.replace(/^usr\/lib\/python[\d.]+\/site-packages\//, ''));
}

async function contents(tree: FileTree): Promise<Record<string, string>> {
  const read = tree
    .files()
    .map(async ([path, each]) => [path, Buffer.from(await contentOf(each)).toString('hex')]);
  return Object.fromEntries((await Promise.all(read)) as [string, string][]);
}

async function writeTree(tree: FileTree): Promise<string> {
  const root = mkdtempSync(join(scratch, 'root-'));
  for (const [path, entry] of tree.entries()) {
    const place = join(root, path);
    mkdirSync(dirname(place), { recursive: true });
    if (entry.kind === 'file') writeFileSync(place, await contentOf(entry));
    else if (entry.kind === 'symlink') symlinkSync(entry.target, place);
  }
  return root;
}

describe.each(pythons)('with Python $minor', (python) => {
  it('modules are imported from bytecode alone, and tracebacks name the device', async () => {
    const tree = siteTree(python, {
      'pkg/__init__.py': 'from pkg import inner\n',
      'pkg/inner.py':
        '# -*- coding: latin-1 -*-\r\nNAME = "caf\\xe9"\r\ndef fail():\r\n    raise KeyError(NAME)',
    });
    const { tree: out, sources, failures } = await compiled(tree, { python });
    expect(failures).toEqual([]);
    expect(names(out)).toEqual(['pkg/__init__.pyc', 'pkg/inner.pyc']);
    expect(names(sources)).toEqual(['pkg/__init__.py', 'pkg/inner.py']);
    const site = join(await writeTree(out), 'usr/lib', `python${python.minor}`, 'site-packages');
    const script =
      'import sys; sys.path.insert(0, sys.argv[1]); import pkg; print(pkg.inner.fail.__code__.co_filename)';
    const said = execFileSync(python.path, ['-B', '-c', script, site], { encoding: 'utf8' });
    expect(said.trim()).toBe(`/usr/lib/python${python.minor}/site-packages/pkg/inner.py`);
  });

  it('the bytes do not depend on the run, the order or the number of interpreters', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `pkg/m${index}.py`,
        `import os, json\nNAMES = {'a', 'b', 'key${index % 7}'}\ndef f${index % 5}(x=1.5, *, name_${index % 3}=('t', b'x')):\n    "words"\n    return x in {'p', 'q', 'r', ${index}, None} or os.path.join(name_${index % 3}, 'shared_text')\n${'# padding\n'.repeat(400)}`.replace(
          python.minor.startsWith('2') ? '*, ' : '\0',
          '',
        ),
      ]),
    );
    const tree = siteTree(python, files);
    const [one, two, three] = [
      await contents((await compiled(tree, { python })).tree),
      await contents((await compiled(tree, { python, jobs: 2 })).tree),
      await contents((await compiled(tree, { python, jobs: 3 })).tree),
    ];
    expect(Object.keys(one)).toHaveLength(40);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });
});

describe('bytecode files', () => {
  it('are hash-checked, and what py_compile writes for SOURCE_DATE_EPOCH', async () => {
    const source = 'import sys\n\ndef f(a, b=2):\n    return a in {"x", "y"} and sys.path\n';
    const { tree } = await compiled(siteTree(anyPython, { 'm.py': source }));
    const place = join(scratch, 'm.py');
    writeFileSync(place, source);
    const script = `import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[1] + 'c', '/usr/lib/python${anyPython.minor}/site-packages/m.py', doraise=True)`;
    execFileSync(anyPython.path, ['-c', script, place], {
      env: { SOURCE_DATE_EPOCH: '1', PYTHONHASHSEED: '1' },
    });
    const expected = execFileSync('cat', [`${place}c`]);
    expect(Object.values(await contents(tree))).toEqual([expected.toString('hex')]);
    expect(expected.readUInt32LE(4)).toBe(3);
  });

  it('leave out assert statements and docstrings when asked', async () => {
    const tree = siteTree(anyPython, {
      'm.py': 'def f():\n    "a long docstring"\n    assert f.x\n',
    });
    const size = async (optimize: 0 | 1 | 2): Promise<number> =>
      (await compiled(tree, { optimize })).tree.files()[0]?.[1].size ?? 0;
    const sizes = [await size(0), await size(1), await size(2)];
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    expect(new Set(sizes).size).toBe(3);
  });
});

describe('sources that stay', () => {
  it('are those outside of the places of modules, without bytecode', async () => {
    const tree = siteTree(anyPython, {
      'usr/bin/tool.py': '#!/usr/bin/python3\n',
      'usr/share/pkg/example.py': 'print 1',
    });
    const { tree: out, sources, kept, failures } = await compiled(tree);
    expect(names(out)).toEqual(['usr/bin/tool.py', 'usr/share/pkg/example.py']);
    expect(sources.size).toBe(0);
    expect(failures).toEqual([]);
    expect(kept.map(({ reason }) => reason)).toEqual(['outside', 'outside']);
  });

  it('are those that no module can be, whatever is in them', async () => {
    const tree = siteTree(anyPython, {
      'pkg/my-template.py': '{% if x %}',
      'pkg/{{name}}/setup.py': '{{',
      'pkg/ok.py': '',
    });
    const { tree: out, kept, failures } = await compiled(tree);
    expect(names(out)).toEqual(['pkg/my-template.py', 'pkg/ok.pyc', 'pkg/{{name}}/setup.py']);
    expect(failures).toEqual([]);
    expect(kept).toMatchObject([
      { reason: 'not-importable', evidence: 'no module is called my-template' },
      { reason: 'not-importable', evidence: 'no module is called {{name}}' },
    ]);
  });

  it('are those that code names, with bytecode where Python looks for it', async () => {
    const tree = siteTree(anyPython, {
      'pkg/run.py':
        'import os\nSCRIPT = os.path.join(os.path.dirname(__file__), "helpers", "child.py")\n',
      'pkg/helpers/child.py': 'print("child")\n',
      'pkg/helpers/other.py': '',
      'elsewhere/child.py': '',
      'pkg/__init__.py': 'NAMES = ("__init__.py",)\n',
    });
    const { tree: out, kept } = await compiled(tree);
    expect(names(out).filter((path) => path.endsWith('.py'))).toEqual(['pkg/helpers/child.py']);
    expect(names(out)).toContain(
      `pkg/helpers/__pycache__/child.cpython-${anyPython.minor.replace('.', '')}.pyc`,
    );
    expect(kept).toMatchObject([
      {
        reason: 'named',
        evidence: expect.stringContaining('pkg/run.py names "child.py"') as string,
      },
    ]);
  });

  it('are those that programs are links to; other links lead to the bytecode', async () => {
    const site = `usr/lib/python${anyPython.minor}/site-packages`;
    const tree = siteTree(anyPython, {
      'pkg/cli.py': 'print("cli")\n',
      'pkg/real.py': 'X = 1\n',
      'pkg/alias.py': { kind: 'symlink', target: 'real.py' },
      'pkg/dangling.py': { kind: 'symlink', target: 'gone.py' },
      'usr/bin/cli': { kind: 'symlink', target: `/${site}/pkg/cli.py` },
    });
    const { tree: out, sources, kept } = await compiled(tree);
    expect(names(out).filter((path) => !path.includes('__pycache__'))).toEqual([
      'usr/bin/cli',
      'pkg/alias.pyc',
      'pkg/cli.py',
      'pkg/dangling.py',
      'pkg/real.pyc',
    ]);
    expect(out.get(`${site}/pkg/alias.pyc`)).toEqual({ kind: 'symlink', target: 'real.pyc' });
    expect(names(sources)).toEqual(['pkg/alias.py', 'pkg/real.py']);
    expect(kept).toMatchObject([{ reason: 'linked', evidence: 'usr/bin/cli' }]);
  });

  it('are all when asked, and are then imported from __pycache__', async () => {
    const tree = siteTree(anyPython, { 'm.py': 'X = 1\n' });
    const { tree: out, sources } = await compiled(tree, { keepSources: true });
    expect(sources.size).toBe(0);
    const site = join(await writeTree(out), 'usr/lib', `python${anyPython.minor}`, 'site-packages');
    const script = 'import sys; sys.path.insert(0, sys.argv[1]); import m; print(m.__cached__)';
    const said = execFileSync(anyPython.path, ['-B', '-v', '-c', script, site], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(names(out)).toContain(said.trim().slice(site.length + 1));
  });
});

it('errors of syntax are told all at once, with the lines that leave the files out', async () => {
  const tree = siteTree(anyPython, {
    'pkg/old.py': 'x = 1\nprint "Python 2"\n',
    'pkg/nul.py': 'x = 1\0\n',
    'pkg/bytes.py': '# coding: nonsense\n',
    'pkg/good.py': '',
  });
  const { failures, tree: out } = await compiled(tree);
  const site = `/usr/lib/python${anyPython.minor}/site-packages`;
  expect(failures.map(({ cure }) => cure)).toEqual([
    `-|${site}/pkg/bytes.py`,
    `-|${site}/pkg/nul.py`,
    `-|${site}/pkg/old.py`,
  ]);
  expect(failures[2]).toMatchObject({
    line: 2,
    message: expect.stringContaining('print') as string,
  });
  expect(names(out)).toContain('pkg/good.pyc');
});

it('modules that read sources are named', async () => {
  const tree = siteTree(anyPython, {
    'm.py': 'import inspect\ndef f():\n    return inspect.getsource(f)\n',
    'n.py': '',
  });
  const { readers } = await compiled(tree);
  expect(readers).toMatchObject([{ calls: ['getsource'] }]);
});

it('bytecode that was there: caches are left out, that of another Python is named', async () => {
  const tree = siteTree(anyPython, {
    '__pycache__/m.cpython-311.pyc': 'x',
    'm.py': '',
    'm.pyc': 'stale',
    'closed.pyc': 'other',
  });
  const { tree: out, foreign } = await compiled(tree);
  expect(names(out)).toEqual(['closed.pyc', 'm.pyc']);
  expect(foreign).toHaveLength(1);
  expect(foreign[0]).toMatch(/closed\.pyc$/);
});

describe('an interpreter', () => {
  it('of another magic number is refused before anything is compiled', async () => {
    const refused = withCompiler(
      { python: anyPython.path, magic: 1, jobs: 1 },
      async () => 'not reached',
    );
    await expect(refused).rejects.toMatchObject({
      code: 'openwrt/wrong-magic',
      evidence: expect.stringContaining(`writes ${anyPython.magic}, the target reads 1`) as string,
    });
  });

  it('that is none is told as what it is', async () => {
    const with_ = (python: string): Promise<unknown> =>
      withCompiler({ python, magic: 1, jobs: 1 }, async () => 0);
    await expect(with_(join(scratch, 'none'))).rejects.toMatchObject({ code: 'process/not-found' });
    await expect(with_('/bin/false')).rejects.toMatchObject({ code: 'openwrt/interpreter-ended' });
  });

  it('that never answers is ended when the work is given up', async () => {
    const wrapper = join(scratch, 'never');
    writeFileSync(
      wrapper,
      `#!/bin/sh\nprintf '\\001\\000\\r\\n\\000\\000\\013\\003'\nexec sleep 600\n`,
      { mode: 0o755 },
    );
    const run = new AbortController();
    const { signal } = run;
    const work = withCompiler({ python: wrapper, magic: 1, jobs: 1, signal }, (compiler) => {
      const compiled = compiler.compile([{ path: '/m.py', source: Buffer.from('x = 1') }]);
      run.abort();
      return compiled;
    });
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('that ends in the middle stops the work', async () => {
    const wrapper = join(scratch, 'quits');
    writeFileSync(
      wrapper,
      `#!/bin/sh\n( printf '\\001\\000\\r\\n\\000\\000\\013\\003'; sleep 0.2; echo gone >&2; exit 3 )\n`,
      { mode: 0o755 },
    );
    const work = withCompiler({ python: wrapper, magic: 1, jobs: 1 }, (compiler) =>
      compiler.compile([{ path: '/m.py', source: Buffer.from('x = 1') }]),
    );
    await expect(work).rejects.toMatchObject({
      code: 'openwrt/interpreter-ended',
      evidence: 'exit code 3\ngone',
    });
  });
});
