/** What packages are made for: a release of OpenWrt and an architecture. */
export {
  openWrtRelease,
  openWrtReleases,
  type OpenWrtRelease,
  type PackageManager,
  type TargetPython,
} from './releases.ts';
