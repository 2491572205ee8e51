/** What the wheelworks contender uses, bundled as one module. */
export * from '../../src/archive/zip/index.ts';
export { mapParallel } from '../../src/support/parallel.ts';
