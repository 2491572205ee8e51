/** Feeds: folders of packages with the indexes that routers install from. */
export { readFeedKeys, readTrustedKeys, type FeedKeys, type TrustedKeys } from './keys.ts';
export {
  planFeed,
  type FeedOptions,
  type IndexedPackage,
  type FeedPlan,
  type PlannedFile,
  type PlannedFolder,
} from './plan.ts';
export { writeFeed } from './write-feed.ts';
export {
  readBaseIndex,
  verifyFeed,
  type FolderReport,
  type ListedPackage,
  type ReadIndex,
  type SignatureState,
  type VerifyFeedOptions,
} from './verify/index.ts';
