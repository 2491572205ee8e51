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
