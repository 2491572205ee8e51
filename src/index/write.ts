/** Writes the index of a folder of wheels. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceDirectoryAtomic, writeFileAtomic } from '../support/atomic-file.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { describeDistribution } from './describe.ts';
import type { IndexedFile, ProjectFacts } from './model.ts';
import { planIndex } from './plan.ts';

/** By this line pages of ours are told from those of others. */
const GENERATOR = '<meta name="generator" content="wheelworks">';

/**
 * Writes the index of wheels that lie in `directory` into that directory: `simple/`, `links.html` and a `.metadata`
 * file beside each wheel. `simple/` is swapped in whole, so that a reader never sees half of it.
 * @returns the files as indexed.
 * @throws WheelworksError `index/not-ours` before anything is written, and as {@link describeDistribution}.
 */
export async function writeIndex(
  directory: string,
  wheels: readonly string[],
): Promise<readonly IndexedFile[]> {
  await requireOwnIndex(directory);
  const files: IndexedFile[] = [];
  const facts = new Map<string, ProjectFacts>();
  for (const name of wheels) {
    const described = await describeDistribution(join(directory, name));
    const { file, metadata } = described;
    // Beside the wheel before any page names it: a page must never promise a file that is not there.
    if (metadata !== undefined) await writeBytes(join(directory, `${name}.metadata`), metadata);
    files.push(file);
    facts.set(file.project, described.facts);
  }
  const pages = planIndex(files, facts);
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
