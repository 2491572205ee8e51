/** What was learnt of local files in earlier runs, so that only what changed is read again. */
import { statSync, type Stats } from 'node:fs';
import { fileError } from '../../support/errors.ts';
import type { Cache } from '../../support/cache.ts';
import { requireRegular } from '../../support/regular-file.ts';
import type { DescribedFile } from '../model.ts';

/** What tells that a file is still the one that was read. */
export interface FileIdentity {
  readonly size: number;
  readonly mtimeMs: number;
  readonly ino: number;
}

type Known = Pick<DescribedFile, 'file' | 'facts'>;

/** Keeps what is known of files by path. */
export interface InputState {
  get(path: string, identity: FileIdentity): Known | undefined;
  set(path: string, identity: FileIdentity, known: Known): void;
  /** Keeps what this run asked for, for the next one. */
  save(): Promise<void>;
}

/** @throws WheelworksError `file/*`. */
export function identityOf(path: string): FileIdentity {
  const found = statOf(path);
  requireRegular(found, path);
  return { size: found.size, mtimeMs: found.mtimeMs, ino: found.ino };
}

/** At once: there may be ten thousand, and a trip to the thread pool costs more than the look. */
function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw fileError(error, path);
  }
}

interface Row {
  readonly identity: FileIdentity;
  readonly known: Known;
}

/** The clock of a file system ticks in steps: what was written this shortly ago may change again unseen. */
const UNSETTLED_MS = 100;

/**
 * The state of an index, in the cache under its place.
 * @param now milliseconds since 1970.
 */
export async function openInputState(
  cache: Cache | undefined,
  place: string,
  now: () => number,
): Promise<InputState> {
  const key = `index-inputs/3 ${place}`;
  const earlier = await cache?.readJson(key, readRows);
  const rows = new Map(earlier);
  const used = new Map<string, Row>();
  let changed = false;
  return {
    get(path, identity) {
      const row = rows.get(path);
      return row !== undefined && isSame(row.identity, identity) ? row.known : undefined;
    },
    set(path, identity, known) {
      const row = rows.get(path);
      if (row !== undefined && isSame(row.identity, identity)) used.set(path, row);
      else if (identity.mtimeMs + UNSETTLED_MS < now()) {
        used.set(path, { identity, known });
        changed = true;
      } else changed = true;
    },
    async save() {
      if (!changed && used.size === rows.size) return;
      await cache?.writeJson(key, [...used]);
    },
  };
}

function isSame(left: FileIdentity, right: FileIdentity): boolean {
  return left.size === right.size && left.mtimeMs === right.mtimeMs && left.ino === right.ino;
}

/** The cache is ours and sealed; only its outer shape is looked at. */
function readRows(value: unknown): Map<string, Row> {
  return new Map(value as [string, Row][]);
}
