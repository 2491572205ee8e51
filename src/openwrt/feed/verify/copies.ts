/** The files beside the main index, which must say the same. */
import { join } from 'node:path';
import { WheelworksError } from '../../../support/errors.ts';
import type { Finding } from '../../../support/finding.ts';
import { comparePackageVersions } from '../../versions/index.ts';
import { existingFile } from '../existing.ts';
import { indexJson } from '../index-file.ts';
import { padded } from '../opkg-index.ts';
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
 * `index.json` against the packages; it may be absent.
 * @throws WheelworksError `file/*`.
 */
export async function checkIndexJson(
  directory: string,
  facts: readonly PackageFacts[],
): Promise<Finding[]> {
  const path = join(directory, 'index.json');
  const bytes = await existingFile(path);
  if (bytes === undefined) return [];
  const sorted = [...facts].sort((one, other) =>
    comparePackageVersions(one.manager, one.version, other.version),
  );
  const expected = versionsIn(Buffer.from(indexJson(sorted, '').bytes));
  const found = versionsIn(bytes);
  const differing = Object.keys({ ...expected, ...found }).filter(
    (name) => expected?.[name] !== found?.[name],
  );
  if (found !== undefined && differing.length === 0) return [];
  return [
    feedFinding('feed/copies-differ', 'index.json does not list the packages that are there.', {
      severity: 'warning',
      path,
      evidence: found === undefined ? 'it cannot be read' : differing.slice(0, 5).join(', '),
      hint: 'Make the index again: wheelworks openwrt feed build DIR.',
    }),
  ];
}

function versionsIn(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const document = JSON.parse(bytes.toString('utf8')) as { packages?: unknown };
    const packages = document.packages;
    return typeof packages === 'object' && packages !== null
      ? (packages as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}
