/** Recipes of OpenWrt for people. */
import type { RecipeUpdate } from '../../openwrt/index.ts';
import { lineDiff } from '../../support/line-diff.ts';
import type { Palette } from './palette.ts';
import { sanitizeForTerminal, sanitizeLines } from './sanitize.ts';

/** What is left to do; empty when nothing is. */
export function renderTodo(todo: readonly string[], colour: Palette): string {
  if (todo.length === 0) return '';
  const lines = todo.map((each) => `  - ${sanitizeForTerminal(each)}`);
  return [colour.caution('to do:'), ...lines, ''].join('\n');
}

export interface UpdateLayout {
  /** Text of the recipe before. */
  readonly before: string;
  readonly isDryRun: boolean;
  readonly colour: Palette;
}

/** What changed, what the dependencies should be, and what to look at. */
export function renderRecipeUpdate(
  update: RecipeUpdate,
  { before, isDryRun, colour }: UpdateLayout,
): string {
  const { changes, depends, buildDepends, notes, todo, text } = update;
  const lines = changes.map(({ name, from, to }) =>
    from === undefined ? `${name}: ${to} (a new line)` : `${name}: ${from} -> ${to}`,
  );
  if (text === before) lines.push('the recipe is up to date');
  if (isDryRun && text !== before) lines.push(lineDiff(before, text).trimEnd());
  for (const each of depends) {
    lines.push(`DEPENDS of ${each.package}${LIMITS[each.interpreter]}`);
    lines.push(...listed('missing', each.missing), ...listed('not found', each.superfluous));
    if (each.unknown.length > 0) lines.push(`  kept all the same: ${each.unknown.join('; ')}`);
    if (each.missing.length === 0 && each.superfluous.length === 0) lines.push('  as they are');
    else if (each.proposed.join(' ') !== each.before.join(' '))
      lines.push(`  proposed: ${each.proposed.join(' ')}`);
  }
  lines.push(...listed('PKG_BUILD_DEPENDS missing', buildDepends.missing, ''));
  lines.push(...listed('PKG_BUILD_DEPENDS not required', buildDepends.superfluous, ''));
  lines.push(...notes);
  return `${sanitizeLines(lines.join('\n'))}\n${renderTodo(todo, colour)}`;
}

const LIMITS = {
  python3: '',
  python2: ' (other projects alone: only Python 3 is analysed)',
} as const;

function listed(label: string, words: readonly string[], indent: string = '  '): string[] {
  return words.length === 0 ? [] : [`${indent}${label}: ${words.join(' ')}`];
}
