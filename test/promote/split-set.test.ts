import { describe, expect, it } from 'vitest';
import { readSetMember } from '../../src/promote/set/member.ts';
import { scratch } from '../support/scratch.ts';
import { buildSplit } from '../support/split-builder.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

describe('a set that is to be promoted', () => {
  it('has no wheel of a split set, main or part', async () => {
    const { main, parts, folder } = await buildSplit(await scratch(), { version: '1.0rc1' });
    for (const path of [main, ...parts]) {
      const { problems } = await readSetMember(path);
      expect(problems).toMatchObject([{ code: 'promote/split-set', path }]);
    }
    const { problems } = await readSetMember(await writeWheelFile(folder, { version: '1.0rc1' }));
    expect(problems).toEqual([]);
  });
});
