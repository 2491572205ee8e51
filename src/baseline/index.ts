/** Baselines as files: derived from systems, read, compared, explained, checked and exported. */
export { deriveBaseline, type Derivation, type DeriveOptions, type RootReport } from './derive.ts';
export { formatBaseline } from './write.ts';
export { toBaseline } from './to-baseline.ts';
export { loadBaselines, parseBaselineDocument, readBaselineDocument, readBaselineFile } from './read.ts';
