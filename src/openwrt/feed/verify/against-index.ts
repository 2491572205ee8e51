/** Whether the index says what the files say: every file listed once, with its size, digest and fields. */
import { join } from 'node:path';
import type { ControlFields } from '../../../archive/ipk/index.ts';
import type { Finding } from '../../../support/finding.ts';
import type { PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';
import type { ListedPackage } from './listed.ts';

/**
 * @param unreadable names of files that could not be read, of which that was told already
 */
export function againstIndex(
  listed: readonly ListedPackage[],
  facts: readonly PackageFacts[],
  {
    directory,
    unreadable,
  }: { readonly directory: string; readonly unreadable: ReadonlySet<string> },
): Finding[] {
  const findings: Finding[] = [];
  const byName = new Map(facts.map((each) => [each.filename, each]));
  const seen = new Set<string>();
  for (const each of listed) {
    const filename = each.filename.replace(/^\.\//, '');
    const path = join(directory, filename);
    if (seen.has(filename))
      findings.push(
        feedFinding('feed/listed-twice', `${filename} is in the index twice.`, { path }),
      );
    seen.add(filename);
    const found = byName.get(filename);
    if (found !== undefined) findings.push(...compare(each, found));
    else if (!unreadable.has(filename))
      findings.push(
        feedFinding('feed/missing-file', 'The index lists a file that is not there.', {
          path,
          evidence: `${each.name} ${each.version}`,
          hint: 'Make the index again: wheelworks openwrt feed build DIR.',
        }),
      );
  }
  for (const { filename, path } of facts)
    if (!seen.has(filename))
      findings.push(
        feedFinding('feed/not-listed', 'A package is there that the index does not list.', {
          path,
          hint: 'Make the index again: wheelworks openwrt feed build DIR.',
        }),
      );
  return findings;
}

function compare(listed: ListedPackage, facts: PackageFacts): Finding[] {
  const isOther =
    listed.size !== facts.size ||
    (listed.control !== undefined && listed.control.get('SHA256sum') !== facts.sha256) ||
    (listed.apk !== undefined && listed.apk.digest !== facts.apk?.digest);
  if (isOther)
    return [
      feedFinding('feed/digest-mismatch', 'A file is not the one that the index lists.', {
        path: facts.path,
        evidence: `listed ${listed.size} bytes ${listed.control?.get('SHA256sum') ?? listed.apk?.digest ?? ''}, found ${facts.size} bytes ${facts.apk?.digest ?? facts.sha256}`,
        hint: 'Devices refuse it. Make the index again, or put the right file there.',
      }),
    ];
  const field = differingField(listed, facts);
  if (field === undefined) return [];
  return [
    feedFinding(
      'feed/index-differs',
      `The index says something else of a package than the package itself.`,
      {
        path: facts.path,
        evidence: field,
        hint: 'Make the index again: wheelworks openwrt feed build DIR.',
      },
    ),
  ];
}

function differingField(listed: ListedPackage, facts: PackageFacts): string | undefined {
  if (listed.control !== undefined && facts.control !== undefined)
    return differingControl(listed.control, facts.control);
  if (listed.apk === undefined || facts.apk === undefined) return undefined;
  const { fileSize: _, ...info } = listed.apk.info;
  const own: Readonly<Record<string, unknown>> = { ...facts.apk.info };
  return Object.entries(info).find(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(own[name]),
  )?.[0];
}

/** Fields of the list alone. */
const PLACE = new Set(['Filename', 'Size', 'SHA256sum', 'MD5Sum']);
/** Fields that a device needs: a list may leave out others. */
const NEEDED = ['Depends', 'Provides', 'Conflicts', 'ABIVersion', 'Architecture'];

/** The field in which a list that leaves nothing out differs from a package. */
export function listedDifference(listed: ControlFields, facts: PackageFacts): string | undefined {
  if (listed.get('Size') !== String(facts.size)) return 'Size';
  if (listed.get('SHA256sum') !== facts.sha256) return 'SHA256sum';
  const own = facts.control ?? new Map<string, string>();
  return differingControl(listed, own) ?? [...own.keys()].find((name) => !listed.has(name));
}

function differingControl(listed: ControlFields, own: ControlFields): string | undefined {
  for (const [name, value] of listed) if (!PLACE.has(name) && own.get(name) !== value) return name;
  return NEEDED.find((name) => own.has(name) && !listed.has(name));
}
