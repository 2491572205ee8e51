/** A main wheel and its parts, found among files and known to belong together. */
import { basename } from 'node:path';
import { normalizeName, parseWheelFilename } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';
import { hashFile } from '../../support/hash.ts';
import { openWheel, withWheel, type Wheel } from '../wheel.ts';
import { readPart, readSplit } from './description.ts';
import type { Carrier, SplitDescription, SplitPart } from './model.ts';

/** An open set. */
export interface SplitSet {
  readonly main: Wheel;
  readonly description: SplitDescription;
  /** By the distribution name that the description uses. */
  readonly parts: ReadonlyMap<string, Wheel>;
  /** Closes all of its wheels. */
  close(): Promise<void>;
}

/** A part that lies where it is wanted and has the digest it must have. */
export interface FoundPart {
  readonly part: SplitPart;
  readonly path: string;
}

/**
 * Opens a main wheel with all its parts; the digest of each part is compared first.
 * @param candidates paths of wheels, among which the parts are looked for by their names; others may be among them
 * @throws WheelworksError `split/is-a-part`, `split/not-a-set`, `split/part-missing`, `split/wrong-part`,
 *   `split/bad-description`, `wheel/*`, `zip/*`, `file/*`.
 */
export async function openSplitSet(
  mainPath: string,
  candidates: readonly string[],
): Promise<SplitSet> {
  const opened: Wheel[] = [];
  const open = async (path: string): Promise<Wheel> => {
    const wheel = await openWheel(path);
    opened.push(wheel);
    return wheel;
  };
  const close = async (): Promise<void> => {
    await Promise.all(opened.map(({ archive }) => archive.close()));
  };
  try {
    const main = await open(mainPath);
    const description = await requireSplit(main);
    const found = await findParts(description, candidates, mainPath);
    const parts = new Map<string, Wheel>();
    for (const { part, path } of found) parts.set(part.distribution, await open(path));
    return { main, description, parts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** As {@link openSplitSet}, for the time of `work`. */
export async function withSplitSet<Result>(
  mainPath: string,
  candidates: readonly string[],
  work: (set: SplitSet) => Promise<Result>,
): Promise<Result> {
  const set = await openSplitSet(mainPath, candidates);
  try {
    return await work(set);
  } finally {
    await set.close();
  }
}

/** The wheel of a set that a carrier names. @throws WheelworksError `split/bad-rebuild-data` when it names none. */
export function wheelOf(set: SplitSet, carrier: Carrier): Wheel {
  const wheel = carrier === null ? set.main : set.parts.get(carrier);
  if (wheel !== undefined) return wheel;
  throw new WheelworksError(
    'split/bad-rebuild-data',
    'What the original wheel is made from again names a part that the set has not.',
    { path: set.main.path, evidence: carrier ?? '' },
  );
}

async function requireSplit(wheel: Wheel): Promise<SplitDescription> {
  const description = await readSplit(wheel);
  if (description !== undefined) return description;
  const part = await readPart(wheel);
  if (part === undefined) {
    throw new WheelworksError('split/not-a-set', `${basename(wheel.path)} was not split.`, {
      path: wheel.path,
      evidence: `no ${wheel.distInfo}/split.json`,
    });
  }
  const { distribution, version } = part.of;
  throw new WheelworksError(
    'split/is-a-part',
    `${basename(wheel.path)} is part ${part.part} of ${distribution} ${version}, not its main wheel.`,
    { path: wheel.path, hint: `Give the wheel of ${distribution} ${version} that requires it.` },
  );
}

/**
 * The files of a set's parts.
 * @param mainPath names the main wheel in errors
 * @throws WheelworksError `split/part-missing` with all that are, `split/wrong-part`, `file/*`.
 */
export async function findParts(
  { parts }: SplitDescription,
  candidates: readonly string[],
  mainPath: string,
): Promise<readonly FoundPart[]> {
  const byName = groupBy(candidates, (path) => basename(path));
  const missing = parts.filter(({ filename }) => !byName.has(filename));
  if (missing.length > 0) throw partMissing(mainPath, missing, candidates);
  const found: FoundPart[] = [];
  for (const part of parts) {
    const paths = byName.get(part.filename) ?? [];
    const path = await firstWithDigest(paths, part.sha256);
    if (path === undefined) throw await wrongPart(mainPath, part, paths[0] ?? part.filename);
    found.push({ part, path });
  }
  return found;
}

async function firstWithDigest(
  paths: readonly string[],
  wanted: string,
): Promise<string | undefined> {
  for (const path of new Set(paths)) {
    const { sha256 } = await hashFile(path);
    if (sha256 === wanted) return path;
  }
  return undefined;
}

/** Names listed as evidence; a hostile description may have any number. */
const MOST_SHOWN = 8;

function partMissing(
  mainPath: string,
  missing: readonly SplitPart[],
  candidates: readonly string[],
): WheelworksError {
  const names = missing.map(({ filename }) => filename);
  const wanted = new Set(missing.map(({ distribution }) => normalizeName(distribution)));
  const others = candidates.map((path) => basename(path)).filter((name) => isOneOf(name, wanted));
  return new WheelworksError(
    'split/part-missing',
    `${basename(mainPath)} cannot be joined: ${missing.length === 1 ? 'a part of it is' : `${missing.length} parts of it are`} not there.`,
    {
      path: mainPath,
      evidence: [
        names.slice(0, MOST_SHOWN).join(', '),
        ...(others.length === 0
          ? []
          : [`of another version or platform: ${others.slice(0, MOST_SHOWN).join(', ')}`]),
      ].join('\n'),
      hint: 'Put the parts beside the main wheel; `wheelworks join` also takes their folder with --parts.',
    },
  );
}

function isOneOf(filename: string, distributions: ReadonlySet<string>): boolean {
  try {
    return distributions.has(parseWheelFilename(filename).normalizedName);
  } catch {
    return false;
  }
}

/** What is known of a file that has the name of a part and other bytes. */
async function wrongPart(
  mainPath: string,
  { filename, sha256 }: SplitPart,
  path: string,
): Promise<WheelworksError> {
  return new WheelworksError(
    'split/wrong-part',
    `${filename} is not the file that ${basename(mainPath)} was split into.`,
    {
      path,
      evidence: `${await whatItIs(path)}; SHA-256 ${sha256} is wanted`,
      hint: 'Fetch it again, from where the main wheel came from.',
    },
  );
}

async function whatItIs(path: string): Promise<string> {
  try {
    const part = await withWheel(path, readPart);
    if (part === undefined) return 'no part of a split wheel';
    return `part ${part.part} of ${part.of.distribution} ${part.of.version}, of another build or damaged`;
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    return `damaged: ${error.message}`;
  }
}
