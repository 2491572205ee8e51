/** Jobs of a run that failed, for people: those of one cause together, with their logs, and how to look at one. */
import { dirname, join } from 'node:path';
import type { JobReport } from '../../build/index.ts';
import type { ErrorReport } from '../../support/errors.ts';
import { groupBy } from '../../support/group-by.ts';
import { quoteShellWord } from '../../support/shell-words.ts';
import type { CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { joinWords } from './quantity.ts';
import { sanitizeForTerminal, sanitizeLines } from './sanitize.ts';

/** What of a run its failures are told from. */
export interface FailedRun {
  readonly jobs: readonly JobReport[];
  /** Their names; of several each job is named with its own. */
  readonly packages: readonly string[];
  /** Absolute. */
  readonly output: string;
}

/** Folders of packages, absolute, by their names. */
export type PackageFolders = ReadonlyMap<string, string>;

/** A paragraph for each cause. */
export function renderFailedJobs(
  run: FailedRun,
  folders: PackageFolders,
  context: CommandContext,
): readonly string[] {
  const failed = run.jobs.flatMap((job) =>
    job.error === undefined ? [] : [{ job, error: job.error }],
  );
  const groups = groupBy(failed, ({ error }) => causeOf(error));
  return [...groups.values()].map((group) => {
    const jobs = group.map(({ job }) => job);
    const lines = [
      context.colour.bad(`failed ${sanitizeForTerminal(joinWords(namesOf(jobs, run)))}`),
      ...errorLines(group[0]?.error, context),
      ...jobs
        .flatMap(({ logs }) => logs.slice(-1))
        .map((log) => `  ${context.colour.faint('log:')}  ${run.output}/${log}`),
      ...keptLines(jobs, { run, folders }, context),
    ];
    return `\n${lines.map((line) => `${line}\n`).join('')}`;
  });
}

function namesOf(jobs: readonly JobReport[], { packages }: FailedRun): readonly string[] {
  return jobs.map((job) => (packages.length > 1 ? `${job.package} ${job.id}` : job.id));
}

/** The same text for what only the Python and the folder of a job tell apart. */
function causeOf({ code, message, evidence = '', hint = '' }: ErrorReport): string {
  return JSON.stringify([code, ...[message, evidence, hint].map(withoutPlace)]);
}

const FOLDERS = /(?:[A-Za-z]:)?(?:[/\\][^\s/\\'"(),:]+)+[/\\]/g;
const PYTHONS = /\b(?:cp|python|Python |CPython )?3\.?\d{1,2}(?:\.\d+)?t?\b/g;

function withoutPlace(text: string): string {
  return text
    .replaceAll(FOLDERS, '')
    .replaceAll(PYTHONS, '')
    .replaceAll(/0x[0-9a-f]+/g, '');
}

/** An error below the name of what failed: its code, what was seen, what to do. */
export function errorLines(
  error: ErrorReport | undefined,
  { colour }: Pick<CommandContext, 'colour'>,
): readonly string[] {
  if (error === undefined) return [];
  const evidence = sanitizeLines(error.evidence ?? '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [
    `  ${colour.bad(`error[${error.code}]`)}: ${sanitizeForTerminal(error.message)}`,
    ...evidence.map((line) => `    ${line}`),
    ...(error.hint === undefined
      ? []
      : [`  ${colour.faint('next:')} ${sanitizeForTerminal(error.hint)}`]),
  ];
}

/** Where the first of them can be looked at, and how. */
function keptLines(
  jobs: readonly JobReport[],
  { run, folders }: { readonly run: FailedRun; readonly folders: PackageFolders },
  { colour: { faint }, cwd }: CommandContext,
): readonly string[] {
  const first = jobs.find(({ kept }) => kept !== undefined);
  if (first?.kept === undefined) return [];
  const directory = folders.get(first.package) ?? dirname(run.output);
  const command = shellCommandFor(first.id, { directory, output: run.output, cwd });
  return [
    `  ${faint('kept:')} ${first.kept}`,
    `  ${faint('look:')} ${sanitizeForTerminal(command)}`,
  ];
}

/** The command that opens a kept job from the folder `cwd`; every path absolute. */
export function shellCommandFor(
  id: string,
  paths: { readonly directory: string; readonly output: string; readonly cwd: string },
): string {
  const { directory, output, cwd } = paths;
  const word = (path: string): string => {
    const shown = shownPath(path, cwd);
    return quoteShellWord(shown.startsWith('-') ? `./${shown}` : shown);
  };
  return [
    'wheelworks shell',
    id,
    ...(directory === cwd ? [] : [word(directory)]),
    ...(output === join(directory, 'wheelhouse') ? [] : ['--output', word(output)]),
  ].join(' ');
}
