/** What the members of a set are called. */
import { nameForFile } from '../packaging/index.ts';

/** Names of one set. */
export interface SetNames {
  /** As the metadata spells it. */
  readonly project: string;
  /** As file names and import packages have it. */
  readonly stem: string;
  /** Import package of the joiner, in the main wheel. */
  readonly cache: string;
}

/** Names for a distribution. */
export function setNames(project: string): SetNames {
  const stem = nameForFile(project);
  return { project, stem, cache: `${stem}_cache` };
}

/** `NAME-partK`, the distribution. */
export function partDistribution({ project }: SetNames, number: number): string {
  return `${project}-part${number}`;
}

/** `NAME_partK`: the import package, and the name in file names. */
export function partPackage({ stem }: SetNames, number: number): string {
  return `${stem}_part${number}`;
}

/** Where a library that moved lies in a part: below the part's own folder, which no other version's files share. */
export function libraryPath(names: SetNames, number: number, path: string): string {
  return `${partPackage(names, number)}/${path}`;
}

/** Where a relocated module lies in the main wheel. */
export function relocatedPath({ cache }: SetNames, path: string): string {
  return `${cache}/files/${path}`;
}
