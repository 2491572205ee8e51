import { copyFile, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFiles } from '../../src/check/index.ts';
import { scratch } from '../support/scratch.ts';
import { buildSplit, type BuiltSplit, type SplitSpec } from '../support/split-builder.ts';

/** `file code evidence` of what is wrong with the files of a set together. */
async function together(paths: readonly string[]): Promise<readonly string[]> {
  const results = await checkFiles(paths, { natives: false });
  return results.flatMap(({ path, findings }) =>
    findings
      .filter(({ code }) => code.startsWith('split/') || code.startsWith('release/'))
      .map(({ code, evidence = '' }) => `${basename(path)} ${code} ${evidence}`),
  );
}

async function built(
  spec: SplitSpec = {},
): Promise<BuiltSplit & { readonly all: readonly string[] }> {
  const set = await buildSplit(await scratch(), spec);
  return { ...set, all: [set.main, ...set.parts] };
}

const MAIN = 'big-1.0-cp312-cp312-linux_x86_64.whl';

describe('the files of a split wheel', () => {
  it('are in order together', async () => {
    expect(await together((await built()).all)).toEqual([]);
  });

  it('lack a part', async () => {
    const { main, parts } = await built();
    expect(await together([main, parts[0] ?? ''])).toEqual([
      `${MAIN} split/part-missing big_part2-1.0-cp312-cp312-linux_x86_64.whl`,
    ]);
  });

  it('lack a part, and have that of another version', async () => {
    const { main, parts, folder } = await built();
    const newer = await buildSplit(join(folder, 'newer'), { version: '1.1' });
    const found = await together([main, parts[0] ?? '', newer.parts[1] ?? '']);
    expect(found).toEqual([
      `${MAIN} split/part-missing big_part2-1.0-cp312-cp312-linux_x86_64.whl; of another version or platform: big_part2-1.1-cp312-cp312-linux_x86_64.whl`,
      'big_part2-1.1-cp312-cp312-linux_x86_64.whl split/part-stray part 2 of big 1.1',
    ]);
  });

  it('have a part of another build', async () => {
    const { all, parts, folder } = await built();
    const other = await buildSplit(join(folder, 'other'), {
      files: (files, part) => (part === 1 ? { ...files, 'big_part1/more.py': '' } : files),
    });
    await copyFile(other.parts[0] ?? '', parts[0] ?? '');
    expect(await together(all)).toEqual([
      expect.stringMatching(/^big-1\.0-\S+ split\/wrong-part big_part1-1\.0-\S+ must have SHA-256/),
    ]);
  });

  it.each([
    ['not at all', []],
    ['from a version on', ['big-part1>=1.0', 'big-part2==1.0']],
    ['at any patch', ['big-part1==1.0.*', 'big-part2==1.0']],
    ['at another version', ['big-part1==1.1', 'big-part2==1.0']],
  ])('require a part %s', async (_, requires) => {
    const found = await together((await built({ requires })).all);
    expect(found).toEqual([
      expect.stringMatching(/split\/part-not-pinned big-part1==1\.0 is wanted/),
    ]);
  });

  it('may pin a part in another spelling, with a marker', async () => {
    const requires = ['Big_Part1 (==1.0.0)', 'big.part2 === 1.0; python_version >= "3.8"'];
    expect(await together((await built({ requires })).all)).toEqual([]);
  });

  it('have a part left over from another run', async () => {
    const { all, folder } = await built();
    const other = await buildSplit(join(folder, 'other'), { tags: 'cp313-cp313-linux_x86_64' });
    expect(await together([...all, other.parts[0] ?? ''])).toEqual([
      'big_part1-1.0-cp313-cp313-linux_x86_64.whl split/part-stray part 1 of big 1.0',
    ]);
  });

  it('are told of when a part is alone', async () => {
    const { parts } = await built();
    const [result] = await checkFiles([parts[0] ?? ''], { natives: false });
    const told = result?.findings.find(({ code }) => code === 'split/part-alone');
    expect(told).toMatchObject({ severity: 'info', evidence: 'part 1 of big 1.0' });
  });

  it('have a damaged description', async () => {
    const { all } = await built({
      files: (files, part) =>
        part === undefined
          ? { ...files, 'big-1.0.dist-info/split.json': '{"schema": "wheelworks.split-set/1"}' }
          : files,
    });
    const found = await together(all);
    expect(found[0]).toMatch(/split\/bad-description/);
  });

  it('are judged by their digests even where nobody else asks for those', async () => {
    const { all, parts } = await built();
    const bytes = await readFile(parts[1] ?? '');
    await rm(parts[1] ?? '');
    await copyFile(parts[0] ?? '', parts[1] ?? '');
    expect(bytes.length).toBeGreaterThan(0);
    const results = await checkFiles(all, { natives: false, digest: false, contents: false });
    expect(results.flatMap(({ findings }) => findings.map(({ code }) => code))).toContain(
      'split/wrong-part',
    );
  });

  it('draw no complaint about what parts carry', async () => {
    const results = await checkFiles((await built()).all);
    const odd = results.flatMap(({ findings }) =>
      findings.filter(
        ({ code }) => !/^(?:metadata|description|pypi\/platform|audit\/not-native)/.test(code),
      ),
    );
    expect(
      odd.map(({ code, path, evidence }) => `${code} ${path ?? ''} ${evidence ?? ''}`),
    ).toEqual([]);
  });
});
