import type { IndexObject, Manifest } from './objects.ts';

/** Where an index is written: a folder, or a bucket. */
export interface Target {
  /** As people know it. */
  readonly name: string;
  /** Keeps other runs away. @throws WheelworksError `index/locked`. @returns what lets them in again. */
  lock(): Promise<() => Promise<void>>;
  /** What earlier runs wrote; empty for a new place. @throws WheelworksError `index/bad-manifest`. */
  readManifest(): Promise<Manifest>;
  /** The size of what lies at each of these paths; those with nothing are missing. */
  sizes(paths: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Whether what lies at a path is what would be written there, though nobody remembers having written it. */
  holds(object: IndexObject): Promise<boolean>;
  /** Puts an object in its place, in one step. @throws WheelworksError. */
  put(object: IndexObject): Promise<void>;
  /** Removes what lies at these paths. */
  remove(paths: readonly string[]): Promise<void>;
  writeManifest(manifest: Manifest): Promise<void>;
}

/** The name of what remembers which objects are ours, beside them. */
export const MANIFEST = '.wheelworks-index.json';
