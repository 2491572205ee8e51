import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import vectors from '../../vectors/openwrt-depends.json' with { type: 'json' };
import { anyPython } from '../bytecode/interpreters.ts';
import { difference, foundIn } from './compare.ts';

const { release } = vectors;
const recipes = new Map(Object.entries(vectors.recipes));

/** Folders of wheels, as for scripts/record-openwrt-depends.mjs. */
const folders = (process.env['WHEELWORKS_TEST_WHEELS'] ?? '')
  .split(':')
  .filter((each) => each !== '');
const wheelOf = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find((path) => existsSync(path));

describe('recipes of the feed', () => {
  it('are compared with thirty packages and more', () => {
    expect(vectors.rows.length).toBeGreaterThanOrEqual(30);
  });

  it.each(vectors.rows)('$project: what differs follows from what was found', (row) => {
    const { missing, byLuck, superfluous } = row;
    expect(difference(row.depends, row, { release, recipes })).toEqual({
      missing,
      byLuck,
      superfluous,
    });
  });
});

const there = vectors.rows.flatMap((row) => {
  const wheel = wheelOf(row.wheel);
  return wheel === undefined ? [] : [{ ...row, path: wheel }];
});

describe.skipIf(there.length === 0)(
  'real wheels (in the folders of WHEELWORKS_TEST_WHEELS)',
  () => {
    it.each(there)(
      '$wheel needs what was recorded',
      async ({ path, needed, written, suggested }) => {
        const found = await foundIn({ wheel: path, python: anyPython.path, release });
        expect(found).toEqual({ needed, written, suggested });
      },
    );
  },
);
