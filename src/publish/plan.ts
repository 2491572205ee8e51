/** What a publication will do, as data: every file, where it goes, in which order, and what stands in the way. */
import type { Dispatcher } from 'undici';
import {
  checkFile,
  judgeSet,
  type CheckResult,
  type CheckSetOptions,
  type CheckedFile,
} from '../check/index.ts';
import type { IndexClientOptions } from '../index/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { isLoopback } from '../support/http.ts';
import { defaultJobs, mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import {
  findAttestations,
  type AttestationsByFile,
  type FoundAttestations,
} from './attestations.ts';
import type { Credentials } from './credentials.ts';
import type { Destination } from './destination.ts';
import { askIndex, type IndexState } from './existing.ts';
import { judgeGates, type Action } from './gates.ts';
import { rankFiles } from './order.ts';
import { promotedSetProblems } from './promoted-set.ts';
import { promotionProblems } from './promote.ts';
import { readPublishFile, type PublishFile } from './publish-file.ts';
import { projectsOfParts } from './split-sets.ts';
import { openReceipt, receiptPath, type Receipt } from './receipt.ts';

export interface PublishRequest {
  /** Absolute paths. */
  readonly paths: readonly string[];
  readonly destination: Destination;
  /** Undefined when there are none: then nothing can be sent, and `credentialsProblem` says why. */
  readonly credentials: Credentials | undefined;
  readonly credentialsProblem?: ErrorReport;
  /** How the files are checked; undefined not at all. */
  readonly check: CheckSetOptions | undefined;
  /** Where receipts go: a file, or else a folder. */
  readonly receipt: { readonly file?: string; readonly folder: string };
  readonly skipExisting: boolean;
  readonly resend: boolean;
  /** Whether attestations are sent at all. */
  readonly sendsAttestations: boolean;
  /** Only what the receipt has as published elsewhere. */
  readonly isPromotion: boolean;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly toolVersion: string;
  readonly now: () => number;
  readonly timeoutMs: number;
  readonly dispatcher?: Dispatcher;
}

/** Files that are sent side by side. */
export interface PlannedRank {
  readonly label: string;
  readonly files: readonly PlannedFile[];
}

export interface PlannedFile {
  readonly file: PublishFile;
  /** `present`: the index has the very bytes. Undefined where a problem stands in the way. */
  readonly action: Action | undefined;
}

export interface PublishPlan {
  readonly destination: Destination;
  readonly credentials: Credentials | undefined;
  /** In the order they are sent; one begins when the one before is whole. */
  readonly ranks: readonly PlannedRank[];
  readonly checks: readonly CheckResult[];
  /** Any of them keeps everything from being sent. */
  readonly problems: readonly ErrorReport[];
  /** What one should know before, and after as well. */
  readonly notes: readonly string[];
  /** What shows only when it is tried. */
  readonly forecasts: readonly string[];
  /** Those that lie beside the files. */
  readonly attestations: AttestationsByFile;
  readonly receipt: Receipt;
}

/**
 * Reads, checks and compares everything; sends nothing.
 * @throws WheelworksError what concerns no file alone: `publish/nothing`, `publish/bad-receipt`, `http/cancelled`, and for
 * files that cannot be read `file/*`, `wheel/*` and others.
 */
export async function planPublish(request: PublishRequest): Promise<PublishPlan> {
  const { destination, events } = request;
  const files = await readAll(request);
  if (files.length === 0)
    throw new WheelworksError('publish/nothing', 'There is nothing to publish.', {
      hint: 'Name wheels and sdists.',
    });
  const checked = await checkAll(request);
  const index = await runTask(
    events,
    { id: 'ask', label: `ask ${destination.title} what it has` },
    async () => askIndex(destination, askedProjects(files), await clientOptions(request)),
  );
  const checks = judgeAll(checked, index, request);
  const receipt = await openReceipt(
    request.receipt.file ?? receiptPath(request.receipt.folder, files),
    files,
    { tool: `wheelworks ${request.toolVersion}`, now: request.now },
  );
  const verdict = judgeGates({
    files,
    destination,
    index,
    checks,
    entryOf: (file) => receipt.entryOf(destination.upload, file),
    skipExisting: request.skipExisting,
    resend: request.resend,
  });
  const { credentialsProblem } = request;
  const found = request.sendsAttestations ? await findAttestations(files) : NONE_FOUND;
  const isTrusted = request.credentials?.isTrusted === true;
  const isNeeded = [...verdict.actions.values()].includes('send');
  return {
    destination,
    credentials: request.credentials,
    ranks: rankFiles(files).map(({ label, files: ranked }) => ({
      label,
      files: ranked.map((file) => ({ file, action: verdict.actions.get(file) })),
    })),
    checks,
    problems: [
      ...(credentialsProblem === undefined || !isNeeded ? [] : [credentialsProblem]),
      ...(request.isPromotion ? promotionProblems(files, destination, receipt.destinations()) : []),
      ...(await promotedSetProblems(files)),
      ...found.problems,
      ...verdict.problems,
    ],
    notes: [
      ...verdict.notes,
      ...(found.attestations.size > 0 && !isTrusted
        ? ['attestations are left out: an index takes them only from the identity of a CI service']
        : []),
    ],
    forecasts: verdict.forecasts,
    attestations: isTrusted ? found.attestations : new Map(),
    receipt,
  };
}

async function checkAll({ paths, check, events }: PublishRequest): Promise<readonly CheckedFile[]> {
  if (check === undefined) return [];
  const task = {
    id: 'check',
    label: 'check the files',
    total: paths.length,
    unit: 'files',
  } as const;
  let done = 0;
  return runTask(events, task, () =>
    mapParallel(paths, check.jobs ?? defaultJobs(), async (path) => {
      const result = await checkFile(path, { ...check, jobs: 1 });
      done += 1;
      events({ type: 'task-progress', id: task.id, done });
      return result;
    }),
  );
}

/** Rules that PyPI alone has. */
const OF_PYPI: ReadonlySet<string> = new Set(['pypi/release-closed', 'pypi/filename-used']);

function judgeAll(
  checked: readonly CheckedFile[],
  { projects, problem }: IndexState,
  { check, destination, now }: PublishRequest,
): readonly CheckResult[] {
  if (check === undefined) return [];
  const keepsPyPIsRules = destination.isPyPI || isLoopback(new URL(destination.upload));
  return judgeSet(checked, {
    ...check,
    isIgnored: (code) =>
      check.isIgnored?.(code) === true || (!keepsPyPIsRules && OF_PYPI.has(code)),
    ...(problem === undefined
      ? {
          indexed: {
            projects: new Map([...projects].map(([name, page]) => [name, page ?? null])),
            now: new Date(now()),
          },
        }
      : {}),
  });
}

const NONE_FOUND: FoundAttestations = { attestations: new Map(), problems: [] };

/** Those of the files, and of parts that may be there already. */
function askedProjects(files: readonly PublishFile[]): readonly string[] {
  return [...new Set([...projectsOf(files), ...projectsOfParts(files)])].sort();
}

/** The projects of files, each once. */
export function projectsOf(files: readonly PublishFile[]): readonly string[] {
  return [...new Set(files.map(({ project }) => project))].sort();
}

/** How the index is asked: with the credentials of uploads only where it is the same server. */
export async function clientOptions(
  request: Pick<
    PublishRequest,
    'destination' | 'credentials' | 'signal' | 'timeoutMs' | 'dispatcher' | 'toolVersion'
  >,
): Promise<IndexClientOptions> {
  const { destination, credentials, dispatcher } = request;
  const { index, upload, isPyPI } = destination;
  const isSame = index !== undefined && new URL(index).origin === new URL(upload).origin;
  // PyPI's list is for everybody; a token that need not be sent is not sent.
  const authorization =
    isSame && !isPyPI ? await credentials?.authorization(request.signal) : undefined;
  return {
    signal: request.signal,
    timeoutMs: request.timeoutMs,
    userAgent: userAgent(request.toolVersion),
    ...(authorization === undefined ? {} : { authorization }),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  };
}

/** By this servers know who asks. */
export function userAgent(toolVersion: string): string {
  return `wheelworks/${toolVersion}`;
}

async function readAll({ paths, events, signal }: PublishRequest): Promise<readonly PublishFile[]> {
  const task = {
    id: 'digest',
    label: 'read the files',
    total: paths.length,
    unit: 'files',
  } as const;
  let done = 0;
  return runTask(events, task, () =>
    mapParallel(paths, defaultJobs(), async (path) => {
      if (signal.aborted) throw new WheelworksError('http/cancelled', 'Cancelled.');
      const file = await readPublishFile(path);
      done += 1;
      events({ type: 'task-progress', id: task.id, done, detail: file.filename });
      return file;
    }),
  );
}
