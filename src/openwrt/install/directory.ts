/** Folders: an unpacked wheel, or the root that an installer has filled. */
import { readdir } from 'node:fs/promises';
import { contentOf, readTree, type FileTree } from '../../archive/tree/index.ts';
import { metadataView, parseMetadata } from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { installUnpackedWheel, putInstaller } from './install.ts';
import { withDeviceShebang } from './scripts.ts';
import { sitePackages, type Installation, type InstallScheme } from './model.ts';

/**
 * Reads a folder: with a `.dist-info` at its top it is an unpacked wheel, which is installed; else it is a root, as
 * `pip install --root DIR --prefix /usr` fills one.
 * @throws WheelworksError `openwrt/no-distribution` for a root without a `.dist-info` in the target's site-packages, or with
 *   several; as `installWheel`.
 */
export async function installDirectory(
  directory: string,
  scheme: InstallScheme,
): Promise<Installation> {
  const names = await readdir(directory).catch((error: unknown) => {
    throw fileError(error, directory);
  });
  if (names.some((name) => name.endsWith('.dist-info')))
    return installUnpackedWheel(directory, scheme);
  const tree = await readTree(directory);
  const distInfo = soleDistInfo(tree, directory, scheme);
  const entry = tree.get(`${distInfo}/METADATA`);
  if (entry?.kind !== 'file')
    throw noDistribution(directory, `${distInfo} has no METADATA`, scheme);
  const metadata = metadataView(parseMetadata(await contentOf(entry)));
  if (metadata.name === undefined || metadata.version === undefined)
    throw noDistribution(directory, `${distInfo}/METADATA has no name or no version`, scheme);
  for (const name of OF_ONE_MACHINE) tree.delete(`${distInfo}/${name}`);
  if (tree.has(`${distInfo}/INSTALLER`)) putInstaller(tree, distInfo);
  await startWithDevicePython(tree);
  return {
    name: metadata.name,
    version: metadata.version,
    metadata,
    tags: undefined,
    tree,
    distInfo,
  };
}

/** Installers write the path of the Python that they run with into programs. */
async function startWithDevicePython(tree: FileTree): Promise<void> {
  for (const [path, file] of tree.files()) {
    if (!path.startsWith('usr/bin/')) continue;
    const bytes = withDeviceShebang(await contentOf(file));
    tree.set(path, { ...file, size: bytes.length, content: { bytes } });
  }
}

/** What installers note of the machine that they run on: where the wheel lay there, and that somebody asked for it by name. */
const OF_ONE_MACHINE = ['direct_url.json', 'REQUESTED'];

function soleDistInfo(tree: FileTree, directory: string, scheme: InstallScheme): string {
  const site = `${sitePackages(scheme)}/`;
  const found = tree.entries().flatMap(([path, { kind }]) => {
    const name = path.startsWith(site) ? path.slice(site.length) : '';
    return kind === 'directory' && /^[^/]+\.dist-info$/.test(name) ? [path] : [];
  });
  const [first, second] = found;
  if (first === undefined) throw noDistribution(directory, `none in /${site}`, scheme);
  if (second === undefined) return first;
  throw new WheelworksError(
    'openwrt/no-distribution',
    `${directory} has more than one distribution.`,
    {
      path: directory,
      evidence: found.map((path) => path.slice(site.length)).join(', '),
      hint: 'A package holds one. Install each into a root of its own.',
    },
  );
}

function noDistribution(
  directory: string,
  evidence: string,
  { minor }: InstallScheme,
): WheelworksError {
  return new WheelworksError(
    'openwrt/no-distribution',
    `${directory} is neither an unpacked wheel nor a root with a distribution in it.`,
    {
      path: directory,
      evidence,
      hint: `Fill a root with: pip install --no-deps --no-compile --prefix /usr --root DIR, with Python ${minor}. A folder of bare modules is packed with --name and --version.`,
    },
  );
}
