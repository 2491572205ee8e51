/** Reads distributions for an index. */
import { basename } from 'node:path';
import {
  formatVersion,
  metadataView,
  parseMetadata,
  type MetadataView,
  type Version,
} from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { hashFile, sha256 } from '../support/hash.ts';
import { distributionKind, openSdist, readDistInfoFile, withWheel } from '../wheel/index.ts';
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
  const digests = options.known ?? (await hashFile(path));
  const read =
    distributionKind(filename) === 'wheel' ? await readWheel(path) : await readSdist(path);
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

async function readWheel(path: string): Promise<Read> {
  return withWheel(path, async (wheel) => {
    const metadata = await readDistInfoFile(wheel, 'METADATA');
    if (metadata === undefined) {
      throw new WheelworksError(
        'wheel/no-metadata',
        `The wheel has no ${wheel.distInfo}/METADATA.`,
        { path },
      );
    }
    const { normalizedName, version } = wheel.filename;
    const view = metadataView(parseMetadata(metadata));
    return { project: normalizedName, version, metadata, view };
  });
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
