/** The threads that look through wheels find what the search of one member finds, and answer for nothing they are unsure of. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { openZipFile, type ZipArchive } from '../../../src/archive/zip/index.ts';
import { parseVersion } from '../../../src/packaging/index.ts';
import { openScreen, type Screen } from '../../../src/promote/remaining/screen/screen.ts';
import { spellingsOf } from '../../../src/promote/text/spellings.ts';
import { scratch } from '../../support/scratch.ts';
import { writeWheelFile } from '../../support/wheel-builder.ts';

const opened: { screens: Screen[]; archives: ZipArchive[] } = { screens: [], archives: [] };
afterEach(async () => {
  await Promise.all(opened.screens.splice(0).map((screen) => screen.close()));
  await Promise.all(opened.archives.splice(0).map((archive) => archive.close()));
});

/** Enough that threads are worth starting, and no version in it. */
const FILLER: Readonly<Record<string, Uint8Array>> = Object.fromEntries(
  [0, 1, 2].map((number) => [
    `pkg/filler${number}.txt`,
    Buffer.from(randomBytes(2 << 20).toString('hex')),
  ]),
);

/** Paths that the screen vouches for. */
async function cleanPaths(path: string, version: string): Promise<readonly string[]> {
  const archive = await openZipFile(path);
  const screen = openScreen([spellingsOf(parseVersion(version))], {
    jobs: 2,
    signal: new AbortController().signal,
  });
  opened.archives.push(archive);
  opened.screens.push(screen);
  const files = archive.entries.filter((entry) => entry.path.startsWith('pkg/'));
  const clean = await screen.clean(archive, files);
  return [...clean].map((entry) => entry.path).sort();
}

async function wheelWith(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  return writeWheelFile(await scratch(), { files: { ...FILLER, ...files } });
}

describe('the screen', () => {
  it('vouches for members without the version and for no other', async () => {
    const wide = Buffer.from('\0v3.12.0rc20261119', 'utf16le');
    const path = await wheelWith({
      'pkg/a.txt': 'nothing',
      'pkg/empty.txt': '',
      'pkg/other.txt': '3.12.0rc202611190',
      'pkg/plain.txt': 'version 3.12-rc.20261119 it is',
      'pkg/wide.bin': wide,
      'pkg/odd.bin': Buffer.concat([Buffer.from('x'), wide]),
      'pkg/packed.gz': gzipSync('nothing'),
    });
    expect(await cleanPaths(path, '3.12.0rc20261119')).toEqual(
      ['pkg/a.txt', 'pkg/empty.txt', ...Object.keys(FILLER), 'pkg/other.txt'].sort(),
    );
  });

  it('finds a version of few digits too', async () => {
    const path = await wheelWith({
      'pkg/no.txt': '1.0, 1.0.1rc1, 11.0rc1',
      'pkg/yes.txt': `${'1'.repeat(3)} and 1.0rc1`,
      'pkg/wide.bin': Buffer.from('1.0.0-RC.1', 'utf16le'),
    });
    const clean = await cleanPaths(path, '1.0rc1');
    expect(clean).toContain('pkg/no.txt');
    expect(clean).not.toContain('pkg/yes.txt');
    expect(clean).not.toContain('pkg/wide.bin');
  });

  it('does not vouch for what is damaged', async () => {
    const path = await wheelWith({ 'pkg/a.txt': 'sound', 'pkg/b.txt': 'x'.repeat(2000) });
    const archive = await openZipFile(path);
    opened.archives.push(archive);
    const entry = archive.get('pkg/b.txt');
    const handle = await open(path, 'r+');
    // The last byte of its data: behind the local header of 30 bytes and the name.
    const at =
      (entry?.localHeaderOffset ?? 0) + 30 + 'pkg/b.txt'.length + (entry?.compressedSize ?? 0) - 3;
    await handle.write(Buffer.from([0xff, 0xff, 0xff]), 0, 3, at);
    await handle.close();
    const clean = await cleanPaths(path, '3.12.0rc20261119');
    expect(clean).toContain('pkg/a.txt');
    expect(clean).not.toContain('pkg/b.txt');
  });

  it('starts no threads for little, and looks for nothing when nothing is asked', async () => {
    const path = await writeWheelFile(await scratch(), { files: { 'pkg/a.txt': 'nothing' } });
    expect(await cleanPaths(path, '3.12.0rc20261119')).toEqual([]);
  });
});
