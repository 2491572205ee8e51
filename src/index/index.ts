/** Package indexes: read, described as pages for installers and people, and written as static files. */
export { readSimpleProject, type IndexClientOptions } from './client.ts';
export { coverageOf, type CoveredFile, type FileCoverage } from './coverage.ts';
export { describeDistribution, factsOf, type DescribeOptions } from './describe.ts';
export {
  projectFolder,
  simpleFileOf,
  urlPart,
  type DescribedFile,
  type IndexedFile,
  type ProjectFacts,
  type ProjectLink,
} from './model.ts';
export { findLinksPage, type FindLinksPage } from './pages/find-links-page.ts';
export { projectPage, type ProjectPage } from './pages/project-page.ts';
export { rootPage, type ProjectRow, type RootPage } from './pages/root-page.ts';
export {
  planIndex,
  planPages,
  type IndexPages,
  type PagesOptions,
  type PlannedProject,
} from './plan.ts';
export { inOrder } from './plan.ts';
export { newestRelease, releasesOf, type Release } from './releases.ts';
export { requireOwnIndex, writeIndex } from './write.ts';
export { parseChannel, type Channel } from './build/channels.ts';
export { folderTarget } from './build/folder-target.ts';
export { makeIndex, type MadeIndex, type MakeIndexOptions } from './build/make-index.ts';
export { parseStatus, parseYank, parseYanks, type Yank } from './build/yanks.ts';
export type { ObjectPlan, IndexObject } from './build/objects.ts';
export { collectFiles, isRemoteSource, type CollectOptions } from './sources/collect.ts';
export type { ForgeOptions } from './sources/paged-api.ts';
export { remoteReader } from './sources/read-remote.ts';
export { verifyIndex, type VerifiedIndex, type VerifyOptions } from './verify/verify.ts';
export type { FoundFile, SourceResult } from './sources/found-file.ts';
export { bucketTarget, parseBucket, type BucketOptions } from './build/bucket-target.ts';
