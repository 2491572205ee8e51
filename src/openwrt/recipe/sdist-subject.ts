/** What a recipe is written from: an sdist, read once, with what its build installs as far as its files tell. */
import { readTar, openSdistStream, sdistFormat } from '../../archive/tar/index.ts';
import { FileTree } from '../../archive/tree/index.ts';
import { openZipFile } from '../../archive/zip/index.ts';
import {
  metadataView,
  parseMetadata,
  type MetadataView,
  type SdistFilename,
} from '../../packaging/index.ts';
import { hashFile } from '../../support/hash.ts';
import { openSdist } from '../../wheel/index.ts';
import { refuseContradiction } from './contradiction.ts';
import { readBuildSystem, type BuildSystem } from './build-system.ts';
import { dataFilesOf, type DataFiles } from './data-files.ts';
import { importableFiles } from './importable.ts';
import { parseRequiresText } from './requires-text.ts';

export interface SdistSubject {
  readonly path: string;
  readonly filename: SdistFilename;
  readonly extension: 'tar.gz' | 'zip';
  readonly sha256: string;
  readonly metadata: MetadataView;
  /** Requires-Dist; of sdists older than metadata 2.2, where setuptools left it out, its `requires.txt`. */
  readonly requires: readonly string[];
  readonly build: BuildSystem;
  /** Paths of all files below the top folder. */
  readonly members: readonly string[];
  /** Texts of the files at the top that hold licences, by path. */
  readonly licenseTexts: ReadonlyMap<string, string>;
  /** Python files where an installer would put them, as far as that can be told without a build. */
  readonly tree: FileTree;
  /** Names that the tree can be imported by. */
  readonly modules: readonly string[];
  /** Names of modules that the build makes of other languages, as far as the sdist tells. */
  readonly built: readonly string[];
  /** What the build installs beside the modules. */
  readonly data: DataFiles;
}

/** Sources larger than this are data; licences and settings are far smaller. */
const LARGEST_FILE = 8 << 20;
/** All that is kept of one sdist. */
const LARGEST_KEPT = 256 << 20;

/**
 * Reads an sdist.
 * @param minor of Python, for the place of its modules: `3.13`
 * @throws WheelworksError `recipe/contradictory-sdist`; and as `openSdist`.
 */
export async function readSdistSubject(path: string, minor: string): Promise<SdistSubject> {
  const sdist = await openSdist(path);
  refuseContradiction(sdist);
  const texts = await keptFiles(path, sdist.topDirectory);
  const members = sdist.members.map((member) => below(member.path, sdist.topDirectory));
  const metadata = metadataView(parseMetadata(sdist.pkgInfo));
  const build = readBuildSystem(textOf(texts.get('pyproject.toml')));
  const importable = importableFiles(members, {
    name: metadata.name ?? sdist.filename.name,
    text: (member) => textOf(texts.get(member)),
    declared: build.modules,
  });
  const tree = new FileTree();
  for (const [to, from] of importable.files) {
    const bytes = texts.get(from);
    if (bytes !== undefined)
      tree.set(`usr/lib/python${minor}/site-packages/${to}`, {
        kind: 'file',
        mode: 0o644,
        size: bytes.byteLength,
        content: { bytes },
      });
  }
  const { sha256 } = await hashFile(path);
  return {
    path,
    filename: sdist.filename,
    extension: sdistFormat(path),
    sha256,
    metadata,
    requires:
      metadata.requiresDist.length > 0
        ? metadata.requiresDist
        : requirementsOf(members, (member) => textOf(texts.get(member))),
    build,
    members,
    licenseTexts: new Map(
      [...texts]
        .filter(([member]) => isLicenseFile(member))
        .map(([member, bytes]) => [member, textOf(bytes) ?? '']),
    ),
    tree,
    modules: importable.modules,
    built: importable.built,
    data: dataFilesOf({
      members,
      text: (member) => textOf(texts.get(member)),
      pyproject: build.document,
    }),
  };
}

/** Licences and notices where projects put them: at the top, or in a folder for them. */
export function isLicenseFile(path: string): boolean {
  return /^(?:LICENSES\/)?(?:LICEN[CS]E|COPYING|NOTICE|UNLICENSE)[^/]*$|^LICENSES\/[^/]+$/i.test(
    path,
  );
}

function isKept(path: string): boolean {
  return (
    /\.py$|(?:^|\/)(?:pyproject\.toml|setup\.cfg|top_level\.txt|requires\.txt)$/.test(path) ||
    isLicenseFile(path)
  );
}

async function keptFiles(path: string, top: string): Promise<Map<string, Uint8Array>> {
  const kept = new Map<string, Uint8Array>();
  let total = 0;
  const keep = (member: string, bytes: Uint8Array): void => {
    total += bytes.byteLength;
    if (total <= LARGEST_KEPT) kept.set(member, bytes);
  };
  const isWanted = (member: string, size: number): boolean =>
    isKept(member) && size <= LARGEST_FILE;
  if (sdistFormat(path) === 'zip') {
    const archive = await openZipFile(path);
    try {
      for (const entry of archive.entries) {
        const member = below(entry.path, top);
        if (!entry.isDirectory && !entry.isSymlink && isWanted(member, entry.size))
          keep(member, await archive.read(entry, { maxSize: LARGEST_FILE }));
      }
    } finally {
      await archive.close();
    }
    return kept;
  }
  for await (const member of readTar(openSdistStream(path), { path })) {
    const inside = below(member.path, top);
    if (member.type === 'file' && isWanted(inside, member.size))
      keep(inside, await member.bytes(LARGEST_FILE));
  }
  return kept;
}

function requirementsOf(
  members: readonly string[],
  text: (member: string) => string | undefined,
): string[] {
  const found = members.find((member) => /(?:^|\/)[^/]+\.egg-info\/requires\.txt$/.test(member));
  return found === undefined ? [] : parseRequiresText(text(found) ?? '');
}

function below(path: string, top: string): string {
  return path.slice(top.length + 1);
}

/** Sources that are not UTF-8 are no settings that could be read. */
function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder('utf-8').decode(bytes);
}
