/**
 * A wheel, packed or unpacked, put where an installer puts it.
 *
 * Specification: Binary distribution format, "Installing a wheel" (PEP 427), and Recording installed projects.
 */
import { readFile } from 'node:fs/promises';
import { FileTree } from '../../archive/tree/index.ts';
import { verifyZipCompression } from '../../archive/zip/index.ts';
import {
  metadataView,
  parseEntryPoints,
  printMetadata,
  type TagSet,
} from '../../packaging/index.ts';
import { WheelworksError, fileError, withPath } from '../../support/errors.ts';
import { mapParallel } from '../../support/parallel.ts';
import {
  draftFromTree,
  draftFromWheel,
  hashCheck,
  verifyNames,
  withWheel,
  type DraftMember,
  type Wheel,
  type WheelDraft,
} from '../../wheel/index.ts';
import { sitePackages, type Installation, type InstallScheme } from './model.ts';
import { placeOf } from './places.ts';
import { entryPointScript, withDeviceShebang } from './scripts.ts';
import { readSmallFiles } from './small-files.ts';

/**
 * Installs a wheel into a tree. Every file is the one whose hash RECORD gives.
 * @param accept is asked before any file is read, and throws for a wheel that is not wanted
 * @throws WheelworksError `openwrt/unknown-scheme`, `openwrt/bad-entry-point`, `openwrt/not-in-record`,
 *   `wheel/record-mismatch`, `wheel/symlink`, `zip/bomb`, `wheel/*`, `zip/*`, `packaging/*`, `tree/*`, `file/*`.
 */
export async function installWheel(
  path: string,
  scheme: InstallScheme,
  accept: (tags: TagSet) => void = () => {},
): Promise<Installation> {
  return withWheel(path, async (wheel) => {
    await refuseHostile(wheel);
    const draft = await draftFromWheel(wheel);
    accept(draft.tags);
    return installDraft(draft, path, scheme);
  });
}

/**
 * The same for the folder of an unpacked wheel, whose files may have been changed since: its RECORD is not asked.
 * @throws WheelworksError as {@link installWheel}.
 */
export async function installUnpackedWheel(
  directory: string,
  scheme: InstallScheme,
): Promise<Installation> {
  return installDraft(await draftFromTree(directory), directory, scheme);
}

/** What installers refuse, or should: names that disagree, and archives that are made to fill a disk. */
async function refuseHostile(wheel: Wheel): Promise<void> {
  const findings = [...verifyZipCompression(wheel.archive), ...(await verifyNames(wheel))];
  const worst = findings.find(({ severity, code }) => severity === 'error' || code === 'zip/bomb');
  if (worst === undefined) return;
  throw new WheelworksError(worst.code, worst.message, {
    path: worst.path ?? wheel.path,
    ...(worst.evidence === undefined ? {} : { evidence: worst.evidence }),
    hint: worst.hint ?? 'Such a wheel is not installed; build it again.',
  });
}

/** Files inflated at once. */
const FILES_AT_ONCE = 8;

async function installDraft(
  draft: WheelDraft,
  path: string,
  scheme: InstallScheme,
): Promise<Installation> {
  const site = sitePackages(scheme);
  const tree = FileTree.from([[site, { kind: 'directory', mode: 0o755 }]]);
  const small = await smallFilesOf(draft);
  const files = await mapParallel([...draft.members], FILES_AT_ONCE, async ([member, each]) => ({
    mode: each.mode,
    bytes: await readMember(each, small, `${path}!${member}`),
    place: placeOf(draft, member, scheme),
  }));
  for (const { mode, bytes, place } of files) {
    if (place.scheme === 'scripts') put(tree, place.path, withDeviceShebang(bytes), 0o755);
    else put(tree, place.path, bytes, mode);
  }
  const distInfo = `${site}/${draft.distInfo}`;
  const metadata = printMetadata(draft.metadata);
  put(tree, `${distInfo}/METADATA`, metadata);
  put(tree, `${distInfo}/WHEEL`, printMetadata(draft.wheelFile.document));
  putInstaller(tree, distInfo);
  const entryPoints = files.find(({ place }) => place.path === `${distInfo}/entry_points.txt`);
  if (entryPoints !== undefined)
    addPrograms(tree, entryPoints.bytes, `${path}!${draft.distInfo}/entry_points.txt`);
  const view = metadataView(draft.metadata);
  return {
    name: view.name ?? draft.name,
    version: view.version ?? draft.version,
    metadata: view,
    tags: draft.tags,
    tree,
    distInfo,
  };
}

type SmallFiles = Awaited<ReturnType<typeof readSmallFiles>>;

async function smallFilesOf({ members }: WheelDraft): Promise<SmallFiles> {
  const copies = [...members.values()].flatMap(({ source }) =>
    source.kind === 'copy' ? [source] : [],
  );
  const [first] = copies;
  if (first === undefined) return new Map();
  return readSmallFiles(
    first.archive,
    copies.map(({ entry }) => entry),
  );
}

async function readMember(
  { source, row }: DraftMember,
  small: SmallFiles,
  path: string,
): Promise<Uint8Array> {
  if (source.kind === 'bytes') return source.bytes;
  if (source.kind === 'file')
    return readFile(source.path).catch((error: unknown) => {
      throw fileError(error, source.path);
    });
  if (source.kind !== 'copy') throw new Error(`a member of a wheel that is read is ${source.kind}`);
  const bytes = small.get(source.entry) ?? (await source.archive.read(source.entry));
  const check = row?.hash === undefined ? undefined : hashCheck(row.hash);
  if (check === undefined)
    throw new WheelworksError('openwrt/not-in-record', 'RECORD has no hash that proves a file.', {
      path,
      hint: 'The file was added after the wheel was made, or by a careless tool. Unpack the wheel, look at it, and pack the folder.',
    });
  check.update(bytes);
  if (check.finish().matches) return bytes;
  throw new WheelworksError(
    'wheel/record-mismatch',
    `${source.entry.path} is not the file whose hash RECORD gives.`,
    { path, hint: 'The wheel was changed after it was made. Get it anew.' },
  );
}

/** @throws WheelworksError `packaging/entry-points`, `openwrt/bad-entry-point`. */
function addPrograms(tree: FileTree, text: Uint8Array, path: string): void {
  try {
    for (const { name, entries } of parseEntryPoints(Buffer.from(text).toString('utf8'))) {
      if (name !== 'console_scripts' && name !== 'gui_scripts') continue;
      for (const entry of entries)
        put(tree, `usr/bin/${entry.name}`, entryPointScript(entry), 0o755);
    }
  } catch (error) {
    throw withPath(error, path);
  }
}

/** Says who made an installation, which is the same whatever it was made from. */
export function putInstaller(tree: FileTree, distInfo: string): void {
  put(tree, `${distInfo}/INSTALLER`, Buffer.from('wheelworks\n'));
}

function put(tree: FileTree, path: string, bytes: Uint8Array, mode = 0o644): void {
  tree.set(path, { kind: 'file', mode, size: bytes.length, content: { bytes } });
}
