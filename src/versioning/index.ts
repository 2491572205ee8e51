/** Versions of projects: computed from files and git, written into files, ordered, and what may come next. */
export { allEqual, baseOf, bumped, greatest } from './base.ts';
export { isReleaseCandidateOf, nextCandidate, type CandidateOptions } from './candidate.ts';
export {
  computeVersion,
  type ComputedVersion,
  type ReadReleased,
  type VersionRequest,
} from './compute.ts';
export { defaultBranch } from './default-branch.ts';
export { readVersionFile } from './files/read.ts';
export {
  planFile,
  writeAll,
  writePlanned,
  type FileChange,
  type PlannedFile,
  type WriteTarget,
} from './files/write.ts';
export { customVersion, devVersion, type DevParts } from './kinds.ts';
export {
  VERSION_KINDS,
  type Bump,
  type PackageVersion,
  type RcScheme,
  type VersionFile,
  type VersionKind,
  type VersionNote,
} from './model.ts';
export {
  nextPost,
  nextVersions,
  type NextKind,
  type NextOptions,
  type NextVersion,
} from './next.ts';
export { holdersOf, releasedInPath, releasedOnIndex, type ReleasedVersion } from './released.ts';
export type { GitOptions } from './git.ts';
export { readRepository, type GitTag, type Repository } from './repository.ts';
export {
  readVersionSettings,
  splitKey,
  versionSettingsOf,
  type VersionSettings,
} from './settings.ts';
export { DEFAULT_TAG_PATTERNS, checkTagPattern, versionOfTag } from './tags.ts';
export { fillTemplate } from './template.ts';
