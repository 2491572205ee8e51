import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkFile, judgeSet, readIndexed, type CheckSetOptions } from '../../src/check/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { sha256 } from '../../src/support/hash.ts';
import { scratch } from '../support/scratch.ts';
import { sdist, wheel, writeAll, type Distribution } from './distributions.ts';
import { indexed, onIndex } from './rule-samples.ts';

const WHEEL = 'pkg-1.0-py3-none-any.whl';
const SAME = { hashes: { sha256: sha256(wheel().bytes) } };

async function codesOf(file: Distribution, options: CheckSetOptions): Promise<readonly string[]> {
  const [path = ''] = await writeAll(await scratch(), [file]);
  const results = judgeSet([await checkFile(path, { jobs: 1 })], options);
  return results.flatMap(({ findings }) => findings.map(({ code }) => code));
}

describe('against an index', () => {
  it.each<[string, CheckSetOptions, readonly string[]]>([
    ['a project that is new', indexed(null), []],
    ['a project that was not asked for', indexed(null, 'other'), []],
    ['a project without files', indexed({}), []],
    [
      'another release',
      indexed({ files: [onIndex('pkg-0.9.tar.gz', { uploadTime: '2020-01-01T00:00:00Z' })] }),
      [],
    ],
    [
      'a release of 14 days',
      indexed({ files: [onIndex('pkg-1.0.tar.gz', { uploadTime: '2026-11-06T00:00:00Z' })] }),
      [],
    ],
    [
      'a release that an older file opened',
      indexed({
        files: [
          onIndex('pkg-1.0.tar.gz', { uploadTime: '2026-11-19T00:00:00Z' }),
          onIndex('pkg-1.0-cp312-cp312-win32.whl', { uploadTime: '2026-11-01T00:00:00Z' }),
        ],
      }),
      ['pypi/release-closed'],
    ],
    [
      'a release in another spelling of its version',
      indexed({ files: [onIndex('pkg-1.tar.gz', { uploadTime: '2026-11-01T00:00:00Z' })] }),
      ['pypi/release-closed'],
    ],
    ['a release without times', indexed({ files: [onIndex('pkg-1.0.tar.gz')] }), []],
    [
      'the very file, in a release that is closed and a project that is archived',
      indexed({
        status: { status: 'archived' },
        files: [onIndex(WHEEL, { ...SAME, uploadTime: '2020-01-01T00:00:00Z' })],
      }),
      ['pypi/file-there'],
    ],
    [
      'a file of the name whose hash is not told',
      indexed({ files: [onIndex(WHEEL)] }),
      ['pypi/file-exists'],
    ],
    [
      'another Requires-Python',
      indexed({ files: [onIndex('pkg-1.0.tar.gz', { requiresPython: '>=3.9' })] }),
      ['release/metadata-differs'],
    ],
    [
      'names that nobody can read',
      indexed({ files: [onIndex('odd.exe'), onIndex('a-b-c.zip')] }),
      [],
    ],
    [
      'a version that has files',
      indexed({ versions: ['1.0'], files: [onIndex('pkg-1.0.tar.gz')] }),
      [],
    ],
  ])('%s', async (_what, options, expected) => {
    expect(await codesOf(wheel(), options)).toEqual(expected);
  });

  it('an sdist beside another one is one too many', async () => {
    const options = indexed({ files: [onIndex('Pkg-1.0.zip')] });
    expect(await codesOf(sdist(), options)).toEqual(['release/second-sdist']);
    expect(await codesOf(wheel(), options)).toEqual([]);
  });
});

describe('reading an index', () => {
  it('asks for each project once, and knows what is not there', async () => {
    const folder = await scratch();
    const paths = await writeAll(folder, [wheel(), sdist(), wheel({ name: 'spam' })]);
    await writeAll(folder, []);
    const files = await Promise.all(paths.map((path) => checkFile(path, { jobs: 1 })));
    const pages = await readIndexed(folder, files);
    expect([...pages]).toEqual([
      ['pkg', null],
      ['spam', null],
    ]);
  });

  it('tells what is wrong with a page', async () => {
    const folder = await scratch();
    const [path = ''] = await writeAll(folder, [wheel()]);
    await writeFile(join(folder, 'pkg'), 'a file in place of the folder');
    const reading = readIndexed(folder, [await checkFile(path, { jobs: 1 })]);
    await expect(reading).rejects.toBeInstanceOf(WheelworksError);
  });
});
