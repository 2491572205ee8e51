/**
 * Copies of the licence files of grafted packages.
 *
 * Specification: PEP 639: licence files lie below `.dist-info/licenses`, and METADATA of 2.4 and later lists each in a
 * `License-File` of its own.
 */
import { join, posix } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { PlannedGraft } from '../plan.ts';

/** What licence files are put where. */
export interface LicenseCopies {
  /** Below `.dist-info/licenses`, with `/`; sorted. */
  readonly files: readonly { readonly path: string; readonly bytes: Uint8Array }[];
  readonly findings: readonly Finding[];
}

/** Licence texts have some pages. */
const LARGEST = 4 << 20;

/**
 * The licence files of every package that something was grafted from: `<folder>/<package>/<file>`.
 * @param read gives the bytes of a file on this machine
 */
export async function copyLicenses(
  grafted: readonly PlannedGraft[],
  {
    folder,
    read,
  }: { readonly folder: string; readonly read: (path: string) => Promise<Uint8Array> },
): Promise<LicenseCopies> {
  const files = new Map<string, Uint8Array>();
  const without: string[] = [];
  const owners = new Map(
    grafted.flatMap(({ owner }) => (owner === undefined ? [] : [[owner.purl, owner]])),
  );
  for (const owner of owners.values()) {
    const texts: (readonly [string, Uint8Array])[] = [];
    for (const path of owner.licenseFiles) {
      const bytes = await tryRead(path, read);
      if (bytes !== undefined && bytes.length <= LARGEST) texts.push([path, bytes]);
    }
    if (texts.length === 0) without.push(owner.name);
    for (const [path, bytes] of texts)
      files.set(posix.join(folder, safe(owner.name), safe(posix.basename(path))), bytes);
  }
  return {
    files: [...files].sort(byPath).map(([path, bytes]) => ({ path, bytes })),
    findings: without.length === 0 ? [] : [withoutLicense(without)],
  };
}

async function tryRead(
  path: string,
  read: (path: string) => Promise<Uint8Array>,
): Promise<Uint8Array | undefined> {
  try {
    return await read(join(path));
  } catch (error) {
    if (error instanceof WheelworksError || (error instanceof Error && 'code' in error))
      return undefined;
    throw error;
  }
}

/** Package names have dots and plus signs; nothing else gets into a path. */
function safe(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._+-]/g, '_');
  return /^\.*$/.test(plain) ? '_' : plain;
}

function byPath(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : 1;
}

function withoutLicense(names: readonly string[]): Finding {
  return {
    code: 'repair/no-license-file',
    severity: 'info',
    effect: 'advice',
    message: `No licence file was found of ${names.join(', ')}.`,
    hint: 'Their packages leave it out, as slim images do; take it from the source.',
  };
}
