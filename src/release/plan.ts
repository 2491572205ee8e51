/** What a release will do, decided before its first build. */
export { prepareBuild as planRelease } from '../build/index.ts';
export type { BuildRequest as ReleaseRequest, BuildRun as ReleasePlan } from '../build/index.ts';
