/** Everything between a subject and a tag, and what to do about each. */
import { baselineByTag, imageFor } from '../platform/index.ts';
import { groupBy } from '../support/group-by.ts';
import type { Audit } from './audit.ts';
import { blockersFor, type BaselineVerdict, type Blocker } from './verdict.ts';

/** Blockers of one cause, over all files. */
export interface Obstacle {
  readonly kind: Blocker['kind'];
  readonly library: string | undefined;
  readonly version: string | undefined;
  /** Functions and data behind it, as far as they are known. */
  readonly symbols: readonly string[];
  /** Native files it is in. */
  readonly files: readonly string[];
  readonly detail: string;
  /** What takes it away. */
  readonly remedy: string;
}

/** What a tag would take. */
export interface Explanation {
  readonly tag: string;
  /** Nothing stands between. */
  readonly holds: boolean;
  readonly obstacles: readonly Obstacle[];
}

/** Explains a tag; undefined when no known baseline of the subject's architecture and libc has that name. */
export function explainTag(audit: Audit, tag: string): Explanation | undefined {
  const blockers =
    blockersFor(audit, tag) ??
    audit.claims.find((claim) => claim.tag === tag && claim.holds !== undefined)?.blockers;
  return blockers === undefined ? undefined : explain(audit, tag, blockers);
}

/**
 * What is worth explaining unasked: the strictest claim that does not hold; else the baseline next to the one that is
 * met, which is what could be reached with the least; undefined when there is nothing stricter.
 */
export function nextStricter(audit: Audit): Explanation | undefined {
  const broken = audit.claims.filter(({ holds }) => holds === false);
  const known = audit.published.find((verdict) =>
    broken.some(({ tag }) => isNameOf(verdict, tag, audit)),
  );
  if (known !== undefined) return explain(audit, known.tag, known.blockers);
  const [claim] = broken;
  if (claim !== undefined) return explain(audit, claim.tag, claim.blockers);
  if (audit.libc === 'musl') return undefined;
  const met = audit.verdicts.findIndex(({ tag }) => tag === audit.overallTag);
  const verdict = audit.verdicts[met === -1 ? audit.verdicts.length - 1 : met - 1];
  return verdict === undefined ? undefined : explain(audit, verdict.tag, verdict.blockers);
}

function isNameOf({ tag, baseline }: BaselineVerdict, name: string, audit: Audit): boolean {
  return (
    tag === name ||
    baseline.aliases.some((alias) => `${alias}_${audit.architecture ?? ''}` === name)
  );
}

/** How many obstacles an explanation of these blockers would have. */
export function countObstacles(blockers: readonly Blocker[]): number {
  return new Set(blockers.map(causeOf)).size;
}

function causeOf({ kind, library, version, symbol, symbols }: Blocker): string {
  return [kind, library, version, symbols === undefined ? symbol : ''].join('\0');
}

function explain(audit: Audit, tag: string, blockers: readonly Blocker[]): Explanation {
  const causes = groupBy(blockers, causeOf);
  const obstacles = [...causes.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [obstacleOf(first, { group, tag, audit })];
  });
  return { tag, holds: obstacles.length === 0, obstacles };
}

function obstacleOf(
  first: Blocker,
  {
    group,
    tag,
    audit,
  }: { readonly group: readonly Blocker[]; readonly tag: string; readonly audit: Audit },
): Obstacle {
  const symbols = group.flatMap(
    ({ symbol, symbols: all }) => all ?? (symbol === undefined ? [] : [symbol]),
  );
  return {
    kind: first.kind,
    library: first.library,
    version: first.version,
    symbols: [...new Set(symbols)].sort(),
    files: [...new Set(group.map(({ path }) => path))].sort(),
    detail: first.detail,
    remedy: remedyFor(first, tag, audit),
  };
}

function remedyFor(blocker: Blocker, tag: string, audit: Audit): string {
  switch (blocker.kind) {
    case 'library':
      return libraryRemedy(blocker, audit);
    case 'isa':
      return 'Compile without -march for newer processors, and choose such code at run time.';
    case 'abi':
      return 'Build it for what the tag says, or tag it for what it is.';
    case 'symbol':
      return symbolRemedy(blocker, tag);
    default:
      return blocker.kind satisfies never;
  }
}

function libraryRemedy({ library = '', carried }: Blocker, audit: Audit): string {
  if (carried === true) return 'Give the file an RPATH that begins with $ORIGIN and leads to it.';
  if (/^libpython\d/.test(library))
    return 'Do not link libpython: the interpreter that imports the module has its symbols (PEP 513).';
  const found = audit.externalLibraries.find(({ name }) => name === library)?.resolvedPath;
  return found === undefined
    ? 'Link it statically or put it into the wheel; where another package brings it, name it with --exclude.'
    : `Graft it from ${found}.`;
}

function symbolRemedy({ version, symbol }: Blocker, tag: string): string {
  const named = baselineByTag(tag);
  const image = named === undefined ? undefined : imageFor(named.baseline, named.architecture);
  const avoid = symbol === undefined || version === undefined ? '' : `, or do without ${symbol}`;
  return image === undefined
    ? `Build it on a system as old as ${tag} says${avoid}.`
    : `Build it in ${image.reference}${avoid}.`;
}
