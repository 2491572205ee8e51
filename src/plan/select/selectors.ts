/**
 * Patterns of build identifiers: fnmatch with braces, several separated by blanks.
 *
 * Source: cibuildwheel 4.2, docs/options.md "build, skip".
 */
import { expandBraces } from '../../support/braces.ts';
import { matchesPattern } from '../../support/text-pattern.ts';

const EXPANDED = new Map<string, readonly string[]>();
/** A process asks for few patterns, for each of several hundred identifiers. */
const MOST_KEPT = 500;

/**
 * Whether any of the patterns matches.
 * @throws WheelworksError `config/pattern-too-large`.
 */
export function matchesSelectors(patterns: string, text: string): boolean {
  return expanded(patterns).some((pattern) => matchesPattern(pattern, text));
}

/** The patterns of a text, apart and without what follows a colon. */
export function selectorsOf(patterns: string): readonly string[] {
  return patterns.split(/\s+/).filter((each) => each !== '');
}

function expanded(patterns: string): readonly string[] {
  const known = EXPANDED.get(patterns);
  if (known !== undefined) return known;
  const all = selectorsOf(patterns).flatMap(expandBraces);
  if (EXPANDED.size >= MOST_KEPT) EXPANDED.clear();
  EXPANDED.set(patterns, all);
  return all;
}
