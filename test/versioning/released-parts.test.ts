import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatVersion } from '../../src/packaging/index.ts';
import {
  releasedInPath,
  releasedOnIndex,
  type ReleasedVersion,
} from '../../src/versioning/released.ts';
import { partSummary } from '../../src/wheel/split/index.ts';
import { scratch } from '../support/scratch.ts';

/** A static index with the file names of each project. */
async function indexOf(projects: Readonly<Record<string, readonly string[]>>): Promise<string> {
  const root = await scratch();
  for (const [project, files] of Object.entries(projects)) {
    await mkdir(join(root, project));
    const links = files.map((file) => `<a href="${file}">${file}</a>`).join('\n');
    await writeFile(
      join(root, project, 'index.html'),
      `<!DOCTYPE html><html><body>${links}</body></html>`,
    );
  }
  return root;
}

const shown = (versions: readonly ReleasedVersion[]): string[] =>
  versions.map(({ version, where }) => `${formatVersion(version)} ${where.split(' on ')[0] ?? ''}`);

const options = { signal: new AbortController().signal };

describe('a version is released', () => {
  it('when any part of a split wheel is on the index', async () => {
    const index = await indexOf({
      big: ['big-1.0-cp312-cp312-manylinux_2_28_x86_64.whl'],
      'big-part1': [
        'big_part1-1.0-py3-none-manylinux_2_28_x86_64.whl',
        'big_part1-1.1-py3-none-manylinux_2_28_x86_64.whl',
      ],
      'big-part2': ['big_part2-1.2-py3-none-manylinux_2_28_x86_64.whl'],
      'big-part4': ['big_part4-9.0-py3-none-manylinux_2_28_x86_64.whl'],
    });
    expect(shown(await releasedOnIndex(index, ['Big'], options)).sort()).toEqual([
      '1.0 big',
      '1.0 big-part1',
      '1.1 big-part1',
      '1.2 big-part2',
    ]);
  });

  it('by its parts alone, and not by a project that only has the name of one', async () => {
    const wheels = ['a', 'b'].map((stem) => [`${stem}_part1-3.0-py3-none-any.whl`]);
    const [ours = [], strange = []] = wheels;
    const index = await indexOf({ 'a-part1': ours, 'b-part1': strange, a: [], b: [] });
    const metadata = 'Metadata-Version: 2.1\nName: x\nVersion: 3.0\nSummary: ';
    for (const [stem, summary] of [
      ['a', partSummary({ project: 'A', version: '3.0', part: 1 })],
      ['b', 'Sums of all parts'],
    ] as const) {
      const file = `${stem}_part1-3.0-py3-none-any.whl`;
      const folder = join(index, `${stem}-part1`);
      const page = `<!DOCTYPE html><html><body><a href="${file}" data-core-metadata="true">${file}</a></body></html>`;
      await writeFile(join(folder, 'index.html'), page);
      await writeFile(join(folder, `${file}.metadata`), `${metadata}${summary}\n`);
    }
    expect(shown(await releasedOnIndex(index, ['a', 'b'], options))).toEqual(['3.0 a-part1']);
  });

  it('when any part lies in a folder', async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'big_part2-1.3-py3-none-any.whl'), '');
    await writeFile(join(folder, 'big_parts-1.4-py3-none-any.whl'), '');
    const versions = await releasedInPath(folder, ['big']);
    expect(versions.map(({ version }) => formatVersion(version))).toEqual(['1.3']);
  });
});
