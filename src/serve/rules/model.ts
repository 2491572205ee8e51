/** What the rules say of an upload. */
import type { CheckFinding, CheckOptions } from '../../check/index.ts';
import type { MetadataView } from '../../packaging/index.ts';
import type { Identity, IndexState } from '../state.ts';

export interface RuleContext {
  readonly state: IndexState;
  readonly now: Date;
  /** Undefined when nobody, or nobody known, sends it. */
  readonly identity: Identity | undefined;
  /** `none` asks for no more than what the index needs to store the file. */
  readonly rules: 'pypi' | 'none';
  /** For the check of the file: renderers of descriptions, jobs. */
  readonly check?: CheckOptions;
  /** Uploads are switched off, as PyPI does in trouble. */
  readonly isReadOnly?: boolean;
  /** No projects are made. */
  readonly isRegistrationOff?: boolean;
  /** Bytes, for projects without limits of their own. */
  readonly fileLimit?: number;
  readonly totalLimit?: number;
  /** Whether certificates of attestations must name the publisher, as on PyPI. Default true. */
  readonly mustMatchPublisher?: boolean;
}

/** A rule that an upload breaks, or would. */
export interface Violation {
  /** Its id in data/rules.json. */
  readonly rule: string;
  /** As PyPI answers; 200 for what it takes all the same. */
  readonly status: number;
  /** What PyPI says, for the reason phrase and the body. */
  readonly message: string;
  /** Who is hurt: as for findings. */
  readonly effect: CheckFinding['effect'];
  readonly evidence?: string;
  readonly hint?: string;
}

export interface UploadJudgement {
  /** The answer of PyPI: of the first rule, in its order, that is broken. 200 when none is. */
  readonly status: number;
  readonly message: string;
  /** Of the violation that is answered. */
  readonly rule?: string;
  /** The same file is there already, under the same name: a success that changes nothing. */
  readonly isThere: boolean;
  /** Everything that is wrong, in the order of the rules. */
  readonly violations: readonly Violation[];
  /** What the form says, as far as it can be read. */
  readonly metadata: MetadataView;
}
