/** Baselines as files: derived from systems, read, compared, explained, checked and exported. */
export {
  BASELINE_SCHEMA,
  type BaselineAbi,
  type BaselineDistribution,
  type BaselineFile,
  type BaselineInput,
  type BaselineLibrary,
  type BaselineSource,
  type BaselineVersion,
} from './model.ts';
export { deriveBaseline, type Derivation, type DeriveOptions, type RootReport } from './derive.ts';
export type { Dropped, Resized } from './intersect.ts';
export type { UnreadLibrary } from './system.ts';
export { formatBaseline } from './write.ts';
export {
  loadBaselines,
  parseBaselineDocument,
  readBaselineDocument,
  readBaselineFile,
  type BaselineDocument,
} from './read.ts';
export { toBaseline } from './to-baseline.ts';
export { exportPolicy, type PolicyExport, type WithheldEntry } from './export-policy.ts';
export type { PolicyRecord } from './schema.ts';
export {
  compareBaselines,
  type BaselineComparison,
  type ComparableBaseline,
  type ComparedSide,
  type ComparisonSummary,
  type MovedSymbol,
  type ResizedSymbol,
  type Sides,
  type SymbolPlace,
  type VersionDifference,
} from './compare.ts';
export {
  explainName,
  type BaselineSupport,
  type DeniedSymbol,
  type ExplainedName,
  type ExplainOptions,
  type Explanation,
  type FoundInFile,
  type SymbolLookup,
} from './explain.ts';
export { lintBaselines, type LintSubject } from './lint.ts';
export {
  findBaseline,
  listBaselines,
  showBaseline,
  type ListedBaseline,
  type ShownArchitecture,
  type ShownBaseline,
} from './list.ts';
