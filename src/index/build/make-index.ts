/** The whole work of the command: files in, an index out. */
import type { SimpleProject } from '../../packaging/index.ts';
import type { Cache } from '../../support/cache.ts';
import type { EventSink } from '../../support/progress/events.ts';
import type { FoundFile } from '../sources/found-file.ts';
import { WHOLE, channelEntries, type Channel } from './channels.ts';
import { readEntries, type EntryOptions, type IndexEntry } from './entry.ts';
import { openInputState } from './input-state.ts';
import { refuseEmpty, refuseOtherChannels } from './refuse-loss.ts';
import { layOut } from './layout.ts';
import type { ObjectPlan } from './objects.ts';
import type { Target } from './target.ts';
import { writeObjects } from './write-objects.ts';
import { applyYanks, type Yank } from './yanks.ts';

/** What an index is made from and how. */
export interface MakeIndexOptions {
  readonly files: readonly FoundFile[];
  readonly target: Target;
  /** The folder that the target is, absolute: files that lie in it stay where they are. */
  readonly folder?: string;
  /** Where local files are, when the index only refers to them; ends in `/`. */
  readonly filesUrl?: string;
  readonly baseUrl?: string;
  readonly title?: string;
  /** Of the program: pages that another version made are made again. */
  readonly pageVersion?: string;
  readonly channels?: readonly Channel[];
  readonly yanks?: readonly Yank[];
  readonly statuses?: ReadonlyMap<string, NonNullable<SimpleProject['status']>>;
  readonly fileTimes?: EntryOptions['fileTimes'];
  readonly readRemote?: EntryOptions['readRemote'];
  readonly dryRun?: boolean;
  /** Make an index of nothing, and empty one that is there. */
  readonly allowEmpty?: boolean;
  /** Where it is kept what was learnt of local files. */
  readonly cache?: Cache;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly jobs: number;
  readonly events: EventSink;
  readonly signal?: AbortSignal;
}

/** What became of it. */
export interface MadeIndex {
  readonly plan: ObjectPlan;
  readonly channels: readonly MadeChannel[];
  /** Names of files of which no digest is known: installers cannot tell whether they get the right ones. */
  readonly withoutDigest: readonly string[];
}

/** A channel, or the one index there is. */
export interface MadeChannel {
  readonly name?: string;
  readonly projects: number;
  readonly files: number;
}

/**
 * Makes an index, or plans it with `dryRun`.
 * @throws WheelworksError `index/*`, `packaging/*`, `wheel/*`, `sdist/*`, `zip/*`, `tar/*`, `file/*`, `http/*`.
 */
export async function makeIndex(options: MakeIndexOptions): Promise<MadeIndex> {
  const { files, target, cache, now, signal, jobs, events, fileTimes, readRemote } = options;
  if (options.allowEmpty !== true) refuseEmpty(files, target.name);
  const known = await target.readManifest();
  refuseOtherChannels(known, options.channels ?? [], target.name);
  const state = await openInputState(cache, target.name, now);
  const read = await readEntries(files, {
    jobs,
    state,
    events,
    provenance: options.baseUrl !== undefined,
    ...(signal === undefined ? {} : { signal }),
    ...(fileTimes === undefined ? {} : { fileTimes }),
    ...(readRemote === undefined ? {} : { readRemote }),
  });
  await state.save();
  const entries = applyYanks(read, options.yanks ?? []);
  const channels = channelsOf(options.channels, entries, now());
  const objects = layOut(channels, { ...options, known });
  const plan = await writeObjects(target, objects, {
    jobs,
    events,
    ...(signal === undefined ? {} : { signal }),
    ...(options.dryRun === undefined ? {} : { dryRun: options.dryRun }),
  });
  return {
    plan,
    channels: channels.map(({ channel, entries: own }) => ({
      ...(channel.name === undefined ? {} : { name: channel.name }),
      projects: new Set(own.map(({ project }) => project)).size,
      files: own.length,
    })),
    withoutDigest: entries
      .filter(({ file }) => Object.keys(file.hashes).length === 0)
      .map(({ filename }) => filename),
  };
}

function channelsOf(
  wanted: readonly Channel[] | undefined,
  entries: readonly IndexEntry[],
  now: number,
): readonly { readonly channel: Channel; readonly entries: readonly IndexEntry[] }[] {
  const channels = wanted === undefined || wanted.length === 0 ? [WHOLE] : wanted;
  return channels.map((channel) => ({ channel, entries: channelEntries(entries, channel, now) }));
}
