/** Dependencies that nobody provides: told once for each name, however many packages want it. */
import type { Finding } from '../../../support/finding.ts';
import { groupBy } from '../../../support/group-by.ts';
import { isOfBase } from './base-packages.ts';
import type { PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';

/** A dependency that no package provides. */
export interface Absent {
  /** The name, or names of which one is enough: `a | b`. */
  readonly what: string;
  readonly by: PackageFacts;
}

/**
 * One finding for each name. Without the feeds of the release those that these have are no fault of the feed: they are told
 * together.
 * @param hasBase whether the feeds of the release were looked into
 */
export function unresolved(absent: readonly Absent[], hasBase: boolean): Finding[] {
  const groups = [...groupBy(absent, ({ what }) => what)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const isLeft = ([what]: (typeof groups)[number]): boolean =>
    !hasBase && what.split(' | ').some(isOfBase);
  const left = groups.filter(isLeft);
  return [
    ...groups
      .filter((group) => !isLeft(group))
      .map(([what, wanting]) => missing(what, wanting, hasBase)),
    ...(left.length === 0 ? [] : [notLookedFor(left.map(([what]) => what))]),
  ];
}

function missing(what: string, wanting: readonly Absent[], hasBase: boolean): Finding {
  return feedFinding('feed/unresolved-dependency', 'A dependency is provided by no package.', {
    severity: hasBase ? 'error' : 'warning',
    evidence: `${what}, wanted by ${wantedBy(wanting)}`,
    hint: hasBase
      ? 'Add the package, or take the dependency away where it is not needed.'
      : 'Add the package, or give the indexes of the feeds of the release with --base to know whether they have it.',
  });
}

const MOST_NAMED = 3;

function wantedBy(wanting: readonly Absent[]): string {
  const names = [...new Set(wanting.map(({ by }) => by.name))].sort();
  if (names.length === 1) return names.join('');
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return `${names.length} packages: ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
}

function notLookedFor(names: readonly string[]): Finding {
  return feedFinding(
    'feed/unresolved-dependency',
    'Dependencies are of the base feed or split-interpreter, not looked for without --base.',
    {
      severity: 'info',
      evidence: names.join(', '),
      hint: 'Give the indexes of the feeds that the device has with --base.',
    },
  );
}
