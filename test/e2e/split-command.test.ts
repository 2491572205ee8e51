/** The command line of `wheelworks split`: what it does not take. */
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

describe('wheelworks split', () => {
  it.each([
    ['advice that was not asked for', ['--request', 'request.txt'], 'cli/missing-option'],
    ['thorough advice that was not asked for', ['--thorough'], 'cli/missing-option'],
    ['a variable that means something else', ['--cache-variable', 'PATH'], 'cli/bad-value'],
    ['a folder that differs by where one is', ['--cache-directory', '../x'], 'cli/bad-value'],
  ])('refuses %s, and writes nothing', async (_, args, code) => {
    const cwd = await scratch();
    await writeWheelFile(cwd, { files: { 'pkg/a.bin': 'x'.repeat(1000) } });
    const before = await readdir(cwd);
    const result = await cli(['split', '.', ...args, '--json'], { cwd });
    expect(result.code).toBe(2);
    expect(JSON.parse(result.out)).toMatchObject({ error: { code } });
    expect(await readdir(cwd)).toEqual(before);
  });

  it('tells every refusal of a folder, and splits what is of another release', async () => {
    const cwd = await scratch();
    const data = { 'pkg/a.bin': randomBytes(150_000), 'pkg/b.bin': randomBytes(150_000) };
    for (const tags of ['cp311-none-any', 'cp312-none-any'])
      await writeWheelFile(cwd, { tags, files: { ...data, 'pkg_part1/__init__.py': '' } });
    await writeWheelFile(cwd, { version: '2.0', files: data });
    const args = ['split', '.', '--max-size', '200KB', '--in-place', 'pkg/a.bin'];
    const text = await cli(args, { cwd });
    expect(text.code).toBe(1);
    expect(text.err.match(/error\[split\/name-clash\]/g)).toHaveLength(2);
    expect(text.out).toContain('pkg_part1-2.0-py3-none-any.whl');
    expect((await readdir(join(cwd, 'split'))).sort()).toEqual([
      'pkg-2.0-py3-none-any.whl',
      'pkg_part1-2.0-py3-none-any.whl',
    ]);
    const document = await cli([...args, '--dry-run', '--json'], { cwd });
    expect(document.code).toBe(1);
    const { releases, refused } = JSON.parse(document.out) as Record<string, unknown[]>;
    expect(releases).toHaveLength(1);
    expect(refused).toMatchObject([
      { reasons: [1, 2].map(() => ({ error: { code: 'split/name-clash' } })) },
    ]);
  });

  it('advises with what a split would make, or why there is none, and writes nothing', async () => {
    const cwd = await scratch();
    const data = { 'pkg/a.bin': randomBytes(150_000), 'pkg/b.bin': randomBytes(150_000) };
    await writeWheelFile(cwd, { files: { 'pkg/__init__.py': '', ...data } });
    const before = await readdir(cwd);
    const args = ['split', '--advise', '.', '--max-size', '200KB'];
    const refused = await cli(args, { cwd });
    expect(refused.code).toBe(0);
    expect(refused.out).toContain('a split is refused (split/cannot-place)');
    expect(refused.out).toContain('What makes the size');
    const asked = await cli([...args, '--request', 'request.md'], { cwd });
    expect(asked.out).toContain('No request is needed, and none was written');
    const planned = await cli([...args, '--in-place', 'pkg/a.bin'], { cwd });
    expect(planned.out).toContain('a split makes 2 wheels of it');
    const { wheels } = JSON.parse((await cli([...args, '--json'], { cwd })).out) as {
      wheels: { split: { reasons: unknown[] } }[];
    };
    expect(wheels[0]?.split.reasons).toMatchObject([{ code: 'split/cannot-place' }]);
    expect(await readdir(cwd)).toEqual(before);
  });

  it('has nothing to do where no wheel is over the limit', async () => {
    const cwd = await scratch();
    await writeWheelFile(cwd, { files: { 'pkg/a.bin': 'x'.repeat(1000) } });
    const result = await cli(['split', '.'], { cwd });
    expect(result).toMatchObject({ code: 3, out: expect.stringContaining('Nothing to do') });
  });
});
