/** Reads distributions for an index. */
import { webcrypto } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import {
  formatVersion,
  metadataView,
  parseMetadata,
  parseWheelFilename,
  type MetadataView,
  type Version,
  type WheelFilename,
} from '../packaging/index.ts';
import { WheelworksError, fileError, withPath } from '../support/errors.ts';
import { hashFile, sha256, type FileDigests } from '../support/hash.ts';
import { openBytes } from '../support/random-access.ts';
import { openRegularFileSync } from '../support/regular-file.ts';
import {
  distributionKind,
  openSdist,
  openWheelSource,
  readDistInfoFile,
  withWheel,
  type Wheel,
} from '../wheel/index.ts';
import type { DescribedFile, ProjectFacts, ProjectLink } from './model.ts';

/** How a distribution is read. */
export interface DescribeOptions {
  /** Its digest and size, when they are known: the file is then not read for them. */
  readonly known?: { readonly sha256: string; readonly size: number };
}

/**
 * What an index says of a wheel or an sdist: digests by reading the whole file once, the rest from its metadata.
 * @throws WheelworksError `distribution/unknown-kind`, `wheel/*`, `sdist/*`, `packaging/*`, `zip/*`, `tar/*`, `file/*`.
 */
export async function describeDistribution(
  path: string,
  options: DescribeOptions = {},
): Promise<DescribedFile> {
  const filename = basename(path);
  const isWheel = distributionKind(filename) === 'wheel';
  const whole = isWheel && options.known === undefined ? readSmall(path) : undefined;
  // On another core, while this one reads the archive.
  const digesting = whole === undefined ? undefined : digestOf(whole);
  digesting?.catch(() => {});
  const read = isWheel ? await readWheel(path, whole) : await readSdist(path);
  const digests = (await digesting) ?? options.known ?? (await hashFile(path));
  const { project, version, metadata, view } = read;
  const { requiresPython } = view;
  return {
    file: {
      filename,
      project,
      version: formatVersion(version),
      size: digests.size,
      sha256: digests.sha256,
      ...(requiresPython === undefined ? {} : { requiresPython }),
      ...(metadata === undefined
        ? {}
        : { metadataSha256: sha256(metadata), metadataSize: metadata.length }),
    },
    facts: factsOf(view, project),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

interface Read {
  readonly project: string;
  readonly version: Version;
  readonly metadata?: Uint8Array;
  readonly view: MetadataView;
}

/** Bytes. Wheels up to this length are read once, for digest and metadata; longer ones are hashed piece by piece. */
const READ_WHOLE = 4 << 20;

/** At once: there may be thousands, and the trips to the thread pool cost more than the reading. */
function readSmall(path: string): Uint8Array<ArrayBuffer> | undefined {
  const { descriptor, size } = openRegularFileSync(path);
  try {
    if (size > READ_WHOLE) return undefined;
    const bytes = Buffer.allocUnsafeSlow(size);
    for (let done = 0; done < size;) {
      const count = readSync(descriptor, bytes, done, size - done, done);
      if (count === 0) return bytes.subarray(0, done);
      done += count;
    }
    return bytes;
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(descriptor);
  }
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<FileDigests> {
  const digest = await webcrypto.subtle.digest('SHA-256', bytes);
  return { size: bytes.length, sha256: Buffer.from(digest).toString('hex') };
}

async function readWheel(path: string, whole: Uint8Array | undefined): Promise<Read> {
  if (whole === undefined) return withWheel(path, (wheel) => readOpened(wheel));
  return readOpened(await openWheelSource(openBytes(whole, path), filenameOf(path)));
}

function filenameOf(path: string): WheelFilename {
  try {
    return parseWheelFilename(basename(path));
  } catch (error) {
    throw withPath(error, path);
  }
}

async function readOpened(wheel: Wheel): Promise<Read> {
  const metadata = await readDistInfoFile(wheel, 'METADATA');
  if (metadata === undefined) {
    throw new WheelworksError('wheel/no-metadata', `The wheel has no ${wheel.distInfo}/METADATA.`, {
      path: wheel.path,
    });
  }
  const { normalizedName, version } = wheel.filename;
  const view = metadataView(parseMetadata(metadata));
  return { project: normalizedName, version, metadata, view };
}

async function readSdist(path: string): Promise<Read> {
  const sdist = await openSdist(path);
  const { normalizedName, version } = sdist.filename;
  return { project: normalizedName, version, view: metadataView(parseMetadata(sdist.pkgInfo)) };
}

/** What people want to know of a project, out of its metadata. */
export function factsOf(view: MetadataView, project: string): ProjectFacts {
  const { name = project, summary, homePage, projectUrls } = view;
  const links: ProjectLink[] = [
    ...(homePage === undefined ? [] : [{ label: 'Home page', url: homePage }]),
    ...projectUrls,
  ];
  return { name, ...(summary === undefined ? {} : { summary }), links };
}
