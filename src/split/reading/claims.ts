/** The platform tags of a wheel that is to be split: parts are tagged as it is, so a false one would be made many. */
import { basename } from 'node:path';
import { auditWheel, type Audit, type Claim } from '../../audit/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import { matchesPattern } from '../../support/text-pattern.ts';
import type { Wheel } from '../../wheel/index.ts';

const MOST_SHOWN = 6;

/** How tags are judged. */
export interface ClaimOptions {
  readonly jobs: number;
  /** Patterns of libraries that something else brings, such as another package or a licence's owner. */
  readonly exclude: readonly string[];
}

/**
 * Audits a wheel whose tags have to hold.
 * @throws WheelworksError `split/claim-does-not-hold`, and what auditing throws.
 */
export async function auditClaims(wheel: Wheel, options: ClaimOptions): Promise<Audit> {
  const { jobs, exclude } = options;
  const audit = await auditWheel(wheel, {
    jobs,
    isExcluded: (library) => isAmong(exclude, library),
  });
  const broken = audit.claims.filter(({ holds }) => holds === false);
  if (broken.length > 0) throw doesNotHold(audit, broken);
  return audit;
}

/** Libraries that native files need and that the patterns leave to others, by name. */
export function leftToOthers(audit: Audit, exclude: readonly string[]): readonly string[] {
  const names = audit.natives.flatMap(({ links }) =>
    links.flatMap(({ name, kind }) =>
      kind === 'external' && isAmong(exclude, name) ? [name] : [],
    ),
  );
  return [...new Set(names)].sort();
}

function isAmong(patterns: readonly string[], library: string): boolean {
  return patterns.some((pattern) => matchesPattern(pattern, library));
}

function doesNotHold(audit: Audit, broken: readonly Claim[]): WheelworksError {
  const blockers = broken.flatMap((claim) => claim.blockers);
  const [first] = broken;
  return new WheelworksError(
    'split/claim-does-not-hold',
    `The wheel claims ${broken.map(({ tag }) => tag).join(', ')}, which its native files do not earn.`,
    {
      path: audit.subject.path,
      evidence: (first?.blockers ?? [])
        .slice(0, MOST_SHOWN)
        .map(({ path, detail }) => `${path}: ${detail}`)
        .join('\n'),
      hint: waysOut(audit, blockers).join(' '),
    },
  );
}

/** What cures each kind of blocker: a library that is not there, and all that only another tag allows. */
function waysOut(audit: Audit, blockers: Claim['blockers']): readonly string[] {
  const file = basename(audit.subject.path);
  const libraries = librariesOf(blockers.filter(({ carried }) => carried !== true));
  const unreachable = librariesOf(blockers.filter(({ carried }) => carried === true));
  const isOtherTag = blockers.some(({ kind }) => kind !== 'library');
  const tag = libraries.length + unreachable.length === 0 ? audit.overallTag : audit.symbolTag;
  return [
    ...(libraries.length === 0
      ? []
      : [
          `\`wheelworks repair ${file}\` takes ${enumeration(libraries)} into the wheel; what users have from elsewhere is named to the split: ${excluding(libraries)}.`,
        ]),
    ...(unreachable.length === 0
      ? []
      : [
          `\`wheelworks repair ${file}\` gives the files that need ${enumeration(unreachable)} a search path which leads there; where something loads it before them, say so: ${excluding(unreachable)}.`,
        ]),
    ...(isOtherTag && tag !== undefined
      ? [
          `What its symbols earn is ${tag}: \`wheelworks retag --platform-tag ${tag} ${file}\`, or build it on an older system.`,
        ]
      : []),
    ...(isOtherTag && tag === undefined ? ['`wheelworks audit` says what it is for.'] : []),
  ];
}

function librariesOf(blockers: Claim['blockers']): readonly string[] {
  const names = blockers.flatMap(({ kind, library }) =>
    kind === 'library' ? (library ?? []) : [],
  );
  return [...new Set(names)].sort();
}

function excluding(libraries: readonly string[]): string {
  return libraries.map((name) => `--exclude ${name}`).join(' ');
}

function enumeration(names: readonly string[]): string {
  return names.length <= MOST_SHOWN
    ? names.join(', ')
    : `${names.slice(0, MOST_SHOWN).join(', ')} and ${names.length - MOST_SHOWN} more`;
}
