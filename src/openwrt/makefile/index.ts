/** Makefiles of OpenWrt's build system: read as statements, and evaluated as far as they can be without it. */
export { negated, parseCondition, printCondition } from './conditions.ts';
export { evaluateMakefile, type Evaluation, type MakeEvent } from './evaluate.ts';
export { expand, isPlain, unescapeDollars, type ExpandContext } from './expand.ts';
export { wordsOf } from './functions.ts';
export type {
  Assignment,
  AssignmentOperator,
  Branch,
  Condition,
  Conditional,
  Define,
  Expression,
  Include,
  Makefile,
  Remark,
  Rule,
  Statement,
  Verbatim,
} from './model.ts';
export { parseMakefile } from './parse.ts';
export { hasReferences, splitArguments, textParts } from './references.ts';
export { newScope, type Scope, type Variable } from './scope.ts';
