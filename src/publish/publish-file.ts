/** A distribution that is to be published: what is sent of it, and how it is known again. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  canonicalVersion,
  metadataView,
  normalizeName,
  parseMetadata,
  parseRequirement,
  tryParseVersion,
  uploadMetadata,
  type FormEntry,
  type MetadataView,
  type WheelFilename,
} from '../packaging/index.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { hashFile } from '../support/hash.ts';
import {
  distributionKind,
  openSdist,
  readDistInfoFile,
  withWheel,
  type Wheel,
} from '../wheel/index.ts';
import { readPart, readSplit, type SplitPart } from '../wheel/split/index.ts';

/** How many installers a file serves: narrow ones come before broad ones. */
export type Breadth = 'one-python' | 'one-platform' | 'everywhere' | 'source';

/** By these a file on disk is still the one that was planned. */
export interface FileMark {
  readonly device: bigint;
  readonly inode: bigint;
  readonly size: bigint;
  readonly changed: bigint;
}

export interface PublishFile {
  /** Absolute. */
  readonly path: string;
  readonly filename: string;
  readonly kind: 'wheel' | 'sdist';
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Hex. */
  readonly blake2b256: string;
  readonly mark: FileMark;
  /** Normalised. */
  readonly project: string;
  /** As the metadata has it. */
  readonly name: string;
  readonly version: string;
  /** Equal for every spelling of a version. */
  readonly canonicalVersion: string;
  readonly breadth: Breadth;
  readonly requiresPython?: string;
  /** Normalised names of projects that it depends on, whatever the markers. */
  readonly requires: readonly string[];
  /** Of the main wheel of a split one: the files that it installs with. */
  readonly parts?: readonly SplitPart[];
  /** Of a part of a split wheel: name and version of what it is a part of. */
  readonly partOf?: string;
  /** The entries of the form that come from metadata, and `filetype` and `pyversion`. */
  readonly entries: readonly FormEntry[];
}

/**
 * Reads a distribution and makes its digests, once: what is sent later is held against them.
 * @throws WheelworksError `publish/no-metadata`, `publish/file-changed`, and for what cannot be opened `wheel/*`, `zip/*`,
 * `sdist/*`, `tar/*`, `packaging/*`, `distribution/unknown-kind`, `file/*`.
 */
export async function readPublishFile(path: string): Promise<PublishFile> {
  const kind = distributionKind(path);
  const mark = await markOf(path);
  const { view, wheel, parts, partOf } =
    kind === 'wheel' ? await readWheel(path) : await readSource(path);
  const { name, version, metadataVersion } = view;
  if (name === undefined || version === undefined || metadataVersion === undefined)
    throw new WheelworksError('publish/no-metadata', `${basename(path)} has no usable metadata.`, {
      path,
      evidence: 'Metadata-Version, Name or Version is missing',
      hint: 'Build it anew with a current build backend.',
    });
  const digests = await hashFile(path, { blake2: true });
  await requireUnchanged(path, mark);
  return {
    path,
    filename: basename(path),
    kind,
    size: digests.size,
    sha256: digests.sha256,
    blake2b256: digests.blake2b256 ?? '',
    mark,
    project: normalizeName(name),
    name,
    version,
    canonicalVersion: canonical(version),
    breadth: breadthOf(wheel),
    ...(view.requiresPython === undefined ? {} : { requiresPython: view.requiresPython }),
    requires: requirementNames(view.requiresDist),
    ...(parts === undefined ? {} : { parts }),
    ...(partOf === undefined ? {} : { partOf }),
    entries: [
      ['filetype', kind === 'wheel' ? 'bdist_wheel' : 'sdist'],
      ['pyversion', wheel === undefined ? 'source' : pythonTags(wheel)],
      ...uploadMetadata(view).map(withTwinesName),
    ],
  };
}

/** `1.0` and `1.0.0` are one release. */
export function canonical(version: string): string {
  const parsed = tryParseVersion(version);
  return parsed === undefined ? version : canonicalVersion(parsed);
}

/**
 * Refuses a file that is not the one that was read before.
 * @throws WheelworksError `publish/file-changed`, `file/*`.
 */
export async function requireUnchanged(path: string, mark: FileMark): Promise<void> {
  const now = await markOf(path);
  if (
    now.device === mark.device &&
    now.inode === mark.inode &&
    now.size === mark.size &&
    now.changed === mark.changed
  )
    return;
  throw fileChanged(path);
}

/** The error for a file that changed under our hands. */
export function fileChanged(path: string): WheelworksError {
  return new WheelworksError(
    'publish/file-changed',
    `${basename(path)} has changed since it was checked.`,
    {
      path,
      hint: 'Wait until the build is over, and publish anew: nothing of this file was taken by the index.',
    },
  );
}

/** The bytes of a file for sending, in pieces that a slow connection takes within its time. */
export function sendableChunks(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: CHUNK }) as AsyncIterable<Uint8Array>;
}

const CHUNK = 256 * 1024;

async function markOf(path: string): Promise<FileMark> {
  try {
    const { dev, ino, size, mtimeNs } = await stat(path, { bigint: true });
    return { device: dev, inode: ino, size, changed: mtimeNs };
  } catch (error) {
    throw fileError(error, path);
  }
}

interface Read {
  readonly view: MetadataView;
  readonly wheel?: WheelFilename;
  readonly parts?: readonly SplitPart[];
  readonly partOf?: string;
}

async function readWheel(path: string): Promise<Read> {
  return withWheel(
    path,
    async (wheel) => {
      const bytes = await readDistInfoFile(wheel, 'METADATA');
      return {
        view: metadataView(parseMetadata(bytes ?? new Uint8Array())),
        wheel: wheel.filename,
        ...(await partsOf(wheel)),
      };
    },
    { lenient: true },
  );
}

async function partsOf(wheel: Wheel): Promise<Pick<Read, 'parts' | 'partOf'>> {
  const split = await readSplit(wheel);
  if (split !== undefined) return { parts: split.parts };
  const part = await readPart(wheel);
  return part === undefined ? {} : { partOf: `${part.of.distribution} ${part.of.version}` };
}

async function readSource(path: string): Promise<Read> {
  return { view: metadataView(parseMetadata((await openSdist(path)).pkgInfo)) };
}

function breadthOf(wheel: WheelFilename | undefined): Breadth {
  if (wheel === undefined) return 'source';
  const { tags } = wheel.tags;
  if (tags.some(({ platform }) => platform === 'any')) return 'everywhere';
  const isBroad = ({ abi }: { readonly abi: string }): boolean =>
    abi === 'none' || abi.startsWith('abi3');
  return tags.some(isBroad) ? 'one-platform' : 'one-python';
}

/** `cp312`, `py2.py3`: the first part of the compressed tag. */
function pythonTags({ tags }: WheelFilename): string {
  return [...new Set(tags.tags.map(({ interpreter }) => interpreter))].join('.');
}

function requirementNames(requirements: readonly string[]): readonly string[] {
  const names = requirements.flatMap((text) => {
    try {
      return [normalizeName(parseRequirement(text).name)];
    } catch {
      // The check tells of it.
      return [];
    }
  });
  return [...new Set(names)];
}

/** As twine sends it. */
function withTwinesName([key, value]: FormEntry): FormEntry {
  return key === 'name' ? [key, value.replaceAll(/[^A-Za-z0-9.]+/g, '-')] : [key, value];
}
