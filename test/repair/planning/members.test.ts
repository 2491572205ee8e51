import { describe, expect, it } from 'vitest';
import type { ElfEdit } from '../../../src/binary/elf/index.ts';
import { library, MODULE, planned, refusal, type Scene } from './plan.ts';

async function editsOf(scene: Scene, path = MODULE): Promise<readonly ElfEdit[] | undefined> {
  return (await planned(scene)).plan.patched.find((patch) => patch.path === path)?.edits;
}

describe('a module that needs a library', () => {
  it('gets its grafted name and an RPATH that leads to it; RUNPATH goes', async () => {
    const { plan } = await planned({
      files: { [MODULE]: { needed: ['liba.so.1', 'libc.so.6'], runpath: '/build/lib:$ORIGIN' } },
      libraries: { 'liba.so.1': { ...library('liba.so.1'), runpath: '/usr/lib/private' } },
    });
    const [grafted] = plan.grafted;
    const name = grafted?.to.replace('pkg.libs/', '') ?? '';
    expect(plan.patched).toEqual([
      {
        path: MODULE,
        to: MODULE,
        strip: false,
        edits: [
          { kind: 'replace-needed', from: 'liba.so.1', to: name },
          { kind: 'rpath', entries: ['$ORIGIN', '$ORIGIN/../pkg.libs'] },
          { kind: 'runpath', entries: [] },
        ],
      },
    ]);
    expect(grafted?.edits).toEqual([
      { kind: 'soname', name },
      { kind: 'runpath', entries: [] },
    ]);
    expect(plan).toMatchObject({ changed: true, excluded: [], libraryFolder: 'pkg.libs' });
    expect(plan.filename).toMatch(/manylinux_2_5_x86_64/);
  });

  it('of musl keeps the kind of search path that it has', async () => {
    const musl = { needed: ['liba.so.1', 'libc.musl-x86_64.so.1'] };
    const libraries = {
      'liba.so.1': { soname: 'liba.so.1', needed: ['libc.musl-x86_64.so.1'] },
    };
    const entries = ['$ORIGIN/../pkg.libs'];
    const files = { [MODULE]: { ...musl, runpath: '/build' } };
    expect(await editsOf({ files, libraries })).toContainEqual({ kind: 'runpath', entries });
    expect(await editsOf({ files: { [MODULE]: musl }, libraries })).toContainEqual({
      kind: 'rpath',
      entries,
    });
  });

  it('by a path gets the name that is meant', async () => {
    const files = {
      [MODULE]: { needed: ['/build/pkg/libown.so', '/lib64/libc.so.6'], rpath: '$ORIGIN' },
      'pkg/libown.so': library('libown.so'),
    };
    expect(await editsOf({ files })).toEqual([
      { kind: 'replace-needed', from: '/build/pkg/libown.so', to: 'libown.so' },
      { kind: 'replace-needed', from: '/lib64/libc.so.6', to: 'libc.so.6' },
    ]);
  });
});

describe('search paths', () => {
  it.each([
    ['/usr/local/lib', [], 'absolute'],
    ['', [], 'empty'],
    ['lib', [], 'relative to the current folder'],
    ['$ORIGIN/../../lib', [], 'out of the root'],
    ['$ORIGIN/../own:/opt/x/lib', ['$ORIGIN/../own'], 'absolute behind a good one'],
    ['$ORIGIN/../gone:/opt/x/lib', [], 'to a folder that is not there beside an absolute one'],
  ])('%s becomes %j: %s', async (rpath, entries) => {
    const files = {
      [MODULE]: { needed: ['libc.so.6'], rpath: rpath === '' ? ':$ORIGIN/../own' : rpath },
      'own/lib.so': library('lib.so'),
    };
    const expected = rpath === '' ? ['$ORIGIN/../own'] : entries;
    expect(await editsOf({ files })).toEqual([{ kind: 'rpath', entries: expected }]);
  });

  it.each(['$ORIGIN', '$ORIGIN/../own', '${ORIGIN}/lib', '$ORIGIN/../torch/lib'])(
    '%s is left as it is',
    async (rpath) => {
      const files = { [MODULE]: { needed: ['libc.so.6'], rpath } };
      expect(await editsOf({ files })).toBeUndefined();
    },
  );

  it('to sibling packages stay where the wheel leans on them', async () => {
    const files = {
      [MODULE]: { needed: ['libtorch.so', 'libc.so.6'], rpath: '/build:$ORIGIN/../torch/lib' },
    };
    const isExcluded = (name: string): boolean => name === 'libtorch.so';
    const { plan } = await planned({ files, options: { isExcluded } });
    expect(plan.patched[0]?.edits).toEqual([{ kind: 'rpath', entries: ['$ORIGIN/../torch/lib'] }]);
    expect(plan.excluded).toEqual(['libtorch.so']);
    expect(plan.grafted).toEqual([]);
  });

  it('are made where a library of the wheel is not found', async () => {
    const files = {
      [MODULE]: { needed: ['libown.so', 'libc.so.6'] },
      'pkg-1.0.data/platlib/own/libown.so': library('libown.so'),
    };
    expect(await editsOf({ files })).toEqual([{ kind: 'rpath', entries: ['$ORIGIN/../own'] }]);
  });

  it('cannot lead from .data/data to the root', async () => {
    const path = 'pkg-1.0.data/data/lib/x.so';
    const files = { [path]: { needed: ['liba.so.1', 'libc.so.6'] } };
    const libraries = { 'liba.so.1': library('liba.so.1') };
    expect(await refusal({ files, libraries })).toMatchObject({
      code: 'repair/unknown-place',
      evidence: expect.stringContaining(`${path}  needs pkg.libs/liba-`),
    });
  });
});

describe('libpython', () => {
  const PYTHON = 'libpython3.12.so.1.0';

  it('is no longer needed by modules, which is told', async () => {
    const { plan } = await planned({ files: { [MODULE]: { needed: [PYTHON, 'libc.so.6'] } } });
    expect(plan.patched[0]?.edits).toEqual([{ kind: 'remove-needed', name: PYTHON }]);
    expect(plan.findings.map(({ code }) => code)).toContain('repair/libpython-removed');
  });

  it('is no longer needed by grafted libraries either, unless it is left in or a program needs them', async () => {
    const wheel = {
      files: { [MODULE]: { needed: ['liba.so.1', 'libc.so.6'] } },
      libraries: {
        'liba.so.1': { soname: 'liba.so.1', needed: [PYTHON, 'libc.so.6'] },
        [PYTHON]: library(PYTHON),
      },
    };
    const dropped = { kind: 'remove-needed', name: PYTHON };
    const { plan } = await planned(wheel);
    expect(plan.grafted).toHaveLength(1);
    expect(plan.grafted[0]?.edits).toContainEqual(dropped);
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'repair/libpython-removed', evidence: 'liba.so.1' }),
    );
    const excluded = await planned({
      ...wheel,
      options: { isExcluded: (name: string) => name === PYTHON },
    });
    expect(excluded.plan.grafted[0]?.edits).not.toContainEqual(dropped);
    expect(excluded.plan.grafted[0]?.to).not.toBe(plan.grafted[0]?.to);
    const program = {
      needed: ['liba.so.1', 'libc.so.6'],
      type: 2,
      interpreter: '/lib64/ld-linux-x86-64.so.2',
    };
    const embedding = await planned({ ...wheel, files: { 'pkg/bin/embed': program } });
    expect(embedding.plan.grafted[0]?.edits).not.toContainEqual(dropped);
  });

  it('stays with programs, which is told', async () => {
    const path = 'pkg/bin/embed';
    const needed = [PYTHON, 'libc.so.6'];
    const files = { [path]: { needed, type: 2, interpreter: '/lib64/ld-linux-x86-64.so.2' } };
    const { plan } = await planned({ files });
    expect(plan.patched).toEqual([]);
    expect(plan.findings).toContainEqual(
      expect.objectContaining({ code: 'repair/libpython-needed', path }),
    );
  });
});

describe('a program of .data/scripts', () => {
  const program = { type: 2, interpreter: '/lib64/ld-linux-x86-64.so.2' };

  it('that needs a grafted library moves, and a launcher takes its place', async () => {
    const path = 'pkg-1.0.data/scripts/sub/prog';
    const { plan } = await planned({
      files: { [path]: { ...program, needed: ['liba.so.1', 'libc.so.6'], rpath: '/build' } },
      libraries: { 'liba.so.1': library('liba.so.1') },
    });
    const to = 'pkg.scripts/sub/prog';
    expect(plan.patched).toMatchObject([{ path, to }]);
    expect(plan.patched[0]?.edits).toContainEqual({
      kind: 'rpath',
      entries: ['$ORIGIN/../../pkg.libs'],
    });
    expect(plan.launchers).toMatchObject([{ path, program: to }]);
    expect(plan.launchers[0]?.text.startsWith('#!python\n')).toBe(true);
  });

  it('that needs nothing stays', async () => {
    const path = 'pkg-1.0.data/scripts/prog';
    const { plan } = await planned({ files: { [path]: { ...program, needed: ['libc.so.6'] } } });
    expect(plan).toMatchObject({ patched: [], launchers: [] });
  });
});

describe('a wheel that was repaired', () => {
  const platform = 'manylinux1_x86_64.manylinux_2_5_x86_64';

  it('is left as it is', async () => {
    const { plan } = await planned({
      tags: `cp312-cp312-${platform}`,
      files: {
        [MODULE]: { needed: ['liba-0123abcd.so.1', 'libc.so.6'], rpath: '$ORIGIN/../pkg.libs' },
        'pkg.libs/liba-0123abcd.so.1': {
          ...library('liba-0123abcd.so.1', 'libb-89abcdef.so.1'),
          rpath: '$ORIGIN',
        },
        'pkg.libs/libb-89abcdef.so.1': library('libb-89abcdef.so.1'),
      },
    });
    expect(plan).toMatchObject({ changed: false, grafted: [], patched: [], launchers: [] });
    expect(plan.filename).toBe(`pkg-1.0-cp312-cp312-${platform}.whl`);
  });

  it('and got another module shares the libraries that are there', async () => {
    const libraries = { 'liba.so.1': library('liba.so.1') };
    const module = { needed: ['liba.so.1', 'libc.so.6'] };
    const first = await planned({ files: { [MODULE]: module }, libraries });
    const to = first.plan.grafted[0]?.to ?? '';
    const name = to.replace('pkg.libs/', '');
    const { plan } = await planned({
      files: {
        [MODULE]: { needed: [name, 'libc.so.6'], rpath: '$ORIGIN/../pkg.libs' },
        'pkg/more.so': module,
        [to]: library(name),
      },
      libraries,
    });
    expect(plan.grafted).toEqual([]);
    expect(plan.patched).toMatchObject([
      {
        path: 'pkg/more.so',
        edits: [
          { kind: 'replace-needed', from: 'liba.so.1', to: name },
          { kind: 'rpath', entries: ['$ORIGIN/../pkg.libs'] },
        ],
      },
    ]);
  });

  it('and has another file under the name gets a longer one', async () => {
    const libraries = { 'liba.so.1': library('liba.so.1') };
    const module = { needed: ['liba.so.1', 'libc.so.6'] };
    const first = await planned({ files: { [MODULE]: module }, libraries });
    const to = first.plan.grafted[0]?.to ?? '';
    const { plan } = await planned({
      files: { [MODULE]: module, [to]: library('other.so') },
      libraries,
    });
    expect(plan.grafted.map((graft) => graft.to)).toEqual([
      expect.stringMatching(/^pkg\.libs\/liba-[0-9a-f]{16}\.so\.1$/),
    ]);
  });
});
