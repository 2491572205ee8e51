/** What is found out before the first byte is sent. Every problem is told at once; one is enough to send nothing. */
import type { CheckResult } from '../check/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { groupBy } from '../support/group-by.ts';
import { formatVersion, tryParseVersion, type SimpleFile } from '../packaging/index.ts';
import type { Destination } from './destination.ts';
import { presenceOf, type IndexState, type Presence } from './existing.ts';
import { canonical, type PublishFile } from './publish-file.ts';
import type { ReceiptEntry } from './receipt.ts';

/** What is done with a file. */
export type Action = 'send' | 'present';

/** What the gates say. */
export interface Verdict {
  readonly actions: ReadonlyMap<PublishFile, Action>;
  readonly problems: readonly ErrorReport[];
  readonly notes: readonly string[];
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
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Judges a set of files. */
export function judgeGates(input: GateInput): Verdict {
  const presences = new Map(
    input.files.map((file) => [file, presenceOf(file, input.index)] as const),
  );
  const decided = [...presences].map(
    ([file, presence]) => [file, decide(file, presence, input)] as const,
  );
  const actions = new Map(
    decided.flatMap(([file, decision]) =>
      typeof decision === 'string' ? [[file, decision] as const] : [],
    ),
  );
  const isSent = (file: PublishFile): boolean => actions.get(file) === 'send';
  const sent = input.files.filter(isSent);
  return {
    actions,
    problems: [
      ...sameNames(input.files),
      ...checkProblems(input.checks),
      ...decided.flatMap(([, decision]) => (typeof decision === 'string' ? [] : [decision])),
      ...closedProjects(sent, input),
      ...closedReleases(sent, input),
      ...secondSdists(sent, input),
    ],
    notes: notesOf(sent, input),
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

function checkProblems(checks: readonly CheckResult[]): readonly ErrorReport[] {
  return checks.flatMap(({ path, findings }) =>
    findings
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, evidence, hint, path: place }) => ({
        code,
        message,
        path: place === undefined || place === path ? path : `${path}!${place}`,
        ...(evidence === undefined ? {} : { evidence }),
        ...(hint === undefined ? {} : { hint }),
      })),
  );
}

/** PEP 792: archived and quarantined projects take no uploads. */
function closedProjects(
  sent: readonly PublishFile[],
  { index }: GateInput,
): readonly ErrorReport[] {
  return [...new Set(sent.map(({ project }) => project))].flatMap((project) => {
    const status = index.projects.get(project)?.status;
    if (status === undefined || !['archived', 'quarantined'].includes(status.status)) return [];
    return [
      {
        code: 'publish/project-closed' as const,
        message: `The project ${project} is ${status.status} and takes no uploads.`,
        ...(status.reason === undefined ? {} : { evidence: status.reason }),
        hint:
          status.status === 'archived'
            ? 'An owner can unarchive it in the settings of the project.'
            : 'Only the administrators of the index can change that.',
      },
    ];
  });
}

const DAY = 24 * 60 * 60 * 1000;
/** PyPI takes no files for releases older than this many days: since 2026-07, warehouse forklift/legacy.py. */
const WINDOW = 14;

function closedReleases(sent: readonly PublishFile[], input: GateInput): readonly ErrorReport[] {
  if (!input.destination.isPyPI) return [];
  return releasesOf(sent).flatMap(([first]) => {
    const oldest = oldestUpload(first, input.index);
    if (oldest === undefined || input.now - oldest <= WINDOW * DAY) return [];
    return [
      {
        code: 'publish/release-closed' as const,
        message: `${first.project} ${first.version} is older than ${WINDOW} days and takes no more files.`,
        path: first.path,
        evidence: `its first file is of ${new Date(oldest).toISOString().slice(0, 10)}`,
        hint: `Publish a new version: a post-release (${first.version}.post1) for wheels that came late.`,
      },
    ];
  });
}

function oldestUpload(file: PublishFile, index: IndexState): number | undefined {
  const times = filesOfRelease(file, index).flatMap(({ uploadTime }) => {
    const time = uploadTime === undefined ? Number.NaN : Date.parse(uploadTime);
    return Number.isNaN(time) ? [] : [time];
  });
  return times.length === 0 ? undefined : Math.min(...times);
}

function secondSdists(sent: readonly PublishFile[], input: GateInput): readonly ErrorReport[] {
  if (!input.destination.isPyPI) return [];
  return sent
    .filter(({ kind }) => kind === 'sdist')
    .flatMap((file) => {
      const there = filesOfRelease(file, input.index).find(
        ({ filename }) => filename !== file.filename && /\.(?:tar\.gz|zip)$/.test(filename),
      );
      if (there === undefined) return [];
      return [
        {
          code: 'publish/second-sdist' as const,
          message: `The index has an sdist of ${file.project} ${file.version} already.`,
          path: file.path,
          evidence: there.filename,
          hint: 'A release has one sdist: raise the version.',
        },
      ];
    });
}

/** Files of an index that belong to the release of a file, by their names. */
function filesOfRelease(file: PublishFile, { projects }: IndexState): readonly SimpleFile[] {
  return (projects.get(file.project)?.files ?? []).filter(({ filename }) => {
    const text = filename.endsWith('.whl')
      ? filename.split('-')[1]
      : /-([^-]+)\.(?:tar\.gz|zip)$/.exec(filename)?.[1];
    return text !== undefined && canonical(text) === file.canonicalVersion;
  });
}

function releasesOf(
  files: readonly PublishFile[],
): readonly (readonly [PublishFile, ...PublishFile[]])[] {
  return [
    ...groupBy(files, ({ project, canonicalVersion }) => `${project} ${canonicalVersion}`).values(),
  ] as unknown as readonly (readonly [PublishFile, ...PublishFile[]])[];
}

function notesOf(sent: readonly PublishFile[], input: GateInput): readonly string[] {
  const { index, destination } = input;
  if (sent.length === 0) return [];
  if (index.problem !== undefined)
    return [`what ${destination.title} has already is not known: ${index.problem}`];
  return releasesOf(sent).flatMap(([first]) => {
    const page = index.projects.get(first.project);
    if (page === undefined)
      return [
        `${first.project} is new on ${destination.title}: whether its name may be used shows with the first file`,
      ];
    const isKnown = page.versions?.some((version) => canonical(version) === first.canonicalVersion);
    const hasFiles = filesOfRelease(first, index).length > 0;
    if (isKnown !== true || hasFiles) return [];
    const parsed = tryParseVersion(first.version);
    return [
      `${first.project} ${parsed === undefined ? first.version : formatVersion(parsed)} was there and has no files: names of deleted files are refused for ever`,
    ];
  });
}
