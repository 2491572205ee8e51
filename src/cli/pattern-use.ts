/** Patterns of paths that know whether they were of any use: a mistyped one must not pass in silence. */
import { closestName } from '../support/closest-name.ts';
import { matchesPath } from './glob.ts';

/** Patterns and what has been asked of them. */
export interface WatchedPatterns {
  /** Whether any of them matches the path. */
  readonly matches: (path: string) => boolean;
  /** Those that have matched nothing so far, each with the path that it most likely means. */
  unused(): readonly UnusedPattern[];
}

/** A pattern that has matched nothing. */
export interface UnusedPattern {
  readonly pattern: string;
  readonly likely?: string;
}

/** Paths that are kept to suggest from. */
const MOST_SEEN = 20_000;

/** Watches patterns; each is tried, so that a wide one does not make a narrow one look unused. */
export function watchPatterns(patterns: readonly string[]): WatchedPatterns {
  const used = new Set<string>();
  const seen = new Set<string>();
  return {
    matches(path) {
      if (patterns.length === 0) return false;
      if (seen.size < MOST_SEEN) seen.add(path);
      const matching = patterns.filter((pattern) => matchesPath(pattern, path));
      for (const pattern of matching) used.add(pattern);
      return matching.length > 0;
    },
    unused: () =>
      patterns
        .filter((pattern) => !used.has(pattern))
        .map((pattern) => {
          const likely = likelyPath(pattern, seen);
          return { pattern, ...(likely === undefined ? {} : { likely }) };
        }),
  };
}

/** By the whole path, and where the pattern has no folder by the last name. */
function likelyPath(pattern: string, seen: ReadonlySet<string>): string | undefined {
  const plain = pattern.replaceAll(/\*\*\/|[*?]/g, '');
  const isName = !plain.includes('/');
  const paths = new Map(
    [...seen].map((path) => [isName ? path.slice(path.lastIndexOf('/') + 1) : path, path]),
  );
  const name = closestName(plain, [...paths.keys()]);
  return name === undefined ? undefined : paths.get(name);
}

/** What is told of patterns for `option` that matched nothing. */
export function unusedNotes(
  option: string,
  watched: WatchedPatterns,
  what: string,
): readonly string[] {
  return watched
    .unused()
    .map(
      ({ pattern, likely }) =>
        `${option} ${pattern} ${what}${likely === undefined ? '' : `: was ${likely} meant?`}`,
    );
}
