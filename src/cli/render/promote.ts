/** What a promotion does and did, for people and as a document. */
import { join } from 'node:path';
import {
  placeLines,
  unifiedDiff,
  type PromotionDocument,
  type PromotionFile,
  type PromotionPlan,
} from '../../promote/index.ts';
import { groupBy } from '../../support/group-by.ts';
import { quoteShellWord } from '../../support/shell-words.ts';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { paragraph, renderProblems } from './publish.ts';
import { plural } from './quantity.ts';
import { sanitizeForTerminal, sanitizeLines } from './sanitize.ts';

/** How the verdict on a plan reads. */
export interface PlanWords {
  readonly possible: string;
  readonly refused: string;
}

/** The words for a set that is promoted. */
export function promotionWords({ changes }: PromotionPlan): PlanWords {
  return {
    possible: `The set can be promoted: ${packages(changes)}.`,
    refused: 'The set cannot be promoted.',
  };
}

/** The words for a file that gets another version. */
export function retagWords({ files, changes }: PromotionPlan): PlanWords {
  const [change] = changes.values();
  const name = sanitizeForTerminal(files[0]?.member.filename ?? '');
  return {
    possible: `${name} can be given the version ${change?.toText ?? ''}.`,
    refused: `${name} is not given the version ${change?.toText ?? ''}.`,
  };
}

/** A plan that is not carried out, because of its problems or because nobody asked for it. */
export function renderPromotionPlan(
  plan: PromotionPlan,
  { isDryRun, words }: { readonly isDryRun: boolean; readonly words: PlanWords },
  context: CommandContext,
): string {
  const isBlocked = plan.problems.length > 0;
  return [
    `${isBlocked ? context.colour.bad(words.refused) : words.possible}\n`,
    ...(isDryRun ? renderChanges(plan, context) : []),
    ...renderNotes(plan.notes, context),
    renderProblems(plan.problems, context),
    '\nNothing was written.\n',
  ].join('');
}

function packages(changes: PromotionPlan['changes']): string {
  return [...changes.values()]
    .map(({ project, fromText, toText }) => `${project} ${fromText} -> ${toText}`)
    .join(', ');
}

/** A package at a time: its files, then every change once, in however many of them it is. */
function renderChanges({ files }: PromotionPlan, context: CommandContext): readonly string[] {
  return [...groupBy(files, ({ member }) => member.project).values()].flatMap((of) => [
    '\n',
    ...of.map((file) => fileLine(file, context)),
    ...renamesOf(of),
    ...diffsOf(of, context),
    ...staysOf(of, context),
  ]);
}

function fileLine(
  { member, output, change, changes, unchanged }: PromotionFile,
  { colour }: CommandContext,
): string {
  if (change === undefined)
    return `${colour.strong(sanitizeForTerminal(output))}\n  goes along as it is\n`;
  const names = `${sanitizeForTerminal(member.filename)} -> ${sanitizeForTerminal(output)}`;
  return `${colour.strong(names)}\n  ${plural(changes.length, 'file')} changed, ${unchanged} copied as ${unchanged === 1 ? 'it is' : 'they are'}\n`;
}

function renamesOf(files: readonly PromotionFile[]): readonly string[] {
  const lines = files.flatMap(({ renames }) =>
    renames.map(
      ({ from, to }) => `rename ${sanitizeForTerminal(from)}/ to ${sanitizeForTerminal(to)}/\n`,
    ),
  );
  return lines.length === 0 ? [] : ['\n', ...new Set(lines)];
}

function diffsOf(files: readonly PromotionFile[], context: CommandContext): readonly string[] {
  const diffs = files.flatMap((file) =>
    file.changes.map((change) => ({ file, diff: unifiedDiff(change) })),
  );
  return [...groupBy(diffs, ({ diff }) => diff)].map(([diff, same]) => {
    const where = holdersOf(
      same.map(({ file }) => file),
      files,
    );
    const head = where === '' ? '' : `\n${context.colour.faint(where)}\n`;
    return `${head === '' ? '\n' : head}${colourDiff(diff, context)}`;
  });
}

/** Which files of a package have something; nothing where there is only one. */
function holdersOf(some: readonly PromotionFile[], all: readonly PromotionFile[]): string {
  if (all.length === 1) return '';
  if (some.length === all.length) return `in all ${all.length} files:`;
  if (some.length > MOST_NAMED) return `in ${some.length} of ${all.length} files:`;
  return `in ${some.map(({ member }) => sanitizeForTerminal(member.filename)).join(', ')}:`;
}

/** File names that are shown in a line. */
const MOST_NAMED = 2;

function staysOf(files: readonly PromotionFile[], context: CommandContext): readonly string[] {
  const { colour } = context;
  const stays = files.flatMap((file) =>
    file.remaining.map((place) => ({
      file,
      text: [
        `${place.allowed ? 'allowed' : colour.bad('remains')}  `,
        placeLines(place).map(sanitizeForTerminal).join('\n         '),
      ].join(''),
    })),
  );
  const lines = [...groupBy(stays, ({ text }) => text)].map(([text, same]) => {
    const where = holdersOf(
      same.map(({ file }) => file),
      files,
    );
    return `${text}${where === '' ? '' : colour.faint(`\n         ${where.slice(0, -1)}`)}\n`;
  });
  return lines.length === 0 ? [] : ['\n', ...lines];
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
    ? `Promoted and tested: ${packages(plan.changes)}.`
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
    ...notTried(document),
    ...renderNotes(plan.notes, context),
    ...(reused ? [`\nThe files were there already, as they would be written.\n`] : []),
    document.tested
      ? `\nNext: ${publishCommand(folder)}\n`
      : '\nwheelworks publish refuses this folder until the set is tested.\n',
  ].join('');
}

/** The command that uploads a folder, as a shell takes it. */
export function publishCommand(folder: string): string {
  return `wheelworks publish ${sanitizeForTerminal(quoteShellWord(folder))}`;
}

function notTried({ notTested }: PromotionDocument): readonly string[] {
  const wheels = notTested.filter((name) => name.endsWith('.whl'));
  const sdists = notTested.filter((name) => !name.endsWith('.whl'));
  return [
    {
      names: wheels,
      why: `not tried here, where no Python takes ${wheels.length === 1 ? 'it' : 'them'}`,
    },
    { names: sdists, why: 'not built, since wheels of it were tried' },
  ].flatMap(({ names, why }) =>
    names.length === 0
      ? []
      : [`  ${why}:\n`, ...names.map((name) => `    ${sanitizeForTerminal(name)}\n`)],
  );
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
        path: member.split?.main.path ?? member.path,
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
