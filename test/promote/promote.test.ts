import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMetadata, verifyWheel, withWheel } from '../../src/wheel/index.ts';
import { metadataView } from '../../src/packaging/index.ts';
import { scratch } from '../support/scratch.ts';
import { plan, write } from './support.ts';
import { FINAL, PACKAGES, RC, TAGS, writeIreeSet, writeSdist } from './iree-set.ts';

describe('a set of three packages with four wheels each', () => {
  it('is written whole: names, RECORD, pins, bills, version files', async () => {
    const root = await scratch();
    const folder = await writeIreeSet(join(root, 'dist'));
    const promotion = await plan(folder);
    expect(promotion.problems).toEqual([]);
    await write(promotion, join(root, 'final'));
    const names = (await readdir(join(root, 'final'))).sort();
    expect(names).toEqual(
      [
        ...PACKAGES.flatMap(({ name }) =>
          TAGS.map((tag) => `${name.replaceAll('-', '_')}-${FINAL}-${tag}.whl`),
        ),
        'promotion.json',
      ].sort(),
    );
    for (const name of names.filter((each) => each.endsWith('.whl'))) {
      const path = join(root, 'final', name);
      expect((await readFile(path)).includes(RC)).toBe(false);
      await withWheel(path, async (wheel) => {
        expect(await verifyWheel(wheel)).toEqual([]);
        for (const entry of wheel.archive.entries)
          expect(Buffer.from(await wheel.archive.read(entry)).includes(RC)).toBe(false);
      });
    }
    const requirements = await withWheel(
      join(root, 'final', `iree_turbine-${FINAL}-py3-none-any.whl`),
      async (wheel) => metadataView(await readMetadata(wheel)).requiresDist,
    );
    expect(requirements).toEqual([
      `iree_base_compiler[io] === ${FINAL}`,
      `iree-base-runtime [io] == ${FINAL}, != 3.11 ; python_version < "4"`,
      'iree-base-runtime>=3.10,==3.12.*; python_version >= "3.8"',
    ]);
  });

  it('gives the same bytes twice, and a second run takes them for done', async () => {
    const root = await scratch();
    const folder = await writeIreeSet(join(root, 'dist'));
    await writeSdist(folder, {
      name: 'iree-base-runtime',
      files: { 'PKG-INFO': `Metadata-Version: 2.1\nName: iree-base-runtime\nVersion: ${RC}\n` },
    });
    const promotion = await plan(folder);
    const first = await write(promotion, join(root, 'one'));
    const second = await write(promotion, join(root, 'two'));
    expect(second.document).toEqual(first.document);
    const again = await write(promotion, join(root, 'one'));
    expect(again).toEqual({ document: first.document, reused: true });
    expect(basename(promotion.files[0]?.output ?? '')).toContain(FINAL);
  });
});
