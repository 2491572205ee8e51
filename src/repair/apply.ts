/** Carries a plan out: makes the native files and the wheel around them, and looks at it before it gets its name. */
import type { Audit } from '../audit/index.ts';
import type { Finding } from '../support/finding.ts';
import { defaultJobs, mapParallel } from '../support/parallel.ts';
import {
  draftFromWheel,
  editDraft,
  rootEdits,
  writeWheel,
  type NewContent,
  type WheelDraft,
  type WheelEdit,
  type WrittenWheel,
} from '../wheel/index.ts';
import type { Application } from './application.ts';
import { describeGrafts } from './describe-grafts.ts';
import { makeNative, openWorkshop, type ShippedFile, type Workshop } from './materialize.ts';
import type { PlannedGraft, RepairPlan } from './plan.ts';
import { openReused, rememberGrafts } from './reuse.ts';
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

/**
 * Writes the repaired wheel, whole and verified or not at all.
 * @throws WheelworksError `repair/unverified` and what reading and writing wheels and ELF files throws.
 */
export async function applyRepair(application: Application): Promise<AppliedRepair> {
  const { wheel, plan, options, directory } = application;
  const draft = await draftFromWheel(wheel);
  const reused = await openReused(application);
  try {
    const made = await makeNatives(application, reused.shipped);
    const shipped = new Map([...reused.shipped, ...made]);
    const bill = await describeGrafts(application, draft, shipped);
    const edited = editDraft(withTags(draft, plan), [...nativeEdits(plan, shipped), ...bill.edits]);
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
          taken: reused.facts,
          options,
        });
      },
    });
    if (audit === undefined) throw new TypeError('a wheel was written and not verified');
    if (application.isFinal)
      await rememberGrafts(application, {
        path: written.path,
        natives: audit.subject.natives,
        shipped,
      });
    return { written, audit, shipped, findings: [...plan.findings, ...bill.findings] };
  } finally {
    await reused.close();
  }
}

/** The task that a repair is, for whoever watches. */
export function taskId(path: string): string {
  return `repair ${path}`;
}

async function makeNatives(
  { wheel, plan, options, scratch }: Application,
  reused: ReadonlyMap<string, ShippedFile>,
): Promise<ReadonlyMap<string, ShippedFile>> {
  const workshop = openWorkshop(scratch);
  const jobs = [
    ...plan.grafted
      .filter(({ to }) => !reused.has(to))
      .map((graft) => () => makeGraft(graft, workshop)),
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
): readonly WheelEdit[] {
  const contentOf = (path: string): NewContent => {
    const content = shipped.get(path)?.content;
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
