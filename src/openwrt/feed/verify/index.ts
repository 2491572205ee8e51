/** Verification of feeds. */
export { readBaseIndex, type ListedPackage, type ReadIndex } from './listed.ts';
export type { SignatureState } from './signature.ts';
export { verifyFeed, type FolderReport, type VerifyFeedOptions } from './verify-feed.ts';
