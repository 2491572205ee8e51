/** What the pages for people are made of, beside the state of the index. */
import type { Html } from '../../pages/index.ts';
import type { UploadJudgement } from '../rules/model.ts';
import type { StoredFile } from '../state.ts';

/** The server as its pages tell of it. */
export interface Site {
  /** Where it is reached, with a slash at its end: `http://127.0.0.1:8080/`. */
  readonly url: string;
  readonly rules: 'pypi' | 'none';
  /** Where a file is got, absolute or from the root of the host; its metadata is at the same address with `.metadata`. */
  readonly fileUrl: (file: StoredFile) => string;
  /** Where the provenance of a file is got, when there is one. */
  readonly provenanceUrl?: (file: StoredFile) => string;
  /** What the index takes for the time, when it does not go by the clock. */
  readonly clock?: Date;
  /** Troubles that are played, in words. */
  readonly faults?: readonly string[];
  /** Another index that stands in for projects of these names; its address in words. */
  readonly upstream?: { readonly url: string; readonly names: readonly string[] };
  readonly isReadOnly?: boolean;
}

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

/** A description, rendered once for many visits. */
export interface Readme {
  /** Safe; undefined when it does not render. */
  readonly html?: Html;
  /** As it was sent. */
  readonly text: string;
  /** Why it does not render, or why that is not known. */
  readonly problem?: string;
}
