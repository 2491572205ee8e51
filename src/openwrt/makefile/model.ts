/** What a Makefile says, statement by statement, each with the lines it stands on. */

/** `=` is expanded when used, `:=` when read, `?=` only where nothing was set, `+=` adds. */
export type AssignmentOperator = '=' | ':=' | '?=' | '+=';

interface Placed {
  /** Of its first line; the first line of the file is 1. */
  readonly line: number;
  /** As it stands, line ends included: the raw texts of all statements put together are the file. */
  readonly raw: string;
}

export interface Assignment extends Placed {
  readonly kind: 'assignment';
  /** As written; it may hold references. */
  readonly name: string;
  readonly operator: AssignmentOperator;
  /** Continued lines joined with one blank, without its comment. */
  readonly value: string;
  /** `export` or `override` before it. */
  readonly modifier?: 'export' | 'override';
}

/** `define NAME` to `endef`. */
export interface Define extends Placed {
  readonly kind: 'define';
  readonly name: string;
  readonly operator: AssignmentOperator;
  /** Between the two lines, as it stands, without the last line end. */
  readonly body: string;
}

export interface Include extends Placed {
  readonly kind: 'include';
  /** As written, with references. */
  readonly paths: readonly string[];
  /** `-include` and `sinclude`: a missing file is no error. */
  readonly isOptional: boolean;
}

/** What `ifeq` and its kin ask. */
export type Condition =
  | { readonly kind: 'ifeq' | 'ifneq'; readonly left: string; readonly right: string }
  | { readonly kind: 'ifdef' | 'ifndef'; readonly name: string };

export interface Branch {
  /** Absent for a last `else`. */
  readonly condition?: Condition;
  readonly statements: readonly Statement[];
}

/** `ifeq` to `endif`. */
export interface Conditional extends Placed {
  readonly kind: 'conditional';
  /** In order; the first whose condition holds counts. */
  readonly branches: readonly Branch[];
}

/** A line that is only references: `$(eval $(call BuildPackage,python3-six))`. */
export interface Expression extends Placed {
  readonly kind: 'expression';
  readonly text: string;
}

/** `targets: prerequisites` with the lines of its recipe. */
export interface Rule extends Placed {
  readonly kind: 'rule';
  readonly targets: string;
  readonly prerequisites: string;
  readonly recipe: readonly string[];
}

/** Comments and empty lines. */
export interface Remark extends Placed {
  readonly kind: 'remark';
}

/** What is none of these. */
export interface Verbatim extends Placed {
  readonly kind: 'verbatim';
  /** Why it was not understood. */
  readonly reason: string;
}

export type Statement =
  Assignment | Define | Include | Conditional | Expression | Rule | Remark | Verbatim;

/** A Makefile that was read. */
export interface Makefile {
  readonly path: string;
  readonly statements: readonly Statement[];
}
