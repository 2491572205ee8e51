/** The baselines that a wheel's tags promise against what its native files need. */
import { blockersFor, type Blocker, type WheelAudit } from '../audit/index.ts';
import { parsePlatformTag, type TagSet } from '../packaging/index.ts';
import type { Finding } from '../support/finding.ts';

/** What the tags promise and the files break, and the libraries that no baseline has. */
export function baselineFindings(tags: TagSet, audit: WheelAudit): readonly Finding[] {
  const claims = tags.platforms.filter((platform) => {
    const { kind } = parsePlatformTag(platform);
    return kind === 'manylinux' || kind === 'musllinux';
  });
  const seen = new Set<string>();
  const broken = claims.flatMap((tag) => {
    const blockers = claimBlockers(audit, tag);
    const [first] = blockers;
    // A tag and its old name are one promise.
    if (first === undefined || seen.has(first.tag)) return [];
    seen.add(first.tag);
    return [notEarned(tag, first, blockers, audit)];
  });
  return [...broken, ...(claims.length === 0 ? [] : external(audit))];
}

/** Blockers but for libraries that no baseline has: those may come from another wheel. */
function claimBlockers(audit: WheelAudit, tag: string): readonly Blocker[] {
  const elsewhere = new Set(audit.externalLibraries.map(({ name }) => name));
  const known = blockersFor(audit, tag);
  if (known === undefined) return newerThan(audit, tag);
  return known.filter(
    ({ kind, library }) => !(kind === 'library' && library !== undefined && elsewhere.has(library)),
  );
}

/** PEP 600 gives every glibc version a tag, the tables have only some: of the others the glibc symbols tell. */
function newerThan(audit: WheelAudit, tag: string): readonly Blocker[] {
  const platform = parsePlatformTag(tag);
  if (platform.kind !== 'manylinux') return [];
  const { major, minor } = platform.glibc;
  return audit.natives.flatMap(({ path, loadable, elf }) =>
    Object.entries(loadable ? (elf?.versions ?? {}) : {}).flatMap(([library, versions]) =>
      versions.flatMap((version): readonly Blocker[] => {
        const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
        if (match === null) return [];
        const [needsMajor, needsMinor] = [Number(match[1]), Number(match[2])];
        if (needsMajor < major || (needsMajor === major && needsMinor <= minor)) return [];
        const detail = `glibc ${major}.${minor} has no ${version}`;
        return [{ tag, kind: 'symbol', path, library, version, detail }];
      }),
    ),
  );
}

/** Evidence shown; a file that is built on a newer system needs dozens of newer symbols. */
const SHOWN = 4;

function notEarned(
  tag: string,
  first: Blocker,
  blockers: readonly Blocker[],
  audit: WheelAudit,
): Finding {
  const details = [...new Set(blockers.map((blocker) => blocker.detail))];
  const more = details.length > SHOWN ? `; and ${details.length - SHOWN} more` : '';
  const best = audit.verdicts.find((verdict) => claimBlockers(audit, verdict.tag).length === 0);
  return {
    code: 'check/tag-not-earned',
    severity: 'error',
    effect: 'users-break',
    message: `The native files do not meet ${tag}.`,
    path: first.path,
    evidence: details.slice(0, SHOWN).join('; ') + more,
    hint: best === undefined ? 'Build it on an older system.' : `They meet ${best.tag}.`,
  };
}

function external(audit: WheelAudit): readonly Finding[] {
  const [first] = audit.externalLibraries;
  if (first === undefined) return [];
  return [
    {
      code: 'check/external-library',
      severity: 'warning',
      effect: 'users-break',
      message:
        'The native files need libraries that neither the tag promises nor the wheel carries.',
      path: first.neededBy[0] ?? '',
      evidence: audit.externalLibraries.map(({ name }) => name).join(', '),
      hint: 'Put them into the wheel, unless another package that it depends on brings them.',
    },
  ];
}
