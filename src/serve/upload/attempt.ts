/** The log of uploads: what was tried, and everything the rules had to say about it. */
import type { UploadJudgement } from '../rules/model.ts';

/** An upload that was tried, and what became of it. */
export interface UploadAttempt {
  /** Part of the address of its page: letters, digits, `-` and `_`. */
  readonly id: string;
  /** UTC, as in `2026-11-20T01:02:03.000000Z`. */
  readonly time: string;
  /** As the client named the file. */
  readonly filename?: string;
  /** Bytes. */
  readonly size?: number;
  /** The User-Agent of the request. */
  readonly client?: string;
  /** Who sent it: `token 1`; undefined for nobody known. */
  readonly sender?: string;
  readonly judgement: Pick<
    UploadJudgement,
    'status' | 'message' | 'rule' | 'isThere' | 'violations'
  >;
  /** Every field that came as text. */
  readonly form: ReadonlyMap<string, readonly string[]>;
}

const MOST_ATTEMPTS = 200;

export interface UploadLog {
  add(attempt: Omit<UploadAttempt, 'id'>): UploadAttempt;
  /** Newest first. */
  list(): readonly UploadAttempt[];
}

export function createUploadLog(): UploadLog {
  let attempts: readonly UploadAttempt[] = [];
  let count = 0;
  return {
    add(attempt) {
      count += 1;
      const numbered = { id: String(count), ...attempt };
      attempts = [numbered, ...attempts].slice(0, MOST_ATTEMPTS);
      return numbered;
    },
    list: () => attempts,
  };
}
