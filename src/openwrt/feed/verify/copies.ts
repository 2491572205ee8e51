/** The files beside the main index, which must say the same. */
import { join } from 'node:path';
import { WheelworksError } from '../../../support/errors.ts';
import type { Finding } from '../../../support/finding.ts';
import { parseStanzas, type ControlFields } from '../../../archive/ipk/index.ts';
import { comparePackageVersions } from '../../versions/index.ts';
import { existingFile } from '../existing.ts';
import { folderArchitecture, indexJson } from '../index-file.ts';
import { padded } from '../opkg-index.ts';
import { listedDifference } from './against-index.ts';
import type { PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';
import { unpacked } from './listed.ts';

/**
 * `Packages.gz` against the list, and whether its length is one that old devices hash wrongly.
 * @throws WheelworksError `file/*`.
 */
export async function checkList(directory: string, text: Buffer): Promise<Finding[]> {
  const findings: Finding[] = [];
  const path = join(directory, 'Packages.gz');
  const bytes = await existingFile(path);
  if (bytes === undefined)
    findings.push(
      feedFinding('feed/copies-differ', 'There is no Packages.gz, which devices ask for.', {
        path,
      }),
    );
  else if (!isSameText(bytes, text, path))
    findings.push(
      feedFinding('feed/copies-differ', 'Packages.gz is not the compressed Packages.', {
        path,
        hint: 'Devices read Packages.gz and verify the signature of Packages. Make the index again.',
      }),
    );
  const plain = text.toString('latin1');
  if (padded(plain) !== plain)
    findings.push(
      feedFinding(
        'feed/unlucky-length',
        'The list has a length of which old devices make a wrong digest.',
        {
          severity: 'warning',
          path: join(directory, 'Packages'),
          evidence: `${text.length} bytes`,
          hint: 'Two more line ends cure it. Make the index again.',
        },
      ),
    );
  return findings;
}

function isSameText(bytes: Buffer, text: Buffer, path: string): boolean {
  try {
    return unpacked(bytes, path).equals(text);
  } catch (error) {
    if (error instanceof WheelworksError) return false;
    throw error;
  }
}

/**
 * `Packages.manifest` against the packages: every one once, with where it is and every field it has.
 * @throws WheelworksError `file/*`.
 */
export async function checkManifest(
  directory: string,
  facts: readonly PackageFacts[],
): Promise<Finding[]> {
  const path = join(directory, 'Packages.manifest');
  const bytes = await existingFile(path);
  const evidence =
    bytes === undefined ? 'it is not there' : manifestDifference(bytes.toString('utf8'), facts);
  if (evidence === undefined) return [];
  return [
    feedFinding('feed/copies-differ', 'Packages.manifest does not say what the packages say.', {
      path,
      evidence,
      hint: 'Make the index again: wheelworks openwrt feed build DIR.',
    }),
  ];
}

function manifestDifference(text: string, facts: readonly PackageFacts[]): string | undefined {
  let stanzas: readonly ControlFields[];
  try {
    stanzas = parseStanzas(text, 'Packages.manifest');
  } catch (error) {
    if (error instanceof WheelworksError) return 'it cannot be read';
    throw error;
  }
  const byFile = new Map(facts.map((each) => [each.filename, each]));
  for (const stanza of stanzas) {
    const filename = (stanza.get('Filename') ?? '').replace(/^\.\//, '');
    const own = byFile.get(filename);
    if (own === undefined)
      return `${filename || 'a package without a file'} is not there, or listed twice`;
    byFile.delete(filename);
    const field = listedDifference(stanza, own);
    if (field !== undefined) return `${filename}: ${field}`;
  }
  const [left] = byFile.keys();
  return left === undefined ? undefined : `${left} is not listed`;
}

/**
 * `index.json` against the packages.
 * @throws WheelworksError `file/*`.
 */
export async function checkIndexJson(
  directory: string,
  facts: readonly PackageFacts[],
): Promise<Finding[]> {
  const path = join(directory, 'index.json');
  const bytes = await existingFile(path);
  const sorted = [...facts].sort((one, other) =>
    comparePackageVersions(one.manager, one.version, other.version),
  );
  const expected = versionsIn(Buffer.from(indexJson(sorted, folderArchitecture(facts)).bytes));
  const found = bytes === undefined ? undefined : versionsIn(bytes);
  const differing = Object.keys({ ...expected, ...found }).filter(
    (name) => expected?.[name] !== found?.[name],
  );
  if (found !== undefined && differing.length === 0) return [];
  const unread = bytes === undefined ? 'it is not there' : 'it cannot be read';
  return [
    feedFinding('feed/copies-differ', 'index.json does not list the packages that are there.', {
      severity: 'warning',
      path,
      evidence: found === undefined ? unread : differing.slice(0, 5).join(', '),
      hint: 'Make the index again: wheelworks openwrt feed build DIR.',
    }),
  ];
}

/** The versions by the names of packages, and by names that no package has what is said of the folder. */
function versionsIn(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const { packages, version, architecture } = JSON.parse(bytes.toString('utf8')) as Readonly<
      Record<string, unknown>
    >;
    if (typeof packages !== 'object' || packages === null) return undefined;
    return { ...packages, 'its version': version, 'its architecture': architecture };
  } catch {
    return undefined;
  }
}
