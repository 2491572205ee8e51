/** A rehearsal for people. */
import type { InstallTrial, RehearsalReport } from '../../publish/index.ts';
import type { CommandContext } from '../context.ts';
import { paragraph, renderOutcomes, renderProblems } from './publish.ts';
import { formatDuration, plural } from './quantity.ts';
import { sanitizeForTerminal, sanitizeLines } from './sanitize.ts';

/** What came of it: verdict, files, installations, and everything the index had to say. */
export function renderRehearsal(rehearsal: RehearsalReport, context: CommandContext): string {
  const { report, trials, violations, ok } = rehearsal;
  const { colour } = context;
  const time = formatDuration(report.seconds);
  const words = ok
    ? colour.good(`rehearsed: ${plural(report.files.length, 'file')} taken by PyPI's rules`)
    : colour.bad('the rehearsal failed');
  const errors = report.files.flatMap(({ error }) => (error === undefined ? [] : [error]));
  return [
    `${words}, ${time}\n`,
    `\n${renderOutcomes(report, context)}`,
    trials.length === 0 ? '' : `\n${trials.map((trial) => trialLines(trial, context)).join('')}`,
    renderProblems(violations.length > 0 ? violations : errors, context),
    ok ? '' : '\nNothing was sent to any other index.\n',
  ].join('');
}

function trialLines(
  { release, outcome, python, evidence }: InstallTrial,
  context: CommandContext,
): string {
  const { colour } = context;
  const name = sanitizeForTerminal(release);
  if (outcome === 'installed') return `${colour.good('installed')}  ${name} with ${python ?? ''}\n`;
  if (outcome === 'not-here')
    return `${paragraph(`not installed  ${name}: no Python here has a pip of 22.3 or newer and takes one of its wheels`, context)}\n`;
  const lines = sanitizeLines(evidence ?? '').split('\n');
  return [
    `${colour.bad('fails')}  pip install ${name} with ${python ?? ''}\n`,
    ...lines.map((line) => `    ${line}\n`),
  ].join('');
}
