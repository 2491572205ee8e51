/** `baseline` as people and programs see it. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildElf } from '../support/elf-builder.ts';
import { scratch } from '../support/scratch.ts';
import { requireBuild, wheelworks, wheelworksJson, type Run } from './wheel-commands.ts';

beforeAll(requireBuild);

let cwd: string;
beforeEach(async () => {
  cwd = await scratch();
});

const baseline = (...args: string[]): Run => wheelworks(['baseline', ...args], { cwd });

/** A root file system whose libc exports these functions under GLIBC_2.38. */
async function root(name: string, ...functions: readonly string[]): Promise<void> {
  const folder = join(cwd, name, 'usr/lib/x86_64-linux-gnu');
  await mkdir(folder, { recursive: true });
  const libc = buildElf({
    soname: 'libc.so.6',
    versionDefinitions: [{ name: 'libc.so.6' }, { name: 'GLIBC_2.2.5' }, { name: 'GLIBC_2.38' }],
    symbols: [
      { name: 'puts', section: 1, version: 'GLIBC_2.2.5' },
      ...functions.map((each) => ({ name: each, section: 1, version: 'GLIBC_2.38' })),
    ],
  });
  await writeFile(join(folder, 'libc.so.6'), libc.bytes);
  const loader = buildElf({ soname: 'ld-linux-x86-64.so.2' });
  await writeFile(join(folder, 'ld-linux-x86-64.so.2'), loader.bytes);
}

describe('baseline', () => {
  it('lists and shows what there is', () => {
    expect(baseline('list', '--arch', 'riscv64').out).toMatch(/^manylinux_2_31 /m);
    expect(baseline('list', '--arch', 'pdp11').code).toBe(3);
    const { code, out } = baseline('show', 'manylinux2014_x86_64');
    expect(code).toBe(0);
    expect(out).toContain('build in   quay.io/pypa/manylinux2014_x86_64');
    expect(baseline('show', 'manylinux_2_29').err).toContain('error[baseline/unknown]');
  });

  it('tells since when there is a function', () => {
    const { code, document } = wheelworksJson(
      ['baseline', 'explain', 'getrandom', '--arch', 'x86_64'],
      { cwd },
    );
    expect(code).toBe(0);
    expect(document).toMatchObject({
      schema: 'wheelworks.baseline.explain/1',
      support: expect.arrayContaining([
        expect.objectContaining({ architecture: 'x86_64', since: 'manylinux_2_26' }),
      ]) as object,
    });
    expect(baseline('explain', 'no_such_function_at_all').code).toBe(1);
  });

  it('derives what two systems have in common, and judges by it', async () => {
    await root('one', 'strlcpy', 'backported');
    await root('two', 'strlcpy');
    expect(baseline('derive', 'one', '--name', 'one').code).toBe(0);
    const both = baseline('derive', '--sysroot', 'one', '--sysroot', 'two', '--name', 'both');
    expect(both.code).toBe(0);
    expect(both.out).toContain('1 symbol of it dropped: other roots lack them');
    const file = await readFile(join(cwd, 'both_x86_64.json'), 'utf8');
    expect(file).toContain('"GLIBC_2.38": {"symbols":["strlcpy"]}');
    expect(file).toContain('"libc.so.6": ["backported"]');

    const compared = baseline('compare', 'one_x86_64.json', 'both_x86_64.json');
    expect(compared.code).toBe(1);
    expect(compared.out).toContain('- backported  GLIBC_2.38 of libc.so.6');
    expect(compared.out).toContain('though both have the same libc version');

    const module = buildElf({
      needed: ['libc.so.6'],
      versionNeeds: [{ library: 'libc.so.6', versions: ['GLIBC_2.38'] }],
      symbols: [{ name: 'backported', version: 'GLIBC_2.38' }],
      execStack: false,
    });
    await writeFile(join(cwd, 'm.so'), module.bytes);
    const judge = (file: string): string =>
      wheelworks(['audit', '--baseline', file, 'm.so'], { cwd }).out;
    expect(judge('one_x86_64.json')).toContain('meets    one_x86_64');
    expect(judge('both_x86_64.json')).toContain('has GLIBC_2.38, but no backported in it');
  });

  it('writes nothing in a dry run', async () => {
    await root('one', 'strlcpy');
    const { out } = baseline('derive', 'one', '--name', 'one', '--dry-run');
    expect(out).toContain('Nothing was written');
    await expect(readFile(join(cwd, 'one_x86_64.json'))).rejects.toThrow(/ENOENT/);
  });

  it('finds the faults of the published tables, and none in what it exports', () => {
    expect(baseline('lint').out).toContain('manylinux_2_38_loongarch64  GCC_4.4.0');
    expect(baseline('export', '-o', 'policy.json').code).toBe(0);
    expect(baseline('lint', 'policy.json')).toMatchObject({ code: 0, out: 'no fault found\n' });
  });
});
