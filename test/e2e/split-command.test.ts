/** The command line of `wheelworks split`: what it does not take. */
import { readdir } from 'node:fs/promises';
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

  it('has nothing to do where no wheel is over the limit', async () => {
    const cwd = await scratch();
    await writeWheelFile(cwd, { files: { 'pkg/a.bin': 'x'.repeat(1000) } });
    const result = await cli(['split', '.'], { cwd });
    expect(result).toMatchObject({ code: 3, out: expect.stringContaining('Nothing to do') });
  });
});
