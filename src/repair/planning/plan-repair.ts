/** Decides what a repair does to a wheel; changes nothing. */
import { isLibPython, type Audit } from '../../audit/index.ts';
import {
  draftFilename,
  draftFromWheel,
  editDraft,
  rootEdits,
  type Wheel,
} from '../../wheel/index.ts';
import type { PlannedGraft, RepairPlan } from '../plan.ts';
import { companionFindings } from './companions.ts';
import { planGrafts, type Grafting } from './grafts.ts';
import { judgeFor, lookAt } from './judge.ts';
import { isImported, planMembers } from './members.ts';
import type { PlanOptions } from './options.ts';
import {
  refuseDamaged,
  refuseEdits,
  refuseMixed,
  refuseSplitSet,
  refuseWithoutNatives,
} from './refusals.ts';
import { isForLinux, noBaselineFinding, servesSeveral, withPlatforms } from './tags.ts';

/**
 * Plans the repair of an open wheel. Wheels without native code for Linux, and those for other systems or for several
 * at once, stay as they are.
 * @throws WheelworksError `repair/split-set`, `repair/damaged-native`, `repair/mixed-architectures`, `repair/unknown-platform`,
 * `repair/wrong-architecture`, `repair/platform-not-reached`, `repair/driver-library`, `repair/missing-libraries`,
 * `repair/unknown-place`, `repair/no-native-code`, `repair/edits-refused`, and what auditing and opening the wheel throws.
 */
export async function planRepair(wheel: Wheel, options: PlanOptions): Promise<RepairPlan> {
  refuseSplitSet(wheel);
  const { tags } = wheel.filename;
  const first = await lookAt(wheel, options);
  options.signal?.throwIfAborted();
  refuseDamaged(wheel, first.audit);
  const libraryFolder = `${wheel.filename.name}${options.librarySuffix}`;
  const stays = {
    path: wheel.path,
    tags,
    libraryFolder,
    grafted: [],
    patched: [],
    launchers: [],
    excluded: [],
    findings: [],
    audit: first.audit,
  };
  const isOfOthers = !isForLinux(tags) || servesSeveral(first.audit, tags);
  if (!isOfOthers) refuseMixed(wheel, first.audit);
  if (isOfOthers || first.audit.architecture === undefined) {
    refuseWithoutNatives(wheel, options);
    return finish(wheel, stays);
  }
  const { audit, platforms, isExcluded } = await judgeFor(first.audit, options);
  options.signal?.throwIfAborted();
  const graftings = await graftingsOf(wheel, { audit, options, libraryFolder });
  const { neededPaths } = first;
  const members = planMembers(wheel, { audit, graftings, neededPaths, options, isExcluded });
  if (!options.editing) refuseEdits(wheel, graftings, members.patched);
  return finish(wheel, {
    ...stays,
    tags: options.updateTags ? withPlatforms(tags, platforms) : tags,
    grafted: await describeGrafts(graftings, options),
    patched: members.patched,
    launchers: members.launchers,
    excluded: excludedNames(audit, isExcluded),
    findings: [...noBaselineFinding(audit), ...members.findings, ...companionFindings(audit)],
    audit,
  });
}

async function graftingsOf(
  wheel: Wheel,
  {
    audit,
    options,
    libraryFolder,
  }: { readonly audit: Audit; readonly options: PlanOptions; readonly libraryFolder: string },
): Promise<ReadonlyMap<string, Grafting>> {
  if (audit.graft === undefined) return new Map();
  // A program has no interpreter around it that would bring libpython.
  const isAllImported = audit.subject.natives.every(
    ({ elf }) => elf === undefined || isImported(elf),
  );
  return planGrafts(audit.graft, {
    folder: libraryFolder,
    strip: options.strip,
    clearExecutableStack: options.clearExecutableStack,
    isDropped: (library) => isAllImported && isLibPython(library) && !options.isExcluded(library),
    taken: new Set(wheel.archive.entries.map(({ path }) => path)),
    natives: audit.subject.natives,
    hashOf: (path) => options.session.hashFile(path),
  });
}

async function describeGrafts(
  graftings: ReadonlyMap<string, Grafting>,
  { session, strip }: PlanOptions,
): Promise<readonly PlannedGraft[]> {
  const made = [...graftings].filter(([, { isThere }]) => !isThere);
  if (made.length === 0) return [];
  const owners = await session.ownersOf(made.map(([path]) => path));
  const byPlace = new Map<string, PlannedGraft>();
  for (const [path, { library, sha256, to, edits, needs }] of made) {
    const same = byPlace.get(to);
    const users = library.neededBy.map((user) => graftings.get(user)?.library.name ?? user);
    byPlace.set(to, {
      name: library.name,
      from: path,
      to,
      size: library.size,
      sha256,
      needs,
      edits,
      strip,
      owner: owners.get(path),
      ...same,
      neededBy: [...new Set([...(same?.neededBy ?? []), ...users])].sort(),
    });
  }
  return [...byPlace.values()].sort((left, right) => (left.to < right.to ? -1 : 1));
}

/** What is left to others, of all that members and grafted libraries need. */
function excludedNames(
  { natives, graft }: Audit,
  isExcluded: (library: string) => boolean,
): readonly string[] {
  const names = [
    ...natives.flatMap(({ links }) =>
      links.flatMap(({ kind, name }) => (kind === 'carried' || kind === 'loader' ? [] : [name])),
    ),
    ...(graft?.libraries ?? []).flatMap(({ facts }) => facts.elf?.needed ?? []),
  ];
  return [...new Set(names.filter((name) => isExcluded(name) || isLibPython(name)))].sort();
}

async function finish(
  wheel: Wheel,
  plan: Omit<RepairPlan, 'filename' | 'changed'>,
): Promise<RepairPlan> {
  const draft = await draftFromWheel(wheel);
  const tagged = editDraft(draft, [{ kind: 'tags', tags: plan.tags }]);
  const natives = plan.audit.subject.natives.map(({ path }) => path);
  const changed =
    // The same object where nothing of them changed.
    plan.tags !== wheel.filename.tags ||
    plan.grafted.length > 0 ||
    plan.patched.length > 0 ||
    rootEdits(tagged, natives).length > 0;
  return { ...plan, filename: draftFilename(tagged), changed };
}
