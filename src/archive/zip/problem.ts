import { WheelworksError } from '../../support/errors.ts';
import type { Finding, FindingEffect } from '../../support/finding.ts';

/** Something wrong with an archive's directory that does not keep the rest of it from being listed. */
export interface Problem {
  readonly code: `zip/${string}`;
  readonly message: string;
  readonly path: string;
  readonly evidence?: string;
  readonly hint?: string;
  /** Who is hurt by it. Default `index-rejects`; `users-break` for what PyPI does not look at. */
  readonly effect?: FindingEffect;
}

/** What a reader does with a problem: {@link refuse} it or {@link collectInto} a list. */
export type Report = (problem: Problem) => void;

/** Strict reading: the first problem ends it. */
export const refuse: Report = (problem) => {
  throw new WheelworksError(problem.code, problem.message, problem);
};

/** A problem as a finding. */
export function toFinding(problem: Problem): Finding {
  return { effect: 'index-rejects', ...problem, severity: 'error' };
}

/** Lenient reading: problems become findings, at most `limit` of them, so that no archive can flood its reader. */
export function collectInto(findings: Finding[], limit: number): Report {
  return (problem) => {
    if (findings.length < limit) findings.push(toFinding(problem));
  };
}

/** `wheel.whl!pkg/module.so`: how a member is named in errors and findings. */
export function memberPath(archivePath: string, member: string): string {
  return `${archivePath}!${member}`;
}
