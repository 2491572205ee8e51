/** Carries a publication out. */
import type { Dispatcher } from 'undici';
import { compareVersions, tryParseVersion } from '../packaging/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { mapParallel } from '../support/parallel.ts';
import { runTask, type EventSink } from '../support/progress/events.ts';
import type { SignOptions } from './attest/index.ts';
import { makeAttestations, type AttestationsByFile } from './attestations.ts';
import { askIndex, presenceOf, type Presence } from './existing.ts';
import { clientOptions, userAgent, type PlannedFile, type PublishPlan } from './plan.ts';
import type { PublishFile } from './publish-file.ts';
import { projectsOfParts } from './split-sets.ts';
import { sendFile, type Sent } from './upload.ts';

export interface RunPublishOptions {
  /** How many files are sent at once. */
  readonly jobs: number;
  /** How often a file is sent again after the first time. */
  readonly retries: number;
  readonly skipExisting: boolean;
  readonly timeoutMs: number;
  readonly toolVersion: string;
  readonly events: EventSink;
  readonly signal: AbortSignal;
  readonly dispatcher?: Dispatcher;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
  /** How attestations are made; none are when absent. */
  readonly sign?: SignOptions;
}

/** What became of a file. `not-sent`: something failed before its turn. */
export interface FileReport {
  readonly filename: string;
  readonly path: string;
  readonly project: string;
  readonly version: string;
  readonly size: number;
  readonly sha256: string;
  readonly outcome: Sent['outcome'] | 'failed' | 'not-sent';
  readonly attempts: number;
  readonly warnings: readonly string[];
  readonly error?: ErrorReport;
}

export interface PublishReport {
  readonly destination: string;
  readonly upload: string;
  readonly files: readonly FileReport[];
  /** Pages of the releases, where the index is known to have them. */
  readonly urls: readonly string[];
  /** `name==version` of what users install; parts of split wheels come with their main wheels. */
  readonly install: readonly string[];
  readonly receipt: string;
  readonly notes: readonly string[];
  readonly seconds: number;
  /** Every file is on the index. */
  readonly ok: boolean;
  /** Every file was there before. */
  readonly nothingToDo: boolean;
}

/**
 * Sends what a plan without problems says, rank by rank. The first file of a project goes alone: what is wrong with name,
 * account or token shows with it, and an index makes the release once. After a failure nothing new is begun.
 * @throws WheelworksError `publish/has-problems` for a plan with problems, `http/cancelled`, `file/*` of the receipt. What
 * a file was refused for stands in its report.
 */
export async function runPublish(
  plan: PublishPlan,
  options: RunPublishOptions,
): Promise<PublishReport> {
  if (plan.problems.length > 0)
    throw new WheelworksError('publish/has-problems', 'A plan with problems is not carried out.');
  const started = performance.now();
  const { attestations, notes } = await attestAll(plan, options);
  const reports = new Map<PublishFile, FileReport>();
  const begun = new Set<string>();
  let failed = false;
  for (const { files } of plan.ranks) {
    for (const { file } of files.filter(({ action }) => action === 'present')) {
      await keepPresent(plan, file);
      reports.set(file, reportOf(file, { outcome: 'present', attempts: 0, warnings: [] }));
    }
    const waiting = files.filter(({ action }) => action === 'send');
    const { first, rest } = scouts(waiting, begun);
    for (const group of [first, rest]) {
      if (failed) break;
      await mapParallel(group, options.jobs, async ({ file }) => {
        if (failed) return;
        const report = await sendOne(plan, file, { ...options, attestations });
        if (report.outcome === 'failed') failed = true;
        reports.set(file, report);
      });
    }
  }
  const all = plan.ranks.flatMap(({ files }) =>
    files.map(
      ({ file }) =>
        reports.get(file) ?? reportOf(file, { outcome: 'not-sent', attempts: 0, warnings: [] }),
    ),
  );
  return {
    destination: plan.destination.name,
    upload: plan.destination.upload,
    files: all,
    urls: releaseUrls(plan),
    install: toInstall(plan),
    receipt: plan.receipt.path,
    notes: [...plan.notes, ...notes],
    seconds: (performance.now() - started) / 1000,
    ok: all.every(({ outcome }) => outcome !== 'failed' && outcome !== 'not-sent'),
    nothingToDo: all.every(({ outcome }) => outcome === 'present'),
  };
}

/** Installers take one version of a project: the newest. */
function toInstall({ ranks }: PublishPlan): readonly string[] {
  const files = ranks.flatMap((rank) => rank.files.map(({ file }) => file));
  const parts = new Set(projectsOfParts(files));
  const wanted = files.filter(({ project }) => !parts.has(project));
  const newest = new Map<string, string>();
  for (const { project, version } of wanted) {
    const known = newest.get(project);
    if (known === undefined || isNewer(version, known)) newest.set(project, version);
  }
  return [...newest].map(([project, version]) => `${project}==${version}`);
}

function isNewer(one: string, other: string): boolean {
  const [version, known] = [tryParseVersion(one), tryParseVersion(other)];
  return version !== undefined && known !== undefined && compareVersions(version, known) > 0;
}

/** Before the first byte: an attestation that cannot be made is a reason to send nothing. */
async function attestAll(
  { ranks, attestations, credentials }: PublishPlan,
  { sign, events }: RunPublishOptions,
): Promise<{ readonly attestations: AttestationsByFile; readonly notes: readonly string[] }> {
  const files = ranks.flatMap((rank) =>
    rank.files.filter(({ action }) => action === 'send').map(({ file }) => file),
  );
  if (sign === undefined || credentials?.isTrusted !== true || files.length === 0)
    return { attestations, notes: [] };
  return runTask(events, { id: 'attest', label: 'attest the files' }, async () =>
    makeAttestations(files, attestations, sign),
  );
}

/** The first file of each project that has not begun, and the others. */
function scouts(
  waiting: readonly PlannedFile[],
  begun: Set<string>,
): { readonly first: readonly PlannedFile[]; readonly rest: readonly PlannedFile[] } {
  const first: PlannedFile[] = [];
  const rest: PlannedFile[] = [];
  for (const planned of waiting) {
    const { project } = planned.file;
    (begun.has(project) ? rest : first).push(planned);
    begun.add(project);
  }
  return { first, rest };
}

async function keepPresent(
  { receipt, destination }: PublishPlan,
  file: PublishFile,
): Promise<void> {
  const known = receipt.entryOf(destination.upload, file);
  if (known !== undefined && known.state !== 'sending' && known.state !== 'failed') return;
  const state = known?.state === 'sending' ? 'arrived' : 'present';
  await receipt.record(destination, file, { state, attempts: known?.attempts ?? 0 });
}

async function sendOne(
  plan: PublishPlan,
  file: PublishFile,
  { attestations, ...options }: RunPublishOptions & { readonly attestations: AttestationsByFile },
): Promise<FileReport> {
  const { destination, receipt, credentials } = plan;
  if (credentials === undefined) throw new Error('a plan without credentials has a problem');
  const { events } = options;
  const task = {
    id: `upload ${file.filename}`,
    label: file.filename,
    total: file.size,
    unit: 'bytes',
  } as const;
  let attempts = 0;
  const attested = attestations.get(file);
  const counted = attested === undefined ? {} : { attestations: attested.attestations.length };
  try {
    const sent = await runTask(
      events,
      task,
      () =>
        sendFile(file, {
          ...options,
          destination,
          credentials,
          userAgent: userAgent(options.toolVersion),
          ...(attested === undefined ? {} : { attestations: attested.field }),
          lookUp: async (wanted) => lookUp(plan, wanted, options),
          onBytes: (done) => events({ type: 'task-progress', id: task.id, done }),
          async onAttempt(attempt) {
            attempts = attempt;
            await receipt.record(destination, file, { state: 'sending', attempts });
          },
          onRetry: ({ message, evidence }, pause) =>
            events({
              type: 'note',
              level: 'warning',
              id: task.id,
              message: `${message}${evidence === undefined ? '' : ` (${evidence})`} Again in ${Math.ceil(pause / 1000)} s.`,
            }),
        }),
      ({ outcome }) => ({ outcome: outcome === 'present' ? 'reused' : 'done' }),
    );
    await receipt.record(destination, file, {
      state: sent.outcome,
      attempts: sent.attempts,
      warnings: [...sent.warnings],
      ...(sent.outcome === 'present' ? {} : counted),
      ...(sent.status === undefined ? {} : { status: sent.status }),
    });
    return reportOf(file, sent);
  } catch (error) {
    // An interrupted request stays `sending`: the next run asks the index about it.
    if (!(error instanceof WheelworksError) || error.code === 'http/cancelled') throw error;
    const { code, message, evidence } = error;
    const isUnclear = code === 'publish/unclear' || code.startsWith('http/');
    await receipt.record(destination, file, {
      state: isUnclear ? 'sending' : 'failed',
      attempts,
      error: { code, message, ...(evidence === undefined ? {} : { evidence }) },
    });
    return {
      ...reportOf(file, { outcome: 'failed', attempts, warnings: [] }),
      error: error.toJSON(),
    };
  }
}

async function lookUp(
  plan: PublishPlan,
  file: PublishFile,
  options: RunPublishOptions,
): Promise<Presence> {
  const client = await clientOptions({ ...options, ...plan });
  return presenceOf(file, await askIndex(plan.destination, [file.project], client));
}

function reportOf(
  file: PublishFile,
  { outcome, attempts, warnings }: Pick<FileReport, 'outcome' | 'attempts' | 'warnings'>,
): FileReport {
  const { filename, path, project, version, size, sha256 } = file;
  return { filename, path, project, version, size, sha256, outcome, attempts, warnings };
}

function releaseUrls({ destination: { site }, ranks }: PublishPlan): readonly string[] {
  if (site === undefined) return [];
  const files = ranks.flatMap((rank) => rank.files.map(({ file }) => file));
  return [
    ...new Set(
      files.map(
        ({ project, version }) =>
          new URL(`project/${project}/${encodeURIComponent(version)}/`, site).href,
      ),
    ),
  ].sort();
}
