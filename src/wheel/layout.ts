/**
 * How a wheel is laid out: its one `.dist-info` directory, what lies in it, and the order of members.
 *
 * Specification: "Binary distribution format" (PEP 427, PEP 491).
 */
import { WheelworksError } from '../support/errors.ts';

/** The files of `.dist-info` that a wheel cannot do without. */
export type DistInfoFile = 'METADATA' | 'WHEEL' | 'RECORD';

const DIST_INFO = '.dist-info';

/** `pkg-1.0` of `pkg-1.0.dist-info`. */
export function distInfoStem(distInfo: string): string {
  return distInfo.slice(0, -DIST_INFO.length);
}

/**
 * The one top-level `.dist-info` directory among the paths of a wheel or of an unpacked one. With several, none is
 * picked by its name: installers disagree on which they would use.
 * @param where what the paths are of, for errors
 * @throws WheelworksError `wheel/no-dist-info`, `wheel/several-dist-info`.
 */
export function soleDistInfo(paths: Iterable<string>, where: string): string {
  const found = new Set<string>();
  for (const path of paths) {
    const slash = path.indexOf('/');
    if (slash > DIST_INFO.length && path.endsWith(DIST_INFO, slash))
      found.add(path.slice(0, slash));
  }
  const [first, second] = found;
  if (first === undefined) {
    throw new WheelworksError(
      'wheel/no-dist-info',
      `${where} has no .dist-info directory, so it is not a wheel.`,
      {
        path: where,
        hint: 'A wheel, packed or unpacked, has NAME-VERSION.dist-info at its top, not deeper.',
      },
    );
  }
  if (second !== undefined) {
    throw new WheelworksError(
      'wheel/several-dist-info',
      `${where} has more than one .dist-info directory.`,
      {
        path: where,
        evidence: [...found].sort().slice(0, MOST_SHOWN).join(', '),
        hint: 'Installers take different ones; remove those that do not belong to this distribution.',
      },
    );
  }
  return first;
}

/** Names listed as evidence; a hostile archive may have any number. */
const MOST_SHOWN = 8;

/** The files that are made anew whenever a wheel is written; signatures are of a RECORD that is no more. */
export function isGenerated(path: string, distInfo: string): boolean {
  return (
    path === `${distInfo}/METADATA` ||
    path === `${distInfo}/WHEEL` ||
    path === `${distInfo}/RECORD` ||
    isRecordSignature(path, distInfo)
  );
}

/** Files below `.dist-info` that RECORD does not list: RECORD's own signatures (deprecated by PEP 815). */
export function isRecordSignature(path: string, distInfo: string): boolean {
  return path === `${distInfo}/RECORD.jws` || path === `${distInfo}/RECORD.p7s`;
}

/** Folders that lie above files: `a` and `a/b` of `a/b/c`. A file of such a name could not be unpacked beside them. */
export function foldersOf(paths: Iterable<string>): ReadonlySet<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    let slash = path.lastIndexOf('/');
    while (slash > 0) {
      const folder = path.slice(0, slash);
      // What lies above a known folder is known too.
      if (folders.has(folder)) break;
      folders.add(folder);
      slash = path.lastIndexOf('/', slash - 1);
    }
  }
  return folders;
}

/**
 * Sorts member paths by code unit (not by locale) into a wheel's order: ordinary files, then `.dist-info`, then
 * RECORD. PEP 427 asks archivers to put `.dist-info` last, so that its files can be replaced by rewriting only the
 * tail. `distInfo` has no trailing slash.
 */
export function compareMembers(distInfo: string): (left: string, right: string) => number {
  const record = `${distInfo}/RECORD`;
  const prefix = `${distInfo}/`;
  const rank = (path: string): number => {
    if (path === record) return 2;
    return path.startsWith(prefix) ? 1 : 0;
  };
  return (left, right) => rank(left) - rank(right) || compareCodeUnits(left, right);
}

function compareCodeUnits(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
