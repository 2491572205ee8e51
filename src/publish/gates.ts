/** What is found out before the first byte is sent. Every problem is told at once; one is enough to send nothing. */
import type { CheckResult } from '../check/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { groupBy } from '../support/group-by.ts';
import type { Destination } from './destination.ts';
import { presenceOf, type IndexState, type Presence } from './existing.ts';
import type { PublishFile } from './publish-file.ts';
import type { ReceiptEntry } from './receipt.ts';
import { JUDGED_BY_SPLIT_SETS, partsAlone, splitSetProblems } from './split-sets.ts';

/** What is done with a file. */
export type Action = 'send' | 'present';

/** What the gates say. */
export interface Verdict {
  readonly actions: ReadonlyMap<PublishFile, Action>;
  readonly problems: readonly ErrorReport[];
  readonly notes: readonly string[];
  /** What shows only when it is tried. */
  readonly forecasts: readonly string[];
}

/** What the gates look at. */
export interface GateInput {
  readonly files: readonly PublishFile[];
  readonly destination: Destination;
  readonly index: IndexState;
  readonly checks: readonly CheckResult[];
  /** What the receipt has of a file at this destination. */
  readonly entryOf: (file: PublishFile) => ReceiptEntry | undefined;
  readonly skipExisting: boolean;
  /** Send again what an earlier run left unclear. */
  readonly resend: boolean;
}

/** Judges a set of files. */
export function judgeGates(input: GateInput): Verdict {
  const decided = input.files.map(
    (file) => [file, decide(file, presenceOf(file, input.index), input)] as const,
  );
  const actions = new Map(
    decided.flatMap(([file, decision]) =>
      typeof decision === 'string' ? [[file, decision] as const] : [],
    ),
  );
  const isPresent = new Set(
    input.files.filter((file) => actions.get(file) === 'present').map(({ path }) => path),
  );
  const sent = input.files.filter((file) => actions.get(file) === 'send');
  // What the index has already it cannot refuse any more.
  const checks = input.checks.filter(({ path }) => !isPresent.has(path));
  return {
    actions,
    problems: [
      ...sameNames(input.files),
      ...splitSetProblems(input.files, input.index),
      ...checkProblems(checks),
      ...decided.flatMap(([, decision]) => (typeof decision === 'string' ? [] : [decision])),
    ],
    notes: [
      ...(sent.length === 0 ? [] : indexNotes(input)),
      ...partsAlone(sent, input.files),
      ...checkNotes(checks),
    ],
    forecasts: newProjects(sent, input),
  };
}

function decide(file: PublishFile, presence: Presence, input: GateInput): Action | ErrorReport {
  const entry = input.entryOf(file);
  const isDone = entry !== undefined && entry.state !== 'sending' && entry.state !== 'failed';
  switch (presence.state) {
    case 'same':
      return 'present';
    case 'other':
      return presence.error;
    case 'no-digest':
      return input.skipExisting || isDone ? 'present' : withoutDigest(file);
    case 'absent':
      return 'send';
    case 'unknown':
      if (isDone) return 'present';
      return entry?.state === 'sending' && !input.destination.isPyPI && !input.resend
        ? leftUnclear(file, presence.reason)
        : 'send';
  }
}

function withoutDigest(file: PublishFile): ErrorReport {
  return {
    code: 'publish/no-digest',
    message: `The index has a file ${file.filename} and does not tell its digest.`,
    path: file.path,
    hint: 'Whether it is this file cannot be known. Compare it by hand; --skip-existing takes it for the same.',
  };
}

function leftUnclear(file: PublishFile, reason: string): ErrorReport {
  return {
    code: 'publish/unclear',
    message: `An earlier run was interrupted while it sent ${file.filename}.`,
    path: file.path,
    evidence: `the index cannot be asked: ${reason}`,
    hint: 'Give the address of its list of projects with --index-url; or look there, and use --resend if the file is missing.',
  };
}

function sameNames(files: readonly PublishFile[]): readonly ErrorReport[] {
  return [...groupBy(files, ({ filename }) => filename).values()].flatMap((group) =>
    group.length < 2
      ? []
      : [
          {
            code: 'publish/same-name',
            message: `Several files are named ${group[0]?.filename ?? ''}.`,
            evidence: group.map(({ path }) => path).join('\n'),
            hint: 'Give one of them.',
          },
        ],
  );
}

/** Judged by the digests themselves, where no option makes them pass. */
const JUDGED_HERE: ReadonlySet<string> = new Set([
  'pypi/file-exists',
  'pypi/content-exists',
  ...JUDGED_BY_SPLIT_SETS,
]);

function checkProblems(checks: readonly CheckResult[]): readonly ErrorReport[] {
  return checks.flatMap(({ path, findings }) =>
    findings
      .filter(({ severity, code }) => severity === 'error' && !JUDGED_HERE.has(code))
      .map(({ code, message, evidence, hint, path: place }) => ({
        code,
        message,
        path: place === undefined || place === path ? path : `${path}!${place}`,
        ...(evidence === undefined ? {} : { evidence }),
        ...(hint === undefined ? {} : { hint }),
      })),
  );
}

function checkNotes(checks: readonly CheckResult[]): readonly string[] {
  const warnings = checks.flatMap(({ findings }) =>
    findings.filter(({ severity }) => severity === 'warning'),
  );
  if (warnings.length === 0) return [];
  const codes = [...new Set(warnings.map(({ code }) => code))].sort();
  return [`check warns of ${codes.join(', ')}: wheelworks check tells more`];
}

function indexNotes({ index, destination }: GateInput): readonly string[] {
  if (index.problem === undefined) return [];
  return [`what ${destination.title} has already is not known: ${index.problem}`];
}

function newProjects(
  sent: readonly PublishFile[],
  { index, destination }: GateInput,
): readonly string[] {
  if (index.problem !== undefined) return [];
  const names = [...new Set(sent.map(({ project }) => project))]
    .filter((project) => index.projects.get(project) === undefined)
    .sort();
  if (names.length === 0) return [];
  return [
    `new on ${destination.title}: ${names.join(', ')}; whether a name may be used shows with its first file`,
  ];
}
