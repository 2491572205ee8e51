/**
 * Members that an earlier run found clean, kept under the digest of the whole file: what `--dry-run` looked through, the
 * run after it need not inflate again.
 */
import type { Cache } from '../../support/cache.ts';
import type { Spellings } from '../text/spellings.ts';

/** Counts up with every change of what is searched and how. */
const SEARCH = 1;

/** What is remembered of files. Members are named by their place in the central directory. */
export interface KnownClean {
  /** @param sha256 of the bytes that are about to be searched */
  recall(sha256: string): Promise<ReadonlySet<number>>;
  keep(sha256: string, members: readonly number[]): Promise<void>;
}

/** The memory for one set of versions; without a cache it remembers nothing. */
export function knownClean(cache: Cache | undefined, versions: readonly Spellings[]): KnownClean {
  const searched = versions.map(({ pattern }) => pattern.source).sort();
  const key = (sha256: string): string =>
    JSON.stringify(['promote: clean members', SEARCH, sha256, searched]);
  return {
    async recall(sha256) {
      const members = await cache?.readJson(key(sha256), asNumbers);
      return new Set(members);
    },
    async keep(sha256, members) {
      await cache?.writeJson(key(sha256), members);
    },
  };
}

function asNumbers(value: unknown): readonly number[] {
  if (!Array.isArray(value) || !value.every((each) => Number.isSafeInteger(each)))
    throw new Error('no list of numbers');
  return value as number[];
}
