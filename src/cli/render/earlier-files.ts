/** Words for files of earlier runs that a run found in its output folder. */
import { joinWords, plural } from './quantity.ts';

/** Names in a line; more are counted. */
const MOST_NAMES = 3;

/** `a, b, c and 4 more`. */
export function brief(names: readonly string[], most: number = MOST_NAMES): string {
  const shown = names.slice(0, most);
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : joinWords(shown);
}

/** `2 files of earlier runs removed, which this one replaced: a and b`. */
export function removedText(
  names: readonly string[],
  { why, verb = 'removed', most }: { why: string; verb?: string; most?: number },
): string {
  return `${plural(names.length, 'file')} of earlier runs ${verb}, which ${why}: ${brief(names, most)}`;
}
