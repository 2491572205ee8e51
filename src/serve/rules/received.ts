/** What a received file says of itself, as far as it can be read. */
import { basename } from 'node:path';
import { metadataView, parseMetadata, type MetadataView } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { distributionKind, openSdist, readDistInfoFile, withWheel } from '../../wheel/index.ts';

export interface Received {
  /** As it was sent. */
  readonly filename: string;
  readonly metadata: MetadataView | undefined;
  /** Paths in the archive, folders left out. */
  readonly paths: ReadonlySet<string>;
  /** Where the licence files that metadata names are. */
  readonly licenseFolder: string;
}

/** Undefined when it cannot be opened, which a check of the file tells of. */
export async function readReceived(path: string): Promise<Received | undefined> {
  try {
    return distributionKind(path) === 'sdist' ? await readSdist(path) : await readWheel(path);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

async function readSdist(path: string): Promise<Received> {
  const { members, pkgInfo, topDirectory } = await openSdist(path);
  return {
    filename: basename(path),
    metadata: metadataView(parseMetadata(pkgInfo)),
    paths: new Set(members.map((member) => member.path)),
    licenseFolder: topDirectory,
  };
}

/** PyPI takes name and version of the folder literally from the name of the file. */
async function readWheel(path: string): Promise<Received> {
  return withWheel(
    path,
    async (wheel) => {
      const bytes = await readDistInfoFile(wheel, 'METADATA');
      const { name, versionText } = wheel.filename;
      return {
        filename: basename(path),
        metadata: bytes === undefined ? undefined : metadataView(parseMetadata(bytes)),
        paths: new Set(wheel.archive.entries.map((entry) => entry.path)),
        licenseFolder: `${name}-${versionText}.dist-info/licenses`,
      };
    },
    { lenient: true },
  );
}
