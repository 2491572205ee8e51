import type { FeedPackage } from '../native/index.ts';

/** What is known of the packages that a device can install. */
export interface DependencyFeed {
  /** The package of a name, or one that provides it. */
  find(name: string): FeedEntry | undefined;
  /** All of them, for finding the one that has a library. */
  readonly packages: readonly FeedPackage[];
}

/** A package of a feed, as far as dependencies ask for it. */
export interface FeedEntry {
  readonly name: string;
  /** As upstream has it, where it could be read. */
  readonly version?: string;
  /** Names alone. */
  readonly depends: readonly string[];
}
