import { execFileSync } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditSubject, openLibraries, type Audit, type Graft } from '../../src/audit/index.ts';
import { EM } from '../../src/binary/elf/index.ts';
import { readSubject } from '../../src/audit/subjects/open.ts';
import { subjectOf } from '../support/audit-subject.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { nativeFacts } from '../support/native-facts.ts';
import { scratch } from '../support/scratch.ts';
import { writeTree, writeWheelFile } from '../support/wheel-builder.ts';

type Natives = Parameters<typeof subjectOf>[0];

/** Audits files beside a system with these libraries. */
async function audit(
  natives: Natives,
  libraries: Readonly<Record<string, ElfPlan>>,
): Promise<Audit> {
  const sysroot = await scratch();
  const built = Object.entries(libraries).map(([path, plan]) => [path, buildElf(plan).bytes]);
  await writeTree(sysroot, Object.fromEntries(built));
  return auditSubject(subjectOf(natives), { libraries: await openLibraries({ sysroot }) });
}

/** A library that needs a version of glibc. */
function library(soname: string, version: string, changes: ElfPlan = {}): ElfPlan {
  return {
    soname,
    ...changes,
    needed: [...(changes.needed ?? []), 'libc.so.6'],
    versionNeeds: [{ library: 'libc.so.6', versions: [version] }],
  };
}

const names = (found: Graft | undefined): readonly string[] | undefined =>
  found?.libraries.map(({ name }) => name);

const MODULE = nativeFacts('m.so', {
  needed: ['liba.so.1', 'libc.so.6'],
  versions: { 'libc.so.6': ['GLIBC_2.2.5'] },
  libc: 'glibc',
});

describe('what a repair reaches', () => {
  it('depends on the libraries it takes in, and theirs', async () => {
    const result = await audit([MODULE], {
      'usr/lib64/liba.so.1': library('liba.so.1', 'GLIBC_2.14', { needed: ['libb.so.1'] }),
      'usr/lib64/libb.so.1': library('libb.so.1', 'GLIBC_2.27', { needed: ['liba.so.1'] }),
    });
    expect(result).toMatchObject({
      overallTag: 'linux_x86_64',
      symbolTag: 'manylinux_2_5_x86_64',
      repairTag: 'manylinux_2_27_x86_64',
      graft: {
        libraries: [
          { name: 'liba.so.1', ownTag: 'manylinux_2_17_x86_64', neededBy: ['libb.so.1', 'm.so'] },
          { name: 'libb.so.1', ownTag: 'manylinux_2_27_x86_64', neededBy: ['liba.so.1'] },
        ],
        missing: [],
      },
    });
  });

  it('is undefined when one is missing, and tells which were found and where it looked', async () => {
    const both = nativeFacts('m.so', { needed: ['liba.so.1', 'libgone.so.2', 'libc.so.6'] });
    const result = await audit([both], {
      'usr/lib64/liba.so.1': library('liba.so.1', 'GLIBC_2.14', { needed: ['libdeep.so.3'] }),
      // Found, but of no use.
      'usr/lib64/libgone.so.2': library('libgone.so.2', 'GLIBC_2.17', { machine: EM.AARCH64 }),
    });
    expect(result.repairTag).toBeUndefined();
    expect(result.graft?.tag).toBeUndefined();
    expect(result.externalLibraries).toMatchObject([
      { name: 'liba.so.1', resolvedPath: expect.stringMatching(/usr\/lib64\/liba\.so\.1$/) },
      { name: 'libgone.so.2', resolvedPath: undefined },
    ]);
    expect(result.graft?.missing).toMatchObject([
      { name: 'libdeep.so.3', neededBy: [expect.stringMatching(/liba\.so\.1$/)] },
      { name: 'libgone.so.2', neededBy: ['m.so'] },
    ]);
    expect(result.graft?.missing[1]?.searched).toContainEqual(expect.stringMatching(/usr\/lib64$/));
  });

  it('is linux when even so no baseline is met', async () => {
    const result = await audit([MODULE], { 'lib/liba.so.1': library('liba.so.1', 'GLIBC_2.99') });
    expect(result.repairTag).toBe('linux_x86_64');
    expect(names(result.graft)).toEqual(['liba.so.1']);
  });

  it('judges grafted files by their processor and by what they want without a version', async () => {
    const plain = library('liba.so.1', 'GLIBC_2.2.5');
    const wants: ElfPlan = { ...plain, symbols: [{ name: 'getrandom' }] };
    expect((await audit([MODULE], { 'lib/liba.so.1': plain })).repairTag).toBe(
      'manylinux_2_5_x86_64',
    );
    // getrandom came with glibc 2.25; the next baseline is 2.26.
    expect((await audit([MODULE], { 'lib/liba.so.1': wants })).repairTag).toBe(
      'manylinux_2_26_x86_64',
    );
  });

  it('takes in what only newer baselines have', async () => {
    const needy = nativeFacts('m.so', {
      needed: ['liba.so.1', 'libexpat.so.1', 'libc.so.6'],
      versions: { 'libc.so.6': ['GLIBC_2.2.5'] },
    });
    const liba = library('liba.so.1', 'GLIBC_2.2.5');
    const old = library('libexpat.so.1', 'GLIBC_2.3');
    const recent = library('libexpat.so.1', 'GLIBC_2.28');
    const reached = async (expat: ElfPlan) => {
      const { graft } = await audit([needy], { 'lib/liba.so.1': liba, 'lib/libexpat.so.1': expat });
      return [graft?.tag, names(graft)];
    };
    expect(await reached(old)).toEqual(['manylinux_2_5_x86_64', ['liba.so.1', 'libexpat.so.1']]);
    expect(await reached(recent)).toEqual(['manylinux_2_12_x86_64', ['liba.so.1']]);
  });

  it('never takes in parts of the libc, nor libpython', async () => {
    const python = nativeFacts('m.so', { needed: ['libpython3.12.so.1.0', 'liba.so.1'] });
    const result = await audit([python], {
      'lib/liba.so.1': library('liba.so.1', 'GLIBC_2.2.5', { needed: ['libthread_db.so.1'] }),
      'lib/libthread_db.so.1': library('libthread_db.so.1', 'GLIBC_2.2.5'),
      'lib/libpython3.12.so.1.0': library('libpython3.12.so.1.0', 'GLIBC_2.2.5'),
    });
    expect(names(result.graft)).toEqual(['liba.so.1']);
    expect(result.graft?.missing).toMatchObject([{ name: 'libthread_db.so.1' }]);
  });

  it('uses what the subject carries, and finds two libraries of one name in two folders', async () => {
    const natives = [
      nativeFacts('a.so', { needed: ['libs.so.1'], rpath: ['/opt/a'] }),
      nativeFacts('b.so', { needed: ['libs.so.1'], rpath: ['/opt/b'] }),
      nativeFacts('p.libs/libown.so.1', { soname: 'libown.so.1', needed: [] }),
    ];
    const result = await audit(natives, {
      'opt/a/libs.so.1': library('libs.so.1', 'GLIBC_2.2.5', { needed: ['libown.so.1'] }),
      'opt/b/libs.so.1': library('libs.so.1', 'GLIBC_2.2.5', { needed: ['libt.so.1'] }),
      // Only DT_RPATH of the file that loaded libs.so.1 leads here.
      'opt/b/libt.so.1': library('libt.so.1', 'GLIBC_2.14'),
    });
    expect(result.repairTag).toBe('manylinux_2_17_x86_64');
    expect(result.graft?.libraries.map(({ path }) => path.split('/opt/')[1])).toEqual([
      'a/libs.so.1',
      'b/libs.so.1',
      'b/libt.so.1',
    ]);
    expect(result.graft?.links).toContainEqual({
      from: { inSubject: false, path: expect.stringMatching(/opt\/a\/libs\.so\.1$/) },
      name: 'libown.so.1',
      to: { inSubject: true, path: 'p.libs/libown.so.1' },
    });
  });

  it('of musl is the newest baseline', async () => {
    const natives = [
      nativeFacts('m.so', { needed: ['liba.so.1', 'libc.musl-x86_64.so.1'], libc: 'musl' }),
    ];
    const result = await audit(natives, {
      'usr/lib/liba.so.1': { soname: 'liba.so.1', needed: ['libc.musl-x86_64.so.1'] },
    });
    expect(result).toMatchObject({ overallTag: 'linux_x86_64', repairTag: 'musllinux_1_2_x86_64' });
  });
});

it('changes nothing in the verdict of the files as they are', async () => {
  const empty = await audit([MODULE], {});
  const full = await audit([MODULE], { 'lib/liba.so.1': library('liba.so.1', 'GLIBC_2.34') });
  expect(full.repairTag).not.toBe(empty.repairTag);
  const verdict = ({
    overallTag,
    symbolTag,
    aliases,
    versionedSymbols,
    verdicts,
    natives,
  }: Audit) => ({
    overallTag,
    symbolTag,
    aliases,
    versionedSymbols,
    verdicts,
    natives,
  });
  expect(verdict(full)).toEqual(verdict(empty));
});

const gcc = (() => {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!gcc)('libraries that gcc made (needs gcc)', () => {
  it('are followed through links, RUNPATH and past a decoy into the folders of a sysroot', async () => {
    const work = await scratch();
    const sysroot = join(work, 'root');
    await writeTree(work, {
      'b.c': 'int b(void) { return 2; }',
      'a.c': 'int b(void); int a(void) { return b() + 1; }',
      'm.c': 'int a(void); int PyInit_m(void) { return a(); }',
    });
    const compile = (output: string, ...args: readonly string[]) =>
      execFileSync('gcc', ['-shared', '-fPIC', '-o', join(work, output), ...args], { cwd: work });
    await mkdir(join(sysroot, 'opt/b'), { recursive: true });
    await mkdir(join(sysroot, 'usr/lib/decoy'), { recursive: true });
    await mkdir(join(sysroot, 'usr/lib/real'), { recursive: true });
    compile('root/opt/b/libb.so.1.2', 'b.c', '-Wl,-soname,libb.so.1');
    await symlink('libb.so.1.2', join(sysroot, 'opt/b/libb.so.1'));
    const runpath = '-Wl,--enable-new-dtags,-rpath,$ORIGIN/../../../opt/b';
    compile(
      'root/usr/lib/real/liba.so.1',
      'a.c',
      'root/opt/b/libb.so.1.2',
      '-Wl,-soname,liba.so.1',
      runpath,
    );
    compile('m.so', 'm.c', 'root/usr/lib/real/liba.so.1', '-Wl,--unresolved-symbols=ignore-all');
    await writeTree(sysroot, {
      'etc/ld.so.conf': '/usr/lib/decoy\n/usr/lib/real\n',
      'usr/lib/decoy/liba.so.1': buildElf({ soname: 'liba.so.1', machine: EM.S390 }).bytes,
    });
    const wheel = await writeWheelFile(work, {
      tags: 'cp312-cp312-linux_x86_64',
      files: { 'm.so': buildElf({ needed: ['liba.so.1'] }).bytes },
    });
    const libraries = await openLibraries({ sysroot });
    const module = await auditSubject(await readSubject(join(work, 'm.so')), { libraries });
    expect(module.graft?.libraries.map(({ name, path }) => [name, path])).toEqual([
      ['liba.so.1', join(sysroot, 'usr/lib/real/liba.so.1')],
      ['libb.so.1', join(sysroot, 'opt/b/libb.so.1.2')],
    ]);
    const architecture = module.architecture ?? '';
    expect(module.repairTag).toMatch(new RegExp(`^manylinux_\\d+_\\d+_${architecture}$`));
    // The wheel's file is for x86-64: elsewhere nothing of the sysroot fits it.
    const audited = await auditSubject(await readSubject(wheel), { libraries });
    expect(names(audited.graft)).toEqual(
      architecture === 'x86_64' ? ['liba.so.1', 'libb.so.1'] : [],
    );
  });
});
