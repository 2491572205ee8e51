/** The variables that a Makefile has set so far. */

/** What a reference to a variable gives. */
export interface Variable {
  /** Residual text: see `expand`. */
  readonly value: string;
  /** Expanded when it was set (`:=`), or whenever it is used (`=`, `define`). */
  readonly isSimple: boolean;
}

export interface Scope {
  /** Undefined for what this Makefile does not set, or not always: such references stay. */
  get(name: string): Variable | undefined;
  set(name: string, variable: Variable): void;
  /** Set outside, or only under a condition: nobody knows its value here. */
  forget(name: string): void;
  names(): readonly string[];
}

/**
 * A scope of its own, over another one that it does not change.
 * @param below looked at for what this one never set
 */
export function newScope(below?: Scope): Scope {
  const own = new Map<string, Variable | undefined>();
  return {
    get: (name) => (own.has(name) ? own.get(name) : below?.get(name)),
    set: (name, variable) => void own.set(name, variable),
    forget: (name) => void own.set(name, undefined),
    names: () => [...new Set([...(below?.names() ?? []), ...own.keys()])],
  };
}
