/** The lines that say which files of an installed tree a package gets, and with which modes. */
export { applyFilespec, type AppliedFilespec } from './apply.ts';
export { parseFilespec, takesNothing } from './parse.ts';
export type { Filespec, FilespecOperator, FilespecRule, IgnoredLine } from './model.ts';
