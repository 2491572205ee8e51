/** What the syntax tree of a Python file says of its imports, before anything is known of the target. */

/**
 * A condition, as far as a target could decide it. Names are dotted and resolved: `sys.platform` under whatever alias it was
 * imported, `click._compat.WIN` for a name of a module.
 */
export type Expression =
  | readonly ['unknown']
  | readonly ['const', string | number | boolean | null]
  | readonly ['name', string]
  | readonly ['not', Expression]
  | readonly ['and' | 'or', ...Expression[]]
  | readonly ['tuple', ...Expression[]]
  | readonly ['compare', Comparison, Expression, Expression]
  /** A slice from, to; negative ones count from the end. */
  | readonly ['slice', Expression, number, number | null]
  | readonly ['item', Expression, number]
  | readonly ['method', 'startswith' | 'endswith' | 'lower', Expression, ...Expression[]]
  | readonly ['call', string, ...Expression[]];

export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** What stands between an import and the start of its module. */
export type Guard =
  /** It is reached when the condition has this value. Last, the line of the condition. */
  | readonly ['if', Expression, boolean, number]
  /** A `try` of the file by number, which goes on when an import fails: in its body, or in what is done then. */
  | readonly ['try', number, 'body' | 'handler']
  /** It runs when the function is called. */
  | readonly ['function', string]
  /** It runs when the module is the program. */
  | readonly ['main'];

/** One statement, or one call with a literal: of `import_module`, or with the name of a codec. */
export interface ImportFact {
  /** From 1. */
  readonly line: number;
  /** Absolute; `pkg.sub` for `from . import x` in `pkg.sub`. */
  readonly module: string;
  /** What `from` takes of it: attributes or modules, `*` for all; absent for `import` and calls. */
  readonly names?: readonly string[];
  /** Within a `try`, the names that it gives to what it imports: two that give the same are alternatives. */
  readonly bound?: readonly string[];
  /** It is a call that needs a codec, by what may be no more than an alias of it. */
  readonly codec?: true;
  /** Outermost first. */
  readonly guards: readonly Guard[];
}

/** What a file says. */
export interface FileImports {
  readonly imports: readonly ImportFact[];
  /** Names that its module assigns once, to something a target may decide. */
  readonly constants: Readonly<Record<string, Expression>>;
  /** Of a package, the names that its `__init__` gives to anything. */
  readonly defined?: readonly string[];
}

/** Why a file cannot be read: its error, and its line where the parser names one. */
export interface UnreadableSource {
  readonly problem: string;
  readonly line?: number;
}

export function isUnreadable(scan: FileImports | UnreadableSource): scan is UnreadableSource {
  return 'problem' in scan;
}
