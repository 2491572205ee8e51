/** What a release will do, decided before its first build. */
export { prepareBuild as planRelease } from '../build/index.ts';
export type {
  BuildRequest as ReleaseRequest,
  PackageBuild as ReleasePlan,
} from '../build/index.ts';
