/** Numbers of release candidates, in an order that holds when there are several a day. */
import { compareVersions, formatVersion, type Version } from '../packaging/index.ts';
import { isSameRelease } from '../packaging/version-order.ts';
import { WheelworksError } from '../support/errors.ts';
import { baseOf, refusePost } from './base.ts';
import type { RcScheme } from './model.ts';

/** What decides the number of a candidate. */
export interface CandidateOptions {
  readonly scheme: RcScheme;
  /** Its date in UTC is the number. */
  readonly date: Date;
  /** Versions that are taken: of tags, of an index. */
  readonly known: readonly Version[];
}

/**
 * The next candidate of a release, greater than every known one.
 *
 * By date: the first of a day is `rcYYYYMMDD`, further ones are `rcYYYYMMDD01` to `99`. A number of ten digits is
 * greater than one of eight: when a release has one, its later candidates have ten digits, too, from the first of a day.
 * @throws WheelworksError `version/candidate-of-post`, `version/candidates-used-up`.
 */
export function nextCandidate(base: Version, options: CandidateOptions): Version {
  refusePost(base);
  const highest = highestCandidate(base, options.known);
  const number = options.scheme === 'counter' ? highest + 1n : dated(highest, options.date, base);
  return { ...baseOf(base), pre: { kind: 'rc', number } };
}

/** Whether `candidate` is a release candidate that leads to `final`, and nothing less or more than one. */
export function isReleaseCandidateOf(candidate: Version, final: Version): boolean {
  return (
    candidate.pre?.kind === 'rc' &&
    candidate.post === undefined &&
    candidate.dev === undefined &&
    candidate.local === undefined &&
    compareVersions(baseOf(candidate), final) === 0
  );
}

/** The first day has no candidate before it, and the first of all counted ones is 1. */
const NONE = 0n;

function highestCandidate(base: Version, known: readonly Version[]): bigint {
  return known
    .filter((each) => isSameRelease(each, base) && each.pre?.kind === 'rc')
    .reduce((most, { pre }) => (pre !== undefined && pre.number > most ? pre.number : most), NONE);
}

const MOST_A_DAY = 99n;

function dated(highest: bigint, date: Date, base: Version): bigint {
  const day = BigInt(utcDay(date));
  if (day > highest) return day;
  const first = day * 100n + 1n;
  const number = highest < first ? first : highest + 1n;
  if (number <= day * 100n + MOST_A_DAY) return number;
  throw new WheelworksError(
    'version/candidates-used-up',
    `No candidate of ${formatVersion(base)} for ${day} comes after rc${highest}.`,
    {
      hint: 'Number them 1, 2, 3 from here on (--rc-scheme counter), or look whether the date is right.',
    },
  );
}

/** `20261120`, wherever the machine stands. */
function utcDay(date: Date): string {
  return date.toISOString().slice(0, 10).replaceAll('-', '');
}
