import type { Finding } from '../../support/finding.ts';
import { toFinding, type Problem } from './problem.ts';

/** Findings of one code past which only their number is told: one cause often hits every member. */
const MOST_OF_A_CODE = 20;

/** Findings in the order they were made, without letting one cause drown the others. */
export class FindingList {
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<Finding['code'], number>();

  /** Adds a problem; unless it says otherwise, PyPI refuses a file for it. */
  report(problem: Problem): void {
    this.add(toFinding(problem));
  }

  add(finding: Finding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= MOST_OF_A_CODE) this.#findings.push(finding);
  }

  /** Everything added; for each code with more findings than are kept, the last kept one says how many more. */
  all(): Finding[] {
    const shown = new Map<Finding['code'], number>();
    return this.#findings.map((finding) => {
      const place = (shown.get(finding.code) ?? 0) + 1;
      shown.set(finding.code, place);
      const more = (this.#counts.get(finding.code) ?? 0) - MOST_OF_A_CODE;
      if (place < MOST_OF_A_CODE || more <= 0) return finding;
      return { ...finding, message: `${finding.message} The same is true of ${more} more.` };
    });
  }
}
