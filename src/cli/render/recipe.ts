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
  /** Dependencies were to be written, too. */
  readonly writesDepends: boolean;
  readonly colour: Palette;
}

/** What changed, what the dependencies should be, and what to look at. */
export function renderRecipeUpdate(
  update: RecipeUpdate,
  { before, isDryRun, writesDepends, colour }: UpdateLayout,
): string {
  const { changes, depends, buildDepends, notes, todo, text } = update;
  const lines = changes.map(({ name, from, to }) =>
    from === undefined ? `${name}: ${to} (a new line)` : `${name}: ${from} -> ${to}`,
  );
  if (text === before) lines.push('the recipe is up to date');
  if (isDryRun && text !== before) lines.push(lineDiff(before, text).trimEnd());
  for (const each of depends) {
    lines.push(`DEPENDS of ${each.package}${LIMITS[each.interpreter]}`);
    const said = each.written ? WRITTEN[isDryRun ? 'dry' : 'done'] : PROPOSED;
    const isOut = each.written && each.unknown.length === 0;
    lines.push(...listed(said.missing, each.missing));
    lines.push(...listed(isOut ? said.superfluous : PROPOSED.superfluous, each.superfluous));
    if (each.unknown.length > 0) lines.push(`  kept all the same: ${each.unknown.join('; ')}`);
    if (each.missing.length === 0 && each.superfluous.length === 0) lines.push('  as they are');
    else if (each.proposed.join(' ') !== each.before.join(' '))
      lines.push(
        `  ${said.result}${writesDepends && !each.written ? ', and not written, since the package has no one DEPENDS' : ''}: ${each.proposed.join(' ')}`,
      );
  }
  const build = buildDepends.written ? WRITTEN[isDryRun ? 'dry' : 'done'] : PROPOSED;
  const isLeft = writesDepends && !buildDepends.written;
  lines.push(
    ...listed(
      `PKG_BUILD_DEPENDS ${build.missing}${isLeft ? ', and not written, since it has no one place' : ''}`,
      buildDepends.missing,
      '',
    ),
  );
  lines.push(...listed('PKG_BUILD_DEPENDS not required', buildDepends.superfluous, ''));
  lines.push(...notes);
  return `${sanitizeLines(lines.join('\n'))}\n${renderTodo(todo, colour)}`;
}

/** What became of it, by whether it was written. */
const PROPOSED = { missing: 'missing', superfluous: 'not found', result: 'proposed' } as const;
const WRITTEN = {
  done: { missing: 'added', superfluous: 'taken out', result: 'written' },
  dry: {
    missing: 'would be added',
    superfluous: 'would be taken out',
    result: 'would be written',
  },
} as const;

const LIMITS = {
  python3: '',
  python2: ' (other projects alone: only Python 3 is analysed)',
} as const;

function listed(label: string, words: readonly string[], indent: string = '  '): string[] {
  return words.length === 0 ? [] : [`${indent}${label}: ${words.join(' ')}`];
}
