/** Versions and dependencies as opkg and apk write and compare them. */
export { isApkVersion } from './apk-order.ts';
export {
  comparePackageVersions,
  formatDependency,
  meetsDependency,
  parseDependency,
  spellDependency,
  type SpelledDependency,
} from './constraint.ts';
export { spellVersion } from './spell.ts';
