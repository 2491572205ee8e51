/** Reads distributions for an index and writes its pages. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { formatVersion, metadataView, parseMetadata } from '../packaging/index.ts';
import { replaceDirectoryAtomic, writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { hashFile, sha256 } from '../support/hash.ts';
import { readDistInfoFile, withWheel } from '../wheel/index.ts';
import { GENERATOR } from './html.ts';
import type { IndexedFile } from './model.ts';
import { planIndex } from './plan.ts';

/**
 * What the index will say of a wheel, and its METADATA byte for byte: digests by reading the whole file, the rest from
 * its METADATA.
 * @throws WheelworksError `wheel/no-metadata`, `packaging/*`, `zip/*`, `file/*`.
 */
export async function describeWheel(
  path: string,
): Promise<{ file: IndexedFile; metadata: Uint8Array }> {
  const digests = await hashFile(path);
  return withWheel(path, async (wheel) => {
    const metadata = await readDistInfoFile(wheel, 'METADATA');
    if (metadata === undefined) {
      throw new WheelworksError(
        'wheel/no-metadata',
        `The wheel has no ${wheel.distInfo}/METADATA.`,
        {
          path,
        },
      );
    }
    const { requiresPython } = metadataView(parseMetadata(metadata));
    return {
      metadata,
      file: {
        filename: basename(path),
        project: wheel.filename.normalizedName,
        version: formatVersion(wheel.filename.version),
        size: digests.size,
        sha256: digests.sha256,
        metadataSha256: sha256(metadata),
        ...(requiresPython === undefined ? {} : { requiresPython }),
      },
    };
  });
}

/**
 * Writes the index of wheels that lie in `directory` into that directory: `simple/`, `links.html` and a `.metadata`
 * file beside each wheel. `simple/` is swapped in whole, so that a reader never sees half of it.
 * @returns the files as indexed.
 * @throws WheelworksError `index/not-ours` before anything is written, and as {@link describeWheel}.
 */
export async function writeIndex(
  directory: string,
  wheels: readonly string[],
): Promise<readonly IndexedFile[]> {
  await requireOwnIndex(directory);
  const files: IndexedFile[] = [];
  for (const name of wheels) {
    const { file, metadata } = await describeWheel(join(directory, name));
    // Beside the wheel before any page names it: a page must never promise a file that is not there.
    await writeBytes(join(directory, `${name}.metadata`), metadata);
    files.push(file);
  }
  const pages = planIndex(files);
  await replaceDirectoryAtomic(join(directory, 'simple'), async (temporary) => {
    for (const [path, text] of pages) {
      if (!path.startsWith('simple/')) continue;
      const target = join(temporary, path.slice('simple/'.length));
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, text);
    }
  });
  await writeBytes(join(directory, 'links.html'), Buffer.from(pages.get('links.html') ?? ''));
  return files;
}

/**
 * Refuses a folder whose index somebody else made: it lists other things, which would be lost.
 * @throws WheelworksError `index/not-ours`, `file/*`.
 */
export async function requireOwnIndex(directory: string): Promise<void> {
  await refuseForeign(join(directory, 'simple'), join(directory, 'simple', 'index.html'));
  await refuseForeign(join(directory, 'links.html'), join(directory, 'links.html'));
}

async function refuseForeign(path: string, page: string): Promise<void> {
  const text = await readFile(page, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw fileError(error, page);
  });
  if (text?.includes(GENERATOR) === true) return;
  if (text === undefined && (await isAbsentOrEmpty(path))) return;
  throw new WheelworksError('index/not-ours', `${path} was not written by wheelworks.`, {
    path,
    hint: 'Choose another --output; the index would replace what is there.',
  });
}

async function isAbsentOrEmpty(path: string): Promise<boolean> {
  try {
    return (await readdir(path)).length === 0;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return true;
    throw fileError(error, path);
  }
}

async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  await writeFileAtomic(path, async (handle) => {
    await handle.writeFile(bytes);
  });
}
