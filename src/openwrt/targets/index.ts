/** What packages are made for: a release of OpenWrt and an architecture. */
export {
  openWrtRelease,
  openWrtReleases,
  type OpenWrtRelease,
  type PackageManager,
  type TargetPython,
} from './releases.ts';
export { openWrtArchitecture, type OpenWrtArchitecture } from './architectures.ts';
export { parseTarget, readTarget } from './target-file.ts';
