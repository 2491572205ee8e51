/** One interpreter that a package must serve, and those that it does not. */
import type { Interpreter } from '../python/index.ts';

export interface BuildJob {
  /** cibuildwheel's identifier: `cp312-manylinux_x86_64`. */
  readonly id: string;
  readonly interpreter: Interpreter;
}

/** An interpreter that was found and is not served. */
export interface LeftOut {
  readonly python: string;
  readonly executable: string;
  readonly reason: string;
  /** It could not be asked what it is, rather than not being wanted. */
  readonly broken: boolean;
}
