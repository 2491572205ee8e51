/** Holds a wheel against what was asked for: the audit under which libraries are taken in, and the tags that come of it. */
import {
  auditSubject,
  auditWheel,
  isLibPython,
  type Audit,
  type AuditOptions,
  type Subject,
} from '../../audit/index.ts';
import type { Wheel } from '../../wheel/index.ts';
import { refuseMissing } from './missing.ts';
import { plainNeeds, type NeededPaths } from './needed-paths.ts';
import type { PlanOptions } from './options.ts';
import { refuseDrivers } from './refusals.ts';
import { earnedPlatforms, namesOf, notReached, wantedPlatform } from './tags.ts';

/** A wheel as it was read. */
export interface FirstLook {
  readonly audit: Audit;
  readonly neededPaths: NeededPaths;
}

/** What a wheel becomes. */
export interface Judgement {
  /** Under the baseline that is to be reached. */
  readonly audit: Audit;
  /** Platform tags, every name of each. */
  readonly platforms: readonly string[];
  /** By name; of libraries that were excluded by where they are, too. */
  readonly isExcluded: (library: string) => boolean;
}

/** Reads every native file once; what was built for newer processors counts unless it is not to. */
export async function lookAt(wheel: Wheel, options: PlanOptions): Promise<FirstLook> {
  const audit = await auditWheel(wheel, auditOptions(options));
  const plain = plainNeeds(audit.subject);
  const isAsRead = plain.subject === audit.subject;
  return {
    audit: isAsRead ? audit : await auditSubject(plain.subject, auditOptions(options)),
    neededPaths: plain.neededPaths,
  };
}

/**
 * @param first of files of one architecture
 * @throws WheelworksError `repair/unknown-platform`, `repair/wrong-architecture`, `repair/platform-not-reached`,
 * `repair/driver-library`, `repair/missing-libraries`.
 */
export async function judgeFor(first: Audit, options: PlanOptions): Promise<Judgement> {
  const { subject, architecture = '', libc = 'glibc' } = first;
  const wanted = wantedPlatform(
    options.plat,
    { path: subject.path, architecture, libc },
    options.baselines,
  );
  if (wanted.kind === 'linux') {
    const { libraries: _nowhere, ...rest } = auditOptions(options);
    const audit = await auditSubject(subject, rest);
    return { audit, platforms: [`linux_${architecture}`], isExcluded: options.isExcluded };
  }
  const best = await withoutExcludedPlaces(subject, options, first);
  if (wanted.kind === 'auto') {
    await refuseUnmet(best.audit, options);
    const { repairTag = `linux_${architecture}` } = best.audit;
    const claimed = options.onlyPlat ? [] : (subject.tags?.platforms ?? []);
    return { ...best, platforms: earnedPlatforms(claimed, best.audit, repairTag) };
  }
  options.signal?.throwIfAborted();
  const baselines = [wanted.baseline];
  const asked = await withoutExcludedPlaces(subject, { ...options, baselines });
  await refuseUnmet(asked.audit, options);
  const better = best.audit.repairTag;
  if (asked.audit.repairTag !== wanted.tag) throw notReached(asked.audit, wanted.tag, better);
  const isBoth =
    !options.onlyPlat &&
    better !== undefined &&
    better !== wanted.tag &&
    !better.startsWith('linux_') &&
    sameGrafts(best.audit, asked.audit);
  return {
    ...asked,
    platforms: [
      ...namesOf(asked.audit, wanted.tag),
      ...(isBoth ? namesOf(best.audit, better) : []),
    ],
  };
}

async function refuseUnmet(audit: Audit, { session }: PlanOptions): Promise<void> {
  refuseDrivers(audit);
  await refuseMissing(audit, session.facts);
}

function sameGrafts(left: Audit, right: Audit): boolean {
  const paths = ({ graft }: Audit): string =>
    (graft?.libraries ?? [])
      .map(({ path }) => path)
      .sort()
      .join('\n');
  return paths(left) === paths(right);
}

/** Exclusions may name where a library is, or what it calls itself: that is known when it has been found. */
async function withoutExcludedPlaces(
  subject: Subject,
  options: PlanOptions,
  known?: Audit,
): Promise<Omit<Judgement, 'platforms'>> {
  const excluded = new Set<string>();
  const isExcluded = (name: string): boolean => excluded.has(name) || options.isExcluded(name);
  const isKnown = known !== undefined && options.baselines === undefined;
  let audit = isKnown ? known : await auditSubject(subject, auditOptions(options));
  // Each round leaves out a name more, and there are only so many.
  for (;;) {
    const more = excludedPlaces(audit, options).filter((name) => !excluded.has(name));
    if (more.length === 0) return { audit, isExcluded };
    for (const name of more) excluded.add(name);
    audit = await auditSubject(subject, auditOptions({ ...options, isExcluded }));
  }
}

function excludedPlaces({ graft }: Audit, options: PlanOptions): readonly string[] {
  const sonames = new Map(graft?.libraries.map(({ path, facts }) => [path, facts.elf?.soname]));
  return (graft?.links ?? []).flatMap(({ name, to }) => {
    if (to === undefined || to.inSubject) return [];
    const soname = sonames.get(to.path);
    const isOut =
      options.isExcluded(to.path) || (soname !== undefined && options.isExcluded(soname));
    return isOut ? [name] : [];
  });
}

function auditOptions({
  session,
  baselines,
  isExcluded,
  jobs,
  ignoreIsa,
}: PlanOptions): AuditOptions {
  return {
    libraries: session.libraries,
    ignoreIsa,
    facts: session.facts,
    isExcluded: (library) => isExcluded(library) || isLibPython(library),
    ...(baselines === undefined ? {} : { baselines }),
    ...(jobs === undefined ? {} : { jobs }),
  };
}
