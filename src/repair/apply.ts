/** Carries a plan out: makes the native files and the wheel around them, and looks at it before it gets its name. */
import { readFile } from 'node:fs/promises';
import type { Audit } from '../audit/index.ts';
import { openZipFile, type ZipArchive } from '../archive/zip/index.ts';
import { addHeader, metadataView, type MetadataDocument } from '../packaging/index.ts';
import type { Finding } from '../support/finding.ts';
import { defaultJobs, mapParallel } from '../support/parallel.ts';
import {
  draftFromWheel,
  editDraft,
  readDistInfoFile,
  rootEdits,
  writeWheel,
  type NewContent,
  type Wheel,
  type WheelDraft,
  type WheelEdit,
  type WrittenWheel,
} from '../wheel/index.ts';
import { makeNative, openWorkshop, type ShippedFile, type Workshop } from './materialize.ts';
import type { RepairOptions } from './options.ts';
import type { PlannedGraft, RepairPlan } from './plan.ts';
import { SBOM_NAME, copyLicenses, repairSbom } from './sbom/index.ts';
import type { RepairSession } from './session.ts';
import { verifyRepaired } from './verify.ts';

/** What was made. */
export interface AppliedRepair {
  readonly written: WrittenWheel;
  /** Of the repaired wheel, as it was read back. */
  readonly audit: Audit;
  /** The native files that were made, by member. */
  readonly shipped: ReadonlyMap<string, ShippedFile>;
  readonly findings: readonly Finding[];
}

/** Everything it takes. */
export interface Application {
  readonly wheel: Wheel;
  readonly plan: RepairPlan;
  readonly session: RepairSession;
  readonly options: RepairOptions;
  /** Where the repaired wheel is written to. */
  readonly directory: string;
  /** An empty folder for what is made on the way. */
  readonly scratch: string;
  /** The wheel stays where it is written; without, what it holds is not copied into later ones. */
  readonly isFinal: boolean;
}

/**
 * Writes the repaired wheel, whole and verified or not at all.
 * @throws WheelworksError `repair/unverified` and what reading and writing wheels and ELF files throws.
 */
export async function applyRepair(application: Application): Promise<AppliedRepair> {
  const { wheel, plan, options, directory } = application;
  const draft = await draftFromWheel(wheel);
  const shipped = await makeNatives(application);
  const reused = await openReused(application, shipped);
  try {
    const bill = await describeGrafts(application, draft, shipped);
    const edited = editDraft(withTags(draft, plan), [
      ...nativeEdits(plan, shipped, reused.contents),
      ...bill.edits,
    ]);
    const repaired = withRoot(edited, plan);
    let audit: Audit | undefined;
    const { modified, level, jobs, signal } = options;
    const written = await writeWheel(repaired, directory, {
      ...(modified === undefined ? {} : { modified }),
      ...(level === undefined ? {} : { level }),
      ...(jobs === undefined ? {} : { jobs }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (done) =>
        options.events?.({ type: 'task-progress', id: taskId(plan.path), done }),
      verify: async (temporary) => {
        audit = await verifyRepaired(temporary, {
          input: wheel,
          draft: repaired,
          plan,
          shipped,
          options,
        });
      },
    });
    if (audit === undefined) throw new TypeError('a wheel was written and not verified');
    if (application.isFinal) remember(application, shipped, written.path);
    return { written, audit, shipped, findings: [...plan.findings, ...bill.findings] };
  } finally {
    await reused.close();
  }
}

/** The task that a repair is, for whoever watches. */
export function taskId(path: string): string {
  return `repair ${path}`;
}

async function makeNatives({
  wheel,
  plan,
  options,
  scratch,
}: Application): Promise<ReadonlyMap<string, ShippedFile>> {
  const workshop = openWorkshop(scratch);
  const jobs = [
    ...plan.grafted.map((graft) => () => makeGraft(graft, workshop)),
    ...plan.patched
      .filter(({ edits, strip }) => edits.length > 0 || strip)
      .map(({ path, to, edits, strip }) => async (): Promise<readonly [string, ShippedFile]> => [
        to,
        await makeNative({ kind: 'member', wheel, path }, { edits, strip }, workshop),
      ]),
  ];
  const made = await mapParallel(jobs, options.jobs ?? defaultJobs(), async (make) => {
    options.signal?.throwIfAborted();
    return make();
  });
  return new Map(made);
}

async function makeGraft(
  { from, size, to, edits, strip }: PlannedGraft,
  workshop: Workshop,
): Promise<readonly [string, ShippedFile]> {
  return [to, await makeNative({ kind: 'file', path: from, size }, { edits, strip }, workshop)];
}

function withTags(draft: WheelDraft, { tags }: RepairPlan): WheelDraft {
  return editDraft(draft, [{ kind: 'tags', tags }]);
}

function withRoot(draft: WheelDraft, { audit, grafted }: RepairPlan): WheelDraft {
  const natives = [
    ...audit.subject.natives.map(({ path }) => path),
    ...grafted.map(({ to }) => to),
  ];
  return editDraft(draft, rootEdits(draft, natives));
}

function nativeEdits(
  plan: RepairPlan,
  shipped: ReadonlyMap<string, ShippedFile>,
  reused: ReadonlyMap<string, NewContent>,
): readonly WheelEdit[] {
  const contentOf = (path: string): NewContent => {
    const content = reused.get(path) ?? shipped.get(path)?.content;
    if (content === undefined) throw new TypeError(`nothing was made for ${path}`);
    return content;
  };
  const replaced = new Map(
    plan.launchers.map(({ path, text }) => [path, Buffer.from(text, 'utf8')]),
  );
  const patched = plan.patched.flatMap(({ path, to }): readonly WheelEdit[] => {
    if (path === to) return [{ kind: 'replace', path, ...contentOf(path) }];
    const launcher = replaced.get(path);
    if (launcher !== undefined)
      // Installers make executable what lies in the folder of scripts; elsewhere the archive has to say so.
      return [
        { kind: 'replace', path, bytes: launcher },
        { kind: 'add', path: to, executable: true, ...contentOf(to) },
      ];
    return shipped.has(to)
      ? [{ kind: 'move', from: path, to, ...contentOf(to) }]
      : [{ kind: 'rename', from: path, to }];
  });
  const grafted = plan.grafted.map(({ to }): WheelEdit => ({
    kind: 'add',
    path: to,
    executable: true,
    ...contentOf(to),
  }));
  return [...patched, ...grafted];
}

/** Wheels of one release graft the same libraries: what an earlier one of the run has compressed is copied from it. */
async function openReused(
  { session, plan, options }: Application,
  shipped: ReadonlyMap<string, ShippedFile>,
): Promise<{
  readonly contents: ReadonlyMap<string, NewContent>;
  close(): Promise<void>;
}> {
  const archives = new Map<string, ZipArchive>();
  const contents = new Map<string, NewContent>();
  const close = async (): Promise<void> => {
    for (const archive of archives.values()) await archive.close();
  };
  try {
    for (const { to } of plan.grafted) {
      const file = shipped.get(to);
      const place = file === undefined ? undefined : session.shipped.get(shippedKey(file, options));
      if (place === undefined || file === undefined) continue;
      const archive = archives.get(place.wheel) ?? (await openZipFile(place.wheel));
      archives.set(place.wheel, archive);
      const entry = archive.get(place.member);
      if (entry?.size === file.size) contents.set(to, { copy: { kind: 'copy', archive, entry } });
    }
    return { contents, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function remember(
  { session, plan, options }: Application,
  shipped: ReadonlyMap<string, ShippedFile>,
  wheel: string,
): void {
  for (const { to } of plan.grafted) {
    const file = shipped.get(to);
    if (file !== undefined) session.shipped.set(shippedKey(file, options), { wheel, member: to });
  }
}

function shippedKey({ sha256 }: ShippedFile, { level }: RepairOptions): string {
  return `${sha256} ${level ?? 'default'}`;
}

interface Bill {
  readonly edits: readonly WheelEdit[];
  readonly findings: readonly Finding[];
}

/** The bill of materials, and the licences where they were asked for. */
async function describeGrafts(
  { wheel, plan, session, options }: Application,
  draft: WheelDraft,
  shipped: ReadonlyMap<string, ShippedFile>,
): Promise<Bill> {
  if (plan.grafted.length === 0) return { edits: [], findings: [] };
  const edits: WheelEdit[] = [];
  const findings: Finding[] = [];
  const put = (path: string, bytes: Uint8Array): void => {
    const isThere = wheel.archive.get(path) !== undefined;
    edits.push(isThere ? { kind: 'replace', path, bytes } : { kind: 'add', path, bytes });
  };
  if (options.sbom ?? true) {
    const bill = repairSbom({
      project: { name: wheel.filename.name, version: wheel.filename.versionText },
      grafted: plan.grafted,
      shipped: new Map([...shipped].map(([path, { sha256 }]) => [path, sha256])),
      existing: await readDistInfoFile(wheel, `sboms/${SBOM_NAME}`),
      toolVersion: session.toolVersion,
      ...(options.modified === undefined ? {} : { modified: options.modified }),
    });
    findings.push(...bill.findings);
    for (const { name, bytes } of bill.files) put(`${wheel.distInfo}/sboms/${name}`, bytes);
  }
  if (options.licenses === true) {
    const copies = await copyLicenses(plan.grafted, { folder: plan.libraryFolder, read: readFile });
    findings.push(...copies.findings);
    for (const { path, bytes } of copies.files) put(`${wheel.distInfo}/licenses/${path}`, bytes);
    const metadata = withLicenseFiles(
      draft.metadata,
      copies.files.map(({ path }) => path),
    );
    if (metadata !== draft.metadata) edits.push({ kind: 'metadata', metadata });
  }
  return { edits, findings };
}

/** Before 2.4 METADATA has no word for licence files. */
function withLicenseFiles(metadata: MetadataDocument, paths: readonly string[]): MetadataDocument {
  const { metadataVersion, licenseFiles } = metadataView(metadata);
  const [major = 0, minor = 0] = (metadataVersion ?? '').split('.').map(Number);
  if (major < 2 || (major === 2 && minor < 4)) return metadata;
  const known = new Set(licenseFiles);
  return paths
    .filter((path) => !known.has(path))
    .reduce((document, path) => addHeader(document, 'License-File', path), metadata);
}
