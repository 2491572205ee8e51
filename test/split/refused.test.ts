import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  isRefused,
  planSplits,
  refusalError,
  splitWheels,
  type SplitOptions,
} from '../../src/split/index.ts';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';

const options: SplitOptions = {
  maxSize: 200_000,
  byPath: [],
  inPlace: ['pkg/a.bin'],
  generator: 'wheelworks test',
  jobs: 2,
};

describe('wheels that cannot be split', () => {
  it('are all told, and hold back their own release alone', async () => {
    const folder = await scratch();
    const files = { 'pkg/a.bin': randomBytes(150_000), 'pkg/b.bin': randomBytes(150_000) };
    const clash = await writeWheelFile(folder, {
      version: '1.0',
      tags: 'cp311-none-any',
      files: { ...files, 'pkg_cache/__init__.py': '' },
    });
    const large = await writeWheelFile(folder, {
      version: '1.0',
      tags: 'cp312-none-any',
      files: { ...files, 'pkg/c.bin': randomBytes(150_000) },
    });
    const fine = await writeWheelFile(folder, {
      version: '1.0',
      tags: 'cp313-none-any',
      files,
    });
    const other = await writeWheelFile(folder, { version: '2.0', files });
    const stranger = join(folder, 'no-wheel.whl');
    await writeFile(stranger, 'x');
    const paths = [clash, large, fine, other, stranger];
    const directory = join(folder, 'out');
    const results = await splitWheels(paths, { ...options, directory });
    const refusals = results.filter(isRefused).flatMap((each) => each.refusals);
    expect(refusals.map(({ path, error }) => [basename(path), error.code])).toEqual([
      ['no-wheel.whl', 'packaging/wheel-filename'],
      [basename(clash), 'split/name-clash'],
    ]);
    const written = results.flatMap((each) => (each.plan === undefined ? [] : each.files));
    expect(written.map(({ filename }) => filename)).toEqual([
      'pkg_part1-2.0-py3-none-any.whl',
      'pkg-2.0-py3-none-any.whl',
    ]);
  });

  it('are all told when more than one stays too large', async () => {
    const folder = await scratch();
    const wheels = await Promise.all(
      ['cp311', 'cp312', 'cp313'].map((tag) =>
        writeWheelFile(folder, {
          tags: `${tag}-none-any`,
          files: {
            'pkg/a.bin': randomBytes(150_000),
            'pkg/b.bin': randomBytes(150_000),
            ...(tag === 'cp312' ? {} : { 'pkg/c.bin': randomBytes(150_000) }),
          },
        }),
      ),
    );
    const [result] = await planSplits(wheels, options);
    if (result === undefined || !isRefused(result)) throw new Error('not refused');
    expect(result.refusals.map(({ path, error }) => [path, error.code])).toEqual([
      [wheels[0], 'split/cannot-place'],
      [wheels[2], 'split/cannot-place'],
    ]);
    expect(refusalError(result).evidence).toContain(wheels[2]);
  });
});
