export { baselines, baselinesFor, type Baseline, type Libc } from './baselines.ts';
