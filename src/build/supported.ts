/** Which wheels an interpreter takes, by their tags. */
import { formatTag, parseWheelFilename, supportedTags, type Tag } from '../packaging/index.ts';
import { tagEnvironment, type InterpreterFacts } from '../python/index.ts';

/** Tags to their rank, 0 being the best. There are hundreds, asked for with every wheel. */
const known = new WeakMap<InterpreterFacts, ReadonlyMap<string, number>>();

function ranksOf(interpreter: InterpreterFacts): ReadonlyMap<string, number> {
  const before = known.get(interpreter);
  if (before !== undefined) return before;
  const tags = supportedTags(tagEnvironment(interpreter)).map(formatTag);
  const ranks = new Map(tags.map((tag, rank) => [tag, rank]));
  known.set(interpreter, ranks);
  return ranks;
}

/** The tags of a wheel that the interpreter takes, the best first. */
export function takenTags(filename: string, interpreter: InterpreterFacts): readonly Tag[] {
  const ranks = ranksOf(interpreter);
  const rankOf = (tag: Tag): number => ranks.get(formatTag(tag)) ?? Infinity;
  return parseWheelFilename(filename)
    .tags.tags.filter((tag) => ranks.has(formatTag(tag)))
    .toSorted((left, right) => rankOf(left) - rankOf(right));
}

/** How much an interpreter likes a wheel of this name, 0 being best; Infinity when it does not take it. */
export function rankOf(filename: string, interpreter: InterpreterFacts): number {
  const [best] = takenTags(filename, interpreter);
  return best === undefined ? Infinity : (ranksOf(interpreter).get(formatTag(best)) ?? Infinity);
}

/** Whether an installer would take a wheel of this name for the interpreter. */
export function serves(filename: string, interpreter: InterpreterFacts): boolean {
  return takenTags(filename, interpreter).length > 0;
}

/** Whether the interpreter takes the Python and ABI of one of a wheel's tags, on some platform. */
export function takesPython(filename: string, interpreter: InterpreterFacts): boolean {
  const pythons = new Set([...ranksOf(interpreter).keys()].map(withoutPlatform));
  return parseWheelFilename(filename).tags.tags.some((tag) =>
    pythons.has(withoutPlatform(formatTag(tag))),
  );
}

/** The tag that the interpreter likes best. */
export function bestTag(interpreter: InterpreterFacts): string {
  return ranksOf(interpreter).keys().next().value ?? 'none';
}

function withoutPlatform(tag: string): string {
  return tag.slice(0, tag.lastIndexOf('-'));
}
