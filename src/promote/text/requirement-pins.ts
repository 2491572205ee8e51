/**
 * Requirements on members of a set, after their versions changed.
 *
 * A clause that names the old version moves to the new one (`==`, `===`, `~=`, and the bounds `>=` and `<=`, which would
 * go on inviting pre-releases); every other clause stays, when it takes the new version. What the author wrote around
 * the versions stays as it is: extras, parentheses, blanks, markers.
 *
 * Specification: Dependency specifiers (PEP 508), Version specifiers (PEP 440).
 */
import {
  compareVersions,
  normalizeName,
  parseRequirement,
  specifierSetContains,
  tryParseSpecifier,
  tryParseVersion,
  type Requirement,
  type Version,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { VersionChange, VersionChanges } from '../version-change.ts';

/** What became of one requirement. */
export type PinOutcome =
  /** It is about no member of the set, or about any version of one. */
  | 'untouched'
  | 'rewritten'
  /** It takes the new version as it is. */
  | 'holds'
  /** Nothing makes it take the new version. */
  | 'excludes'
  /** By a URL: which version that is cannot be told. */
  | 'reference';

/** One requirement before and after. */
export interface RewrittenRequirement {
  readonly before: string;
  readonly after: string;
  readonly outcome: PinOutcome;
  /** The member of the set it is about. */
  readonly change?: VersionChange;
}

/** A requirement with the versions it is to have; one that cannot be read stays untouched. */
export function rewriteRequirement(text: string, changes: VersionChanges): RewrittenRequirement {
  const untouched = { before: text, after: text, outcome: 'untouched' } as const;
  const requirement = tryRequirement(text);
  if (requirement === undefined) return untouched;
  const change = changes.get(normalizeName(requirement.name));
  if (change === undefined) return untouched;
  if (requirement.url !== undefined) return { ...untouched, outcome: 'reference', change };
  if (requirement.specifier.length === 0) return untouched;
  const after = withClauses(text, change);
  const isTaken = specifierSetContains(parseRequirement(after).specifier, change.toText);
  if (!isTaken) return { before: text, after: text, outcome: 'excludes', change };
  return { before: text, after, outcome: after === text ? 'holds' : 'rewritten', change };
}

function tryRequirement(text: string): Requirement | undefined {
  try {
    return parseRequirement(text);
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

/** Name and extras, the clauses with or without parentheses, the rest from the marker on. */
const PARTS = /^(\s*[A-Za-z0-9._-]+\s*(?:\[[^\]]*\])?\s*\(?)([^;)]*)(.*)$/s;

function withClauses(text: string, change: VersionChange): string {
  const [, before = '', clauses = '', after = ''] = PARTS.exec(text) ?? [];
  return before + rewriteClauses(clauses, change) + after;
}

const CLAUSE = /^(\s*)(===|~=|==|>=|<=)(\s*)(\S.*?)(\s*)$/s;

/** The specifiers of a requirement, as text, with those that name the old version moved to the new one. */
export function rewriteClauses(clauses: string, { from, toText }: VersionChange): string {
  return clauses
    .split(',')
    .map((clause) => {
      const [, indent = '', operator = '', blank = '', version = '', end = ''] =
        CLAUSE.exec(clause) ?? [];
      if (operator === '' || !names(clause, operator, { version, from })) return clause;
      return `${indent}${operator}${blank}${toText}${end}`;
    })
    .join(',');
}

function names(
  clause: string,
  operator: string,
  { version, from }: { readonly version: string; readonly from: Version },
): boolean {
  if (operator !== '===') {
    const specifier = tryParseSpecifier(clause);
    if (specifier === undefined || !('version' in specifier) || specifier.wildcard) return false;
  }
  const parsed = tryParseVersion(version);
  return parsed !== undefined && compareVersions(parsed, from) === 0;
}
