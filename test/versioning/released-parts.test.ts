import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatVersion } from '../../src/packaging/index.ts';
import {
  releasedInPath,
  releasedOnIndex,
  type ReleasedVersion,
} from '../../src/versioning/released.ts';
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

  it('when any part lies in a folder', async () => {
    const folder = await scratch();
    await writeFile(join(folder, 'big_part2-1.3-py3-none-any.whl'), '');
    await writeFile(join(folder, 'big_parts-1.4-py3-none-any.whl'), '');
    const versions = await releasedInPath(folder, ['big']);
    expect(versions.map(({ version }) => formatVersion(version))).toEqual(['1.3']);
  });
});
