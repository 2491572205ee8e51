/**
 * The library: what programs import from `wheelworks`. The layers below have entries of their own: `wheelworks/packaging`,
 * `wheelworks/zip`, `wheelworks/tar`, `wheelworks/elf`.
 */
export {
  WheelworksError,
  type ErrorCode,
  type ErrorDetails,
  type ErrorReport,
} from './support/errors.ts';
export type { Finding, FindingEffect } from './support/finding.ts';
export type { EventSink, ProgressEvent } from './support/progress/events.ts';
export * from './wheel/index.ts';
export {
  inspectDistribution,
  type InspectedEntry,
  type InspectedNative,
  type Inspection,
  type InspectOptions,
} from './inspect/index.ts';
export { unpackDistribution, type Unpacked, type UnpackOptions } from './unpack/index.ts';
export { packTree, planPack, type PackChanges, type PackPlan } from './pack/index.ts';
export { planRetag, retagWheel, type RetagPlan, type TagChanges } from './retag/index.ts';
export {
  findInterpreters,
  selectInterpreters,
  type FoundInterpreters,
  type Interpreter,
  type InterpreterSearch,
  type Selection,
} from './python/index.ts';
export {
  planRelease,
  runRelease,
  type ReleasePlan,
  type ReleaseReport,
  type ReleaseRequest,
} from './release/index.ts';
export {
  auditPath,
  auditReport,
  auditSubject,
  auditWheel,
  explainTag,
  type Audit,
  type AuditOptions,
  type AuditReport,
} from './audit/index.ts';
export {
  compareBaselines,
  deriveBaseline,
  explainName,
  loadBaselines,
  readBaselineFile,
  type BaselineFile,
  type Derivation,
} from './baseline/index.ts';
