/** What would take an index away from its users, and is hardly ever meant: a mistyped input, a forgotten option. */
import { WheelworksError } from '../../support/errors.ts';
import type { FoundFile } from '../sources/found-file.ts';
import type { Channel } from './channels.ts';
import { channelsOfManifest } from './manifest.ts';
import type { Manifest } from './objects.ts';

/** @throws WheelworksError `index/nothing-to-index` when there is no file at all. */
export function refuseEmpty(files: readonly FoundFile[], place: string): void {
  if (files.length > 0) return;
  throw new WheelworksError('index/nothing-to-index', 'No input has a wheel or an sdist.', {
    path: place,
    hint: 'Nothing was changed. Look at the inputs; --allow-empty makes an index of nothing.',
  });
}

/**
 * An index without channels does not become one with channels, nor the other way round: its address would be gone.
 * @throws WheelworksError `index/other-channels`.
 */
export function refuseOtherChannels(
  known: Manifest,
  wanted: readonly Channel[],
  place: string,
): void {
  const there = channelsOfManifest(known);
  if (there.length === 0) return;
  const named = there.filter((name) => name !== undefined);
  if (wanted.length === 0 && named.length > 0)
    throw new WheelworksError(
      'index/other-channels',
      `The index has the channels ${named.join(', ')}, which would be removed.`,
      {
        path: place,
        hint: `Nothing was changed. Name them (${named.map((name) => `--channel ${name}`).join(' ')}, with their rules), or choose another output.`,
      },
    );
  if (wanted.length > 0 && named.length === 0)
    throw new WheelworksError(
      'index/other-channels',
      'The index has no channels: its list of projects would be removed.',
      { path: place, hint: 'Nothing was changed. Leave --channel out, or choose another output.' },
    );
}
