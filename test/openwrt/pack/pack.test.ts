import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EM } from '../../../src/binary/elf/index.ts';
import {
  openWrtArchitecture,
  packReport,
  parseFilespec,
  planPack,
  readPackage,
  refuseSameFiles,
  replacedFiles,
  withCompiler,
  writePlan,
  type OpenWrtRelease,
  type PackOptions,
  type PackPlan,
} from '../../../src/openwrt/index.ts';
import { buildElf } from '../../support/elf-builder.ts';
import { writeWheelFile, type WheelSpec } from '../../support/wheel-builder.ts';
import { anyPython } from '../bytecode/interpreters.ts';

const scratch = mkdtempSync(join(tmpdir(), 'wheelworks-openwrt-pack-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const { minor, magic } = anyPython;
const SITE = `usr/lib/python${minor}/site-packages`;

/** A target with the Python that the tests run with. */
const release = (manager: OpenWrtRelease['manager']): OpenWrtRelease => ({
  name: '25.12',
  manager,
  python: { version: `${minor}.0`, minor, magic },
  musl: '1.2',
});

const METADATA = `Metadata-Version: 2.4
Name: My.Pkg
Version: 1.0rc1
Summary: Does
  things
License-Expression: MIT OR Apache-2.0
Project-URL: Repository, https://example.org/pkg
Requires-Dist: PyYAML
Requires-Dist: never; sys_platform == "win32"
Requires-Dist: fast-thing; extra == "fast"
`;

const PURE: WheelSpec = {
  name: 'my_pkg',
  version: '1.0rc1',
  metadata: METADATA,
  files: {
    'my_pkg/__init__.py': 'VALUE = 42\n',
    'my_pkg/api.pyi': 'VALUE: int\n',
    'my_pkg/tests/test_it.py': 'assert True\n',
    'my_pkg-1.0rc1.dist-info/entry_points.txt': '[console_scripts]\nmy-tool = my_pkg:main\n',
  },
};

async function plan(
  spec: WheelSpec,
  { manager = 'opkg', ...options }: Partial<PackOptions> & { manager?: 'opkg' | 'apk' } = {},
): Promise<PackPlan> {
  const folder = mkdtempSync(join(scratch, 'in-'));
  const path = await writeWheelFile(folder, spec);
  return withCompiler({ python: anyPython.path, magic, jobs: 1 }, (compiler) =>
    planPack(path, {
      release: release(manager),
      architecture: openWrtArchitecture('x86_64'),
      layout: 'bytecode',
      compiler,
      extras: [],
      packageRelease: 1,
      dependencies: async ({ libraries }) => ({
        depends: libraries.map((name) => ({ name })),
        findings: [],
      }),
      ...options,
    }),
  );
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function namesIn(plan_: PackPlan, index = 0): string[] {
  const files = plan_.packages[index]?.package.tree.files() ?? [];
  return files.map(([path]) => path.replace(`${SITE}/`, ''));
}

describe('a filespec', () => {
  const chosen = async (text: string): Promise<PackPlan> =>
    plan(PURE, { layout: 'source', filespec: parseFilespec(text, 'p.filespec') });

  it('that leaves no file is an error', async () => {
    await expect(chosen('+|/\n-|/')).rejects.toMatchObject({ code: 'filespec/takes-nothing' });
  });

  it('that leaves out the metadata is warned of, and tells the analysis which modules are gone', async () => {
    const removed: string[] = [];
    const { findings, optional, packages } = await plan(PURE, {
      layout: 'source',
      with: ['python3-xml'],
      filespec: parseFilespec(`+|/\n-|/${SITE}/my_pkg/tests\n-|/${SITE}/*.dist-info`, 'p.filespec'),
      dependencies: async (subject) => {
        removed.push(...subject.removed);
        return { depends: [], findings: [], optional: ['python3-xml', 'python3-lzma'] };
      },
    });
    expect(findings.map(({ code }) => code)).toEqual(['openwrt/no-metadata']);
    expect(removed).toEqual(['my_pkg.tests.test_it']);
    expect(optional).toEqual(['python3-lzma']);
    expect(packages[0]?.package.description.depends).toEqual([{ name: 'python3-xml' }]);
  });

  it('with a set-id mode is warned of, with the line', async () => {
    const { findings } = await chosen('+|/\n=|/usr|4755|');
    expect(findings).toMatchObject([
      { code: 'openwrt/set-id-mode', severity: 'warning', evidence: '=|/usr|4755|' },
    ]);
    expect((await chosen('+|/\n=|/usr/bin|0755|')).findings).toEqual([]);
  });
});

describe('the licence of a package', () => {
  const CLAUSES =
    'Redistribution and use in source and binary forms ... to endorse or promote products ...';
  const licensed = async (classifier: string, text?: string): Promise<string | undefined> => {
    const metadata = METADATA.replace(/License-Expression: .*/, `Classifier: ${classifier}`);
    const files = {
      ...PURE.files,
      ...(text === undefined ? {} : { 'my_pkg-1.0rc1.dist-info/LICENSE.txt': text }),
      'my_pkg-1.0rc1.dist-info/licenses/vendored/LICENSE':
        'Apache License Version 2.0, January 2004',
    };
    return (await plan({ ...PURE, metadata, files })).packages[0]?.package.description.license;
  };

  it('is that of a classifier that names one', async () => {
    expect(await licensed('License :: OSI Approved :: MIT License')).toBe('MIT');
  });

  it('is never guessed: a classifier that names a family waits for the text of the wheel itself', async () => {
    expect(await licensed('License :: OSI Approved :: BSD License')).toBe('');
    expect(await licensed('License :: OSI Approved :: BSD License', CLAUSES)).toBe('BSD-3-Clause');
  });
});

describe('a pure wheel', () => {
  it('is a package for all architectures with a twin of its sources', async () => {
    const packed = await plan(PURE);
    expect(packed.packages.map(({ filename }) => filename)).toEqual([
      'python3-my-pkg_1.0~rc1-r1_all.ipk',
      'python3-my-pkg-src_1.0~rc1-r1_all.ipk',
    ]);
    expect(namesIn(packed)).toEqual([
      'usr/bin/my-tool',
      'my_pkg-1.0rc1.dist-info/INSTALLER',
      'my_pkg-1.0rc1.dist-info/METADATA',
      'my_pkg-1.0rc1.dist-info/RECORD',
      'my_pkg-1.0rc1.dist-info/WHEEL',
      'my_pkg-1.0rc1.dist-info/entry_points.txt',
      'my_pkg/__init__.pyc',
      'my_pkg/api.pyi',
      'my_pkg/tests/test_it.pyc',
    ]);
    expect(namesIn(packed, 1)).toEqual(['my_pkg/__init__.py', 'my_pkg/tests/test_it.py']);
    const [main, twin] = packed.packages.map((each) => each.package.description);
    expect(main).toMatchObject({
      title: 'Does things',
      license: 'MIT Apache-2.0',
      url: 'https://example.org/pkg',
      source: 'python-my-pkg',
    });
    expect(twin).toMatchObject({ title: 'Does things (sources)', depends: [] });
  });

  it('is written as its target installs it, and runs from what GNU tar unpacks', async () => {
    const packed = await plan(PURE);
    const out = mkdtempSync(join(scratch, 'out-'));
    const [path = ''] = await writePlan(packed, out);
    const root = join(out, 'root');
    mkdirSync(root);
    execFileSync('tar', ['xzf', path, '-C', out]);
    execFileSync('tar', ['xzf', join(out, 'data.tar.gz'), '-C', root]);
    const run = execFileSync(
      anyPython.path,
      [
        '-I',
        '-c',
        `import sys; sys.path.insert(0, ${JSON.stringify(join(root, SITE))}); import my_pkg, importlib.metadata as m; print(my_pkg.VALUE, m.version("my.pkg"), all(f.locate().exists() for f in m.files("my.pkg")))`,
      ],
      { encoding: 'utf8' },
    );
    expect(run.trim()).toBe('42 1.0rc1 True');
    const apk = await plan(PURE, { manager: 'apk' });
    const [first = ''] = await writePlan(apk, out);
    expect(await readPackage(first)).toMatchObject({
      name: 'python3-my-pkg',
      version: '1.0_rc1-r1',
      architecture: 'all',
    });
  });

  it('gives the same bytes again', async () => {
    const [one, two] = [await plan(PURE), await plan(PURE)];
    expect(one.packages.map(({ sha256 }) => sha256)).toEqual(
      two.packages.map(({ sha256 }) => sha256),
    );
  });

  it('has the same three sizes in whatever layout it is packed, which are those of the packages', async () => {
    const spec: WheelSpec = {
      ...PURE,
      files: {
        ...PURE.files,
        'my_pkg/not-a-module.py': 'A = 1\n',
        // More than what is compressed whole.
        'my_pkg/data': Array.from({ length: 80_000 }, (_, at) => digest(`${at}`)).join('\n'),
      },
    };
    const reports = await Promise.all(
      (['bytecode', 'source', 'both'] as const).map(async (layout) => ({
        layout,
        ...packReport(await plan(spec, { layout })),
      })),
    );
    for (const { sizes, packages, layout } of reports) {
      const installed = (each: typeof sizes): number[] =>
        Object.values(each ?? {}).map((size) => size.installed);
      expect(installed(sizes)).toEqual(installed(reports[0]?.sizes ?? null));
      expect(sizes?.[layout].installed).toBe(packages[0]?.installed);
      const actual = packages[0]?.size ?? 0;
      const told = sizes?.[layout].compressed ?? 0;
      expect(Math.abs(told - actual) / actual).toBeLessThan(0.1);
    }
  });

  it('has three sizes, and what could be left out', async () => {
    const { sizes, advice } = await plan(PURE);
    const of = (layout: 'source' | 'bytecode' | 'both'): number => sizes?.[layout].installed ?? 0;
    expect(of('both')).toBeGreaterThan(of('bytecode'));
    expect(of('both')).toBeGreaterThan(of('source'));
    expect(advice.map(({ what, files, lines }) => ({ what, files, lines }))).toEqual([
      { what: 'tests', files: 1, lines: [`-|/${SITE}/my_pkg/tests`] },
      { what: 'stubs', files: 1, lines: [`-|/${SITE}/**/*.pyi`] },
    ]);
  });

  it('without what is advised is packed by the very lines', async () => {
    const { advice } = await plan(PURE);
    const text = ['+|/', ...advice.flatMap(({ lines }) => lines)].join('\n');
    const packed = await plan(PURE, { filespec: parseFilespec(text, 'f') });
    expect(packed.advice).toEqual([]);
    expect(namesIn(packed).filter((path) => /tests|pyi/.test(path))).toEqual([]);
    const record = packed.packages[0]?.package.tree.get(`${SITE}/my_pkg-1.0rc1.dist-info/RECORD`);
    expect(record?.kind).toBe('file');
  });

  it('may have sources alone, or both', async () => {
    const source = await plan(PURE, { layout: 'source' });
    expect(source.packages).toHaveLength(1);
    expect(namesIn(source)).toContain('my_pkg/__init__.py');
    expect(namesIn(source).filter((path) => path.endsWith('.pyc'))).toEqual([]);
    const both = await plan(PURE, { layout: 'both' });
    expect(both.packages).toHaveLength(1);
    expect(namesIn(both)).toEqual(
      expect.arrayContaining([
        'my_pkg/__init__.py',
        `my_pkg/__pycache__/__init__.cpython-${minor.replace('.', '')}.pyc`,
      ]),
    );
  });
});

describe('modules that are no Python of the target', () => {
  const broken: WheelSpec = {
    ...PURE,
    files: { ...PURE.files, 'my_pkg/old.py': 'print "x"\n', 'my_pkg/worse.py': 'x =\n' },
  };

  it('are all named, with the lines that leave them out; and those do', async () => {
    const error: unknown = await plan(broken).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'openwrt/syntax-error' });
    const { evidence = '', hint = '' } = error as { evidence?: string; hint?: string };
    expect(evidence.split('\n')).toHaveLength(2);
    expect(evidence).toContain(`/${SITE}/my_pkg/old.py:1: `);
    const lines = hint.split('\n').slice(1);
    expect(lines).toEqual(['+|/', `-|/${SITE}/my_pkg/old.py`, `-|/${SITE}/my_pkg/worse.py`]);
    const packed = await plan(broken, { filespec: parseFilespec(lines.join('\n'), 'f') });
    expect(namesIn(packed)).toContain('my_pkg/__init__.pyc');
  });
});

describe('a native wheel', () => {
  const native: WheelSpec = {
    name: 'nat',
    tags: `cp${minor.replace('.', '')}-cp${minor.replace('.', '')}-musllinux_1_2_x86_64`,
    files: {
      'nat/__init__.py': '',
      'nat/_c.so': buildElf({
        machine: EM.X86_64,
        needed: ['libz.so.1', 'libq-1.so', 'libc.so'],
        rpath: '$ORIGIN/../nat.libs',
      }).bytes,
      'nat.libs/libq-1.so': buildElf({ machine: EM.X86_64 }).bytes,
    },
  };

  it('is a package of its architecture, with the packages of its libraries', async () => {
    const packed = await plan(native);
    expect(packed.packages[0]?.filename).toBe('python3-nat_1.0-r1_x86_64.ipk');
    expect(packed.packages[1]?.filename).toBe('python3-nat-src_1.0-r1_all.ipk');
    expect(packed.packages[0]?.package.description.depends).toEqual([{ name: 'zlib' }]);
    expect(packed.findings.map(({ code }) => code)).toEqual([
      'openwrt/assumed-package',
      'openwrt/no-licences',
    ]);
  });

  it('takes the licences of its libraries along', async () => {
    const files = { ...native.files, 'nat-1.0.dist-info/licenses/COPYING.libq': 'BSD' };
    const packed = await plan({ ...native, files });
    expect(namesIn(packed)).toContain('nat-1.0.dist-info/licenses/COPYING.libq');
    expect(packed.findings.map(({ code }) => code)).toEqual(['openwrt/assumed-package']);
  });
});

describe('what else a user should know', () => {
  it('folders that other packages have too, sources that are read, bytecode of another Python', async () => {
    const { findings } = await plan({
      files: {
        'tests/test_x.py': '',
        'pkg/__init__.py': 'import inspect\nprint(inspect.getsource(inspect))\n',
        'pkg/closed.pyc': 'not ours',
      },
    });
    expect(findings.map(({ code, path }) => `${code} ${path?.replace(`${SITE}/`, '')}`)).toEqual([
      'openwrt/shared-folder tests',
      'openwrt/foreign-bytecode pkg/closed.pyc',
      'openwrt/reads-source pkg/__init__.py',
    ]);
  });

  it('a version that apk has no room for is told with the wheel that has it', async () => {
    const spec: WheelSpec = {
      ...PURE,
      version: '1.0+x',
      metadata: METADATA.replace('1.0rc1', '1.0+x'),
      files: { 'my_pkg/__init__.py': '' },
    };
    await expect(plan(spec, { manager: 'apk' })).rejects.toMatchObject({
      code: 'openwrt/version-local',
      path: expect.stringMatching(/my_pkg-1\.0\+x-py3-none-any\.whl$/) as string,
    });
  });

  it('folders of an unusual mode are listed', async () => {
    const filespec = parseFilespec('+|/\n==|/usr/bin||0700', 'p.filespec');
    const { packages } = packReport(await plan(PURE, { filespec }));
    const folders = packages[0]?.files.filter(({ path }) => path.endsWith('/'));
    expect(folders).toEqual([{ path: '/usr/bin/', size: 0, mode: '0700' }]);
  });

  it('stands in the report', async () => {
    const packed = await plan(PURE);
    const { packages, sizes } = packReport(packed, { paths: ['/out/x.ipk'] });
    expect(packages[0]).toMatchObject({ path: '/out/x.ipk', architecture: 'all' });
    expect(packages[1]).not.toHaveProperty('path');
    expect(sizes).not.toBeNull();
  });

  it.each([
    ['opkg', ['libx', 'y (>= 1.2)']],
    ['apk', ['libx', 'y>=1.2', 'y<2']],
  ] as const)(
    'with dependencies and sizes as they are, whatever %s makes of them',
    async (manager, depends) => {
      const bound = { operator: '>=', version: { upstream: '1.2' } } as const;
      const below = { operator: '<', version: { upstream: '2' } } as const;
      const packed = await plan(PURE, {
        manager,
        dependencies: async () => ({
          depends: [{ name: 'libx' }, { name: 'y', constraint: { ...bound, below } }],
          findings: [],
        }),
      });
      const { packages, sizes } = packReport(packed);
      expect(packages[0]?.depends).toEqual(depends);
      expect(packages[0]?.installed).toBe(sizes?.bytecode.installed);
      const files = packages[0]?.files ?? [];
      expect(files).toContainEqual({
        path: `/usr/bin/my-tool`,
        size: expect.any(Number),
        mode: '0755',
      });
      expect(files.reduce((total, { size }) => total + size, 0)).toBe(packages[0]?.installed);
    },
  );
});

it('a folder that something was installed into is packed as it is', async () => {
  const root = mkdtempSync(join(scratch, 'root-'));
  const site = join(root, SITE);
  mkdirSync(join(site, 'x-1.0.dist-info'), { recursive: true });
  mkdirSync(join(root, 'etc'));
  writeFileSync(
    join(site, 'x-1.0.dist-info/METADATA'),
    'Metadata-Version: 2.1\nName: x\nVersion: 1.0\n',
  );
  writeFileSync(join(site, 'x.py'), 'X = 1\n');
  writeFileSync(join(root, 'etc/x.conf'), 'x\n');
  const packed = await withCompiler({ python: anyPython.path, magic, jobs: 1 }, (compiler) =>
    planPack(root, {
      release: release('opkg'),
      architecture: openWrtArchitecture('mips_24kc'),
      layout: 'bytecode',
      compiler,
      extras: [],
      packageRelease: 3,
      dependencies: async () => ({ depends: [], findings: [] }),
    }),
  );
  expect(packed.packages[0]?.filename).toBe('python3-x_1.0-r3_all.ipk');
  expect(namesIn(packed)).toEqual([
    'etc/x.conf',
    'x-1.0.dist-info/METADATA',
    'x-1.0.dist-info/RECORD',
    'x.pyc',
  ]);
});

it('a project that was renamed is not called as the one that it requires', async () => {
  const shim: WheelSpec = {
    name: 'python_x',
    version: '1.0',
    metadata: 'Metadata-Version: 2.1\nName: python-x\nVersion: 1.0\n',
    files: {},
  };
  const named = async (...depends: string[]) => {
    const { packages } = await plan(shim, {
      dependencies: async () => ({ depends: depends.map((name) => ({ name })), findings: [] }),
    });
    return packages[0]?.filename;
  };
  expect(await named('python3-y')).toBe('python3-x_1.0-r1_all.ipk');
  expect(await named('python3-x')).toBe('python3-python-x_1.0-r1_all.ipk');
});

it('inputs that make the same package are refused before anything is written', async () => {
  const packed = await plan(PURE);
  expect(() => refuseSameFiles([packed, { ...packed, path: 'other.whl' }])).toThrow(
    expect.objectContaining({ code: 'openwrt/same-package' }),
  );
});

it('a run that is given up packs nothing any more', async () => {
  const run = new AbortController();
  const packed = plan(PURE, {
    layout: 'source',
    signal: run.signal,
    dependencies: async () => {
      run.abort();
      return { depends: [], findings: [] };
    },
  });
  await expect(packed).rejects.toMatchObject({ name: 'AbortError' });
});

describe('packages that are there already', () => {
  const force = false;

  it('are replaced when they are other ones, which is told, and silently when they are the same', async () => {
    const out = mkdtempSync(join(scratch, 'there-'));
    const [first, second] = [await plan(PURE), await plan(PURE, { maintainer: 'M <m@m.org>' })];
    expect([...(await replacedFiles(first, out, { force }))]).toEqual([]);
    await writePlan(first, out);
    expect([...(await replacedFiles(first, out, { force }))]).toEqual([]);
    const replaced = await replacedFiles(second, out, { force });
    expect([...replaced]).toEqual(first.packages.map(({ filename, sha256 }) => [filename, sha256]));
    expect(packReport(second, { replaced }).packages[1]?.replaces).toBe(first.packages[1]?.sha256);
  });

  it('that are damaged are replaced', async () => {
    const out = mkdtempSync(join(scratch, 'there-'));
    const packed = await plan(PURE);
    writeFileSync(join(out, packed.packages[0]?.filename ?? ''), 'half');
    expect((await replacedFiles(packed, out, { force })).size).toBe(1);
  });

  it('for another Python or processor are not, unless it is asked for', async () => {
    const out = mkdtempSync(join(scratch, 'there-'));
    const ours = await plan(PURE, { layout: 'source' });
    const of = (python: string): OpenWrtRelease => ({
      ...release('opkg'),
      python: { version: `${python}.0`, minor: python, magic },
    });
    await writePlan(await plan(PURE, { layout: 'source', release: of('3.4') }), out);
    await expect(replacedFiles(ours, out, { force })).rejects.toMatchObject({
      code: 'openwrt/other-package',
      evidence: `it is for Python 3.4, and the new one for ${minor}`,
    });
    expect((await replacedFiles(ours, out, { force: true })).size).toBe(1);
    const native = (machine: number): WheelSpec => ({
      tags: 'py3-none-any',
      files: { 'pkg/_c.so': buildElf({ machine }).bytes },
    });
    const arm = { architecture: openWrtArchitecture('aarch64_generic') };
    const [x86, other] = [
      await plan(native(EM.X86_64), { manager: 'apk' }),
      await plan(native(EM.AARCH64), { manager: 'apk', ...arm }),
    ];
    await writePlan(x86, out);
    await expect(replacedFiles(other, out, { force })).rejects.toMatchObject({
      code: 'openwrt/other-package',
      evidence: 'it is for x86_64, and the new one for aarch64_generic',
    });
  });
});
