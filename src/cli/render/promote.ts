/** What a promotion does and did, for people and as a document. */
import { join } from 'node:path';
import {
  placeLine,
  unifiedDiff,
  type PromotionDocument,
  type PromotionFile,
  type PromotionPlan,
} from '../../promote/index.ts';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { paragraph, renderProblems } from './publish.ts';
import { plural } from './quantity.ts';
import { sanitizeForTerminal, sanitizeLines } from './sanitize.ts';

/** A plan that is not carried out, because of its problems or because nobody asked for it. */
export function renderPromotionPlan(
  plan: PromotionPlan,
  { isDryRun }: { readonly isDryRun: boolean },
  context: CommandContext,
): string {
  const isBlocked = plan.problems.length > 0;
  const verdict = isBlocked
    ? context.colour.bad('The set cannot be promoted.')
    : `The set can be promoted: ${packages(plan)}.`;
  return [
    `${verdict}\n`,
    ...(isDryRun ? plan.files.map((file) => renderFile(file, context)) : []),
    ...renderNotes(plan.notes, context),
    renderProblems(plan.problems, context),
    '\nNothing was written.\n',
  ].join('');
}

function packages({ changes }: PromotionPlan): string {
  return [...changes.values()]
    .map(({ project, fromText, toText }) => `${project} ${fromText} -> ${toText}`)
    .join(', ');
}

function renderFile(
  { member, output, change, changes, renames, remaining, unchanged }: PromotionFile,
  context: CommandContext,
): string {
  const { colour } = context;
  if (change === undefined)
    return `\n${colour.strong(sanitizeForTerminal(output))}\n  goes along as it is\n`;
  const diff = changes.map((each) => colourDiff(unifiedDiff(each), context)).join('');
  const stays = remaining.map(
    (place) =>
      `${place.allowed ? 'allowed' : colour.bad('remains')}  ${sanitizeForTerminal(placeLine(place))}\n`,
  );
  return [
    `\n${colour.strong(`${sanitizeForTerminal(member.filename)} -> ${sanitizeForTerminal(output)}`)}\n`,
    ...renames.map(
      ({ from, to }) => `rename ${sanitizeForTerminal(from)}/ to ${sanitizeForTerminal(to)}/\n`,
    ),
    `${plural(changes.length, 'file')} changed, ${unchanged} copied as ${unchanged === 1 ? 'it is' : 'they are'}\n`,
    diff,
    ...stays,
  ].join('');
}

function colourDiff(diff: string, { colour }: CommandContext): string {
  return sanitizeLines(diff)
    .split('\n')
    .map((line) => {
      if (line.startsWith('@@')) return colour.faint(line);
      if (line.startsWith('+') && !line.startsWith('+++')) return colour.good(line);
      return line.startsWith('-') && !line.startsWith('---') ? colour.bad(line) : line;
    })
    .join('\n');
}

function renderNotes(notes: readonly string[], context: CommandContext): readonly string[] {
  const lines = notes.map(
    (note) => `${paragraph(`note: ${sanitizeForTerminal(note)}`, context)}\n`,
  );
  return lines.length === 0 ? [] : ['\n', ...lines];
}

/** What was written and how its tests went. */
export function renderPromoted(
  plan: PromotionPlan,
  {
    output,
    document,
    reused,
  }: { readonly output: string; readonly document: PromotionDocument; readonly reused: boolean },
  context: CommandContext,
): string {
  const { colour } = context;
  const folder = shownPath(output, context.cwd);
  const failed = document.tests.filter(({ outcome }) => outcome === 'failed');
  const verdict = document.tested
    ? `Promoted and tested: ${packages(plan)}.`
    : failed.length > 0
      ? colour.bad('Promoted, but the promoted set does not work.')
      : 'Promoted, not tested.';
  const tests = document.tests.flatMap(({ python, wheels, outcome, ran, evidence }) => [
    `  ${outcome === 'passed' ? colour.good('passed') : colour.bad('failed')}  ${sanitizeForTerminal(python)}: ${plural(wheels.length, 'wheel')}, ${sanitizeForTerminal(ran)}\n`,
    ...(evidence === undefined
      ? []
      : [`${sanitizeLines(evidence).replaceAll(/^/gm, '          ')}\n`]),
  ]);
  return [
    `${verdict}\n\n`,
    ...document.files.map(({ filename }) => `${sanitizeForTerminal(join(folder, filename))}\n`),
    ...(tests.length === 0 ? [] : ['\n', ...tests]),
    ...(document.notTested.length === 0
      ? []
      : [
          `  no Python here takes ${plural(document.notTested.length, 'wheel')}: ${document.notTested.map(sanitizeForTerminal).join(', ')}\n`,
        ]),
    ...renderNotes(plan.notes, context),
    ...(reused ? [`\nThe files were there already, as they would be written.\n`] : []),
    document.tested
      ? `\nNext: wheelworks publish ${sanitizeForTerminal(folder)}\n`
      : '\nwheelworks publish refuses this folder until the set is tested.\n',
  ].join('');
}

/** The plan of the `--json` document. */
export function promotionPlanDocument(plan: PromotionPlan): object {
  return {
    packages: [...plan.changes.values()].map(({ project, fromText, toText }) => ({
      project,
      from: fromText,
      to: toText,
    })),
    commit: plan.commit ?? null,
    files: plan.files.map(
      ({
        member,
        output,
        change,
        changes,
        renames,
        requirements,
        remaining,
        unsearched,
        unchanged,
        dropped,
      }) => ({
        path: member.path,
        output,
        project: member.project,
        from: change?.fromText ?? null,
        to: change?.toText ?? null,
        renames,
        changed: changes.map((each) => ({ from: each.from, to: each.to, diff: unifiedDiff(each) })),
        requirements: requirements.map(({ before, after, outcome }) => ({
          before,
          after,
          outcome,
        })),
        remaining,
        unsearched,
        unchanged,
        dropped,
      }),
    ),
    problems: plan.problems,
    notes: plan.notes,
  };
}
