export { readSimpleProject, type IndexClientOptions } from './client.ts';
export type { IndexedFile } from './model.ts';
export { planIndex, type IndexPages } from './plan.ts';
export { describeWheel, requireOwnIndex, writeIndex } from './write.ts';
