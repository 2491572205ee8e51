/** Channels: several indexes over the same files, each with its own choice of versions. */
import { WheelworksError } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';
import { releasesOf } from '../releases.ts';
import type { IndexEntry } from './entry.ts';

/** One channel. */
export interface Channel {
  /** The folder that it lies in; undefined for an index without channels. */
  readonly name?: string;
  readonly versions: 'all' | 'final' | 'pre';
  /** How many versions of a project stay, the newest. */
  readonly keep?: number;
  /** Versions of which no file was uploaded in as many days go; those without times stay. */
  readonly days?: number;
}

/** All of it in one index. */
export const WHOLE: Channel = { versions: 'all' };

/**
 * Reads `nightly=pre,keep=30,days=60`. A channel called `stable` has final versions alone unless it says otherwise.
 * @throws WheelworksError `index/channel`.
 */
export function parseChannel(text: string): Channel {
  const [name = '', rules = ''] = text.split(/=(.*)/s, 2);
  if (!/^[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?$/.test(name) || ['simple', 'files'].includes(name))
    throw bad(text, 'its name is a folder in lower case');
  let versions: Channel['versions'] = name === 'stable' ? 'final' : 'all';
  let keep: number | undefined;
  let days: number | undefined;
  for (const rule of rules.split(',').filter((each) => each !== '')) {
    const [, key, count] = /^(keep|days)=([1-9][0-9]{0,5})$/.exec(rule) ?? [];
    if (key === 'keep') keep = Number(count);
    else if (key === 'days') days = Number(count);
    else if (rule === 'all' || rule === 'final' || rule === 'pre') versions = rule;
    else throw bad(text, `${rule} is no rule`);
  }
  return {
    name,
    versions,
    ...(keep === undefined ? {} : { keep }),
    ...(days === undefined ? {} : { days }),
  };
}

/**
 * The files of a channel. The newest version of a project stays whatever its age: an index must not go empty because
 * nobody released.
 * @param now milliseconds since 1970.
 */
export function channelEntries(
  entries: readonly IndexEntry[],
  channel: Channel,
  now: number,
): readonly IndexEntry[] {
  if (channel.versions === 'all' && channel.keep === undefined && channel.days === undefined)
    return entries;
  const kept = new Set<IndexEntry>();
  for (const [project, own] of groupBy(entries, (entry) => entry.project)) {
    const releases = releasesOf(project, own).filter(
      ({ isPrerelease }) =>
        channel.versions === 'all' || isPrerelease === (channel.versions === 'pre'),
    );
    for (const [index, { files }] of releases.entries()) {
      if (index >= (channel.keep ?? Infinity)) break;
      if (index > 0 && isOlder(files, channel.days, now)) continue;
      for (const entry of files) kept.add(entry);
    }
  }
  return entries.filter((entry) => kept.has(entry));
}

const DAY = 86_400_000;

function isOlder(files: readonly IndexEntry[], days: number | undefined, now: number): boolean {
  if (days === undefined) return false;
  const times = files.map(({ file }) => Date.parse(file.uploadTime ?? ''));
  return times.every((time) => time < now - days * DAY);
}

function bad(text: string, reason: string): WheelworksError {
  return new WheelworksError('index/channel', `${text} is no channel: ${reason}.`, {
    hint: 'Write NAME or NAME=RULE,RULE with the rules all, final, pre, keep=N and days=N.',
  });
}
