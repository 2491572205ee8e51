/** The index of a feed for opkg: a list of control files, for the device without what only people want to know. */
import { gzipBytes } from '../../support/gzip.ts';
import { WheelworksError } from '../../support/errors.ts';
import { signUsign, type UsignSecretKey } from '../signing/index.ts';
import type { FeedEntry } from './entry.ts';
import type { IndexFile } from './index-file.ts';

/** Fields that a device does without; the tool of OpenWrt goes by how their names begin. */
const STRIPPED = /^(?:Maintainer|LicenseFiles|Source|Require)/;
const STRIPPED_EPOCH = 'SourceDateEpoch';

/**
 * `Packages`, `Packages.gz`, `Packages.manifest` and with a key `Packages.sig`.
 * @param entries sorted
 */
export async function opkgIndex(
  entries: readonly FeedEntry[],
  key: UsignSecretKey | undefined,
): Promise<IndexFile[]> {
  const stanzas = entries.map(stanzaOf);
  const manifest = text(stanzas);
  const packages = Buffer.from(padded(text(stanzas.map((stanza) => stanza.filter(isForDevices)))));
  const files: IndexFile[] = [
    { name: 'Packages', bytes: packages },
    { name: 'Packages.gz', bytes: await gzipBytes(packages) },
    { name: 'Packages.manifest', bytes: Buffer.from(manifest) },
  ];
  if (key !== undefined)
    files.push({ name: 'Packages.sig', bytes: Buffer.from(signUsign(packages, key)) });
  return files;
}

/** The lines of a control file, with where the package is before the description. */
function stanzaOf({ filename, size, sha256, index }: FeedEntry): string[] {
  const lines = index.manager === 'opkg' ? index.control.trimEnd().split('\n') : [];
  const place = [`Filename: ${filename}`, `Size: ${size}`, `SHA256sum: ${sha256}`];
  const description = lines.findIndex((line) => line.startsWith('Description:'));
  const at = description === -1 ? lines.length : description;
  return [...lines.slice(0, at), ...place, ...lines.slice(at)];
}

function isForDevices(line: string): boolean {
  return !STRIPPED.test(line) && !line.startsWith(STRIPPED_EPOCH);
}

function text(stanzas: readonly (readonly string[])[]): string {
  return stanzas.map((lines) => `${lines.join('\n')}\n\n`).join('');
}

/** What the verifier hashes before the text: half the signature, and the key. */
const HASHED_BEFORE = 64;

/**
 * Lists of an unlucky length get two more line ends: usign before 2020 made wrong hashes of them, and refused the list
 * (the rule of OpenWrt's own package/Makefile).
 */
export function padded(list: string): string {
  const rest = (HASHED_BEFORE + Buffer.byteLength(list)) % 128;
  return rest === 110 || rest === 111 ? `${list}\n\n` : list;
}

/** @throws WheelworksError `feed/bad-control` for a control file that would become two packages. */
export function checkControl(entry: FeedEntry, path: string): void {
  if (entry.index.manager !== 'opkg' || !/\n\s*\n/.test(entry.index.control.trim())) return;
  throw new WheelworksError('feed/bad-control', `${path} has an empty line in its control file.`, {
    path,
    hint: 'An empty line in a list begins another package.',
  });
}
