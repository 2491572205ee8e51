/** Every wheel that a release must have, from what its projects say. */
export type * from './model.ts';
export * from './ci/index.ts';
export { evaluateEnvironment, type Evaluation } from './environment/evaluate.ts';
export { parseEnvironment } from './environment/parse.ts';
export { planBuild, type PlanRequest } from './plan.ts';
export type { PlanHost } from './select/architectures.ts';
export { platformsOf } from './select/platforms.ts';
export { ENABLE_GROUPS } from './select/enable.ts';
