/** The log of uploads: what was tried, and everything the rules had to say about it. */
import type { UploadAttempt } from '../people/index.ts';

export type { UploadAttempt };

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
