/** The Pythons of a machine: found, probed, described, chosen. */
export type { BrokenInterpreter } from './candidates.ts';
export { compareInterpreters } from './compare.ts';
export { findInterpreters, type FoundInterpreters, type InterpreterSearch } from './find.ts';
export {
  describeInterpreter,
  formatPythonVersion,
  isVirtualEnvironment,
  type BuildPackages,
  type ElfFacts,
  type Interpreter,
  type InterpreterFacts,
  type Libc,
  type PythonVersion,
} from './interpreter.ts';
export { markerEnvironment, type Kernel } from './marker-environment.ts';
export { missingPieceAdvice, type AdviceContext, type MissingPiece } from './missing-piece.ts';
export type { PlaceName } from './places/place.ts';
export { probeInterpreter, probeSource, type ProbeOptions, type RunProgram } from './probe.ts';
export { readFacts } from './read-facts.ts';
export type { SearchEnvironment } from './search-environment.ts';
export {
  selectInterpreters,
  type RejectedInterpreter,
  type Selection,
  type SelectOptions,
} from './select.ts';
export { tagEnvironment } from './tag-environment.ts';
