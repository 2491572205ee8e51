import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  auditInstalled,
  auditPath,
  createFactsCache,
  openEnvironment,
  openLibraries,
  type Audit,
} from '../../src/audit/index.ts';
import { readSubject } from '../../src/audit/subjects/open.ts';
import { buildElf, type ElfPlan } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { wheelText, writeTree } from '../support/wheel-builder.ts';

const MODULE: ElfPlan = {
  needed: ['libc.so.6'],
  versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.17'] }],
};

const elf = (plan: ElfPlan = MODULE): Uint8Array => buildElf(plan).bytes;

describe('a file', () => {
  it('is known by its contents, and found through a link under its name', async () => {
    const folder = await scratch();
    await writeTree(folder, { 'real/data.bin': elf() });
    await symlink('real/data.bin', join(folder, 'libm.so'));
    const subject = await readSubject(join(folder, 'libm.so'));
    expect(subject).toMatchObject({
      kind: 'file',
      folder,
      tags: undefined,
      natives: [{ path: 'libm.so' }],
    });
    expect((await auditPath(join(folder, 'libm.so'))).overallTag).toBe('manylinux_2_17_x86_64');
  });

  it('that is damaged is a finding', async () => {
    const path = join(await scratch(), 'x.so');
    await writeFile(path, '\u007fELF no more');
    const { findings } = await auditPath(path);
    expect(findings).toMatchObject([{ code: 'audit/damaged-native', path: 'x.so' }]);
  });

  it('of another kind is refused, and a pipe is not waited for', async () => {
    const folder = await scratch();
    await writeTree(folder, { 'a.txt': 'text' });
    await expect(readSubject(join(folder, 'a.txt'))).rejects.toMatchObject({
      code: 'audit/not-auditable',
    });
    await expect(readSubject(join(folder, 'none'))).rejects.toMatchObject({
      code: 'file/not-found',
    });
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(folder, 'pipe.so')]);
    await expect(readSubject(join(folder, 'pipe.so'))).rejects.toMatchObject({
      code: 'file/not-regular',
    });
  });
});

describe('a folder', () => {
  it('stands for every native file below it; links are followed inside of it alone', async () => {
    const outside = await scratch();
    await writeTree(outside, { 'libo.so': elf() });
    const folder = await scratch();
    await writeTree(folder, {
      'm.so': elf({ needed: ['libx.so.1', 'liby.so.1'], runpath: '$ORIGIN/libs:$ORIGIN/other' }),
      'libs/libx.so.1.2': elf({ ...MODULE, soname: 'libx.so.1.2' }),
      'libs/liby.so.1': elf({ ...MODULE, soname: 'liby.so.1' }),
      'notes.txt': 'none',
    });
    await symlink('libx.so.1.2', join(folder, 'libs/libx.so.1'));
    await symlink('libs', join(folder, 'other'));
    await symlink('..', join(folder, 'libs/loop'));
    await symlink(outside, join(folder, 'away'));
    const audit = await auditPath(folder);
    expect(audit.subject).toMatchObject({
      kind: 'folder',
      symlinks: ['away', 'libs/libx.so.1', 'libs/loop', 'other'],
      natives: [{ path: 'libs/libx.so.1.2' }, { path: 'libs/liby.so.1' }, { path: 'm.so' }],
    });
    expect(audit.natives[2]?.links).toEqual([
      { name: 'libx.so.1', kind: 'carried', target: 'libs/libx.so.1.2' },
      { name: 'liby.so.1', kind: 'carried', target: 'libs/liby.so.1' },
    ]);
    expect(audit).toMatchObject({ overallTag: 'manylinux_2_17_x86_64', claims: [] });
  });

  it('that is an unpacked wheel has its tags', async () => {
    const folder = await scratch();
    await writeTree(folder, {
      'm.so': elf(),
      'p-1.0.dist-info/WHEEL': wheelText('cp312-cp312-manylinux_2_5_x86_64'),
      'p-1.0.dist-info/RECORD': 'm.so,,\n',
    });
    const audit = await auditPath(folder);
    expect(audit.subject).toMatchObject({ name: 'p 1.0', recorded: new Set(['m.so']) });
    expect(audit.claims).toMatchObject([{ tag: 'manylinux_2_5_x86_64', holds: false }]);
  });
});

/** An environment with these distributions: name to files. */
async function environment(
  distributions: Readonly<Record<string, Readonly<Record<string, Uint8Array | string>>>>,
): Promise<string> {
  const prefix = await scratch();
  const site = join(prefix, 'lib/python3.12/site-packages');
  for (const [name, files] of Object.entries(distributions)) {
    const rows = Object.keys(files).map((path) => `${path},,\n`);
    await writeTree(site, {
      ...files,
      [`${name}-1.0.dist-info/WHEEL`]: wheelText('cp312-cp312-manylinux_2_17_x86_64'),
      [`${name}-1.0.dist-info/RECORD`]: [...rows, `${name}-1.0.dist-info/RECORD,,\n`].join(''),
    });
  }
  return prefix;
}

/** Audits all of an environment beside a system that has a libc and nothing else. */
async function auditAll(prefix: string): Promise<readonly Audit[]> {
  const sysroot = await scratch();
  await writeTree(sysroot, { 'lib64/libc.so.6': elf({ soname: 'libc.so.6' }) });
  const facts = createFactsCache();
  const libraries = await openLibraries({ sysroot, facts });
  const found = await openEnvironment(prefix);
  return Promise.all(
    found.distributions.map((distribution) =>
      auditInstalled(found, distribution, { libraries, facts }),
    ),
  );
}

const judged = ({ subject, overallTag, claims, findings }: Audit) => ({
  name: subject.name,
  overallTag,
  holds: claims.map(({ holds }) => holds),
  codes: findings.filter(({ code }) => /library-(?:missing|elsewhere)$/.test(code)),
});

describe('an environment', () => {
  it('lets distributions bring libraries to one another', async () => {
    const prefix = await environment({
      torch: {
        'torch/lib/t.so': elf({
          ...MODULE,
          needed: ['libcu.so.12', 'libc.so.6'],
          runpath: '$ORIGIN/../../nvidia/cu/lib',
        }),
      },
      vision: { 'vision/v.so': elf({ ...MODULE, needed: ['t.so', 'libc.so.6'] }) },
      cuda: { 'nvidia/cu/lib/libcu.so.12': elf({ ...MODULE, soname: 'libcu.so.12' }) },
      broken: { 'b.so': elf({ ...MODULE, needed: ['libGL.so.1', 'libc.so.6'] }) },
    });
    const [broken, cuda, torch, vision] = (await auditAll(prefix)).map(judged);
    const good = { overallTag: 'manylinux_2_17_x86_64', holds: [true], codes: [] };
    expect(cuda).toEqual({ name: 'cuda 1.0', ...good });
    expect(torch).toEqual({ name: 'torch 1.0', ...good });
    // Its search leads nowhere: whether it works depends on what is imported first.
    expect(vision).toMatchObject({
      overallTag: 'linux_x86_64',
      codes: [{ code: 'audit/library-elsewhere', severity: 'warning', path: 'vision/v.so' }],
    });
    // Every baseline promises libGL, this system has none.
    expect(broken).toMatchObject({
      overallTag: 'manylinux_2_17_x86_64',
      codes: [{ code: 'audit/library-missing', severity: 'error', path: 'b.so' }],
    });
  });

  it('is found by its folder of packages, too; programs belong to their distribution', async () => {
    const prefix = await environment({ tool: { '../../../bin/tool': elf(), 't/__init__.py': '' } });
    const site = join(prefix, 'lib/python3.12/site-packages');
    await symlink('lib', join(prefix, 'lib64'));
    for (const path of [prefix, site]) {
      const [audit, ...more] = await auditAll(path);
      expect(audit?.subject).toMatchObject({
        kind: 'installed',
        natives: [{ path: '../../../bin/tool' }],
      });
      expect(more).toEqual([]);
    }
  });

  it('says nothing of missing libraries where the system cannot be searched', async () => {
    const prefix = await environment({
      broken: { 'b.so': elf({ ...MODULE, needed: ['libGL.so.1'] }) },
    });
    const found = await openEnvironment(prefix);
    const facts = createFactsCache();
    const [distribution] = found.distributions;
    if (distribution === undefined) throw new Error('nothing installed');
    const audit = await auditInstalled(found, distribution, {
      facts,
      libraries: await openLibraries({ facts }),
    });
    expect(judged(audit).codes).toEqual([]);
  });

  it('does not follow a RECORD out of itself', async () => {
    const prefix = await environment({ bad: { '../../../../stolen.so': 'x', 'm.so': elf() } });
    const [audit] = await auditAll(prefix);
    expect(audit?.subject.members.map(({ path }) => path)).toEqual([
      'm.so',
      'bad-1.0.dist-info/RECORD',
    ]);
  });

  it('must hold something', async () => {
    const empty = await scratch();
    await mkdir(join(empty, 'lib/python3.12/site-packages'), { recursive: true });
    await expect(openEnvironment(empty)).rejects.toMatchObject({ code: 'audit/no-environment' });
  });
});
