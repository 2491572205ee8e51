/** The baselines that a wheel's tags promise against what its native files need. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { Blocker } from '../verdict.ts';

/** What the tags promise and the files break, and the libraries that no baseline has. */
export function claimFindings(audit: Evaluation): readonly Finding[] {
  const judged = audit.claims.filter(({ holds }) => holds !== undefined);
  const seen = new Set<string>();
  const broken = judged.flatMap(({ tag, blockers }) => {
    const ours = blockers.filter((blocker) => isOurs(audit, blocker));
    const [first] = ours;
    // A tag and its old name are one promise; of another processor or libc the rules for those speak.
    if (first === undefined || first.kind === 'abi' || seen.has(first.tag)) return [];
    seen.add(first.tag);
    return [notEarned(tag, first, { blockers: ours, audit })];
  });
  return [...broken, ...(judged.length === 0 ? [] : external(audit))];
}

/** Libraries that no baseline has may come from another wheel, and those that the wheel carries may be loaded before. */
function isOurs(audit: Evaluation, { kind, library, carried }: Blocker): boolean {
  if (kind !== 'library') return true;
  return carried !== true && !audit.externalLibraries.some(({ name }) => name === library);
}

/** Evidence shown; a file that is built on a newer system needs dozens of newer symbols. */
const SHOWN = 4;

function notEarned(
  tag: string,
  first: Blocker,
  { blockers, audit }: { readonly blockers: readonly Blocker[]; readonly audit: Evaluation },
): Finding {
  const details = [...new Set(blockers.map((blocker) => blocker.detail))];
  const more = details.length > SHOWN ? `; and ${details.length - SHOWN} more` : '';
  const best = audit.verdicts.find(
    (verdict) => !verdict.blockers.some((blocker) => isOurs(audit, blocker)),
  );
  return {
    code: 'audit/tag-not-earned',
    severity: 'error',
    effect: 'users-break',
    message: `The native files do not meet ${tag}.`,
    path: first.path,
    evidence: details.slice(0, SHOWN).join('; ') + more,
    hint: best === undefined ? 'Build it on an older system.' : `They meet ${best.tag}.`,
  };
}

function external(audit: Evaluation): readonly Finding[] {
  const [first] = audit.externalLibraries;
  if (first === undefined) return [];
  return [
    {
      code: 'audit/external-library',
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
