/** The format of apk 3, the package manager of OpenWrt since 25.12: packages and indexes, read and written. */
export { SCHEMA_NUMBERS, type ApkCompression, type ApkSchema } from './container.ts';
export {
  formatApkDependency,
  parseApkDependency,
  type ApkDependency,
  type ApkOperator,
} from './dependency.ts';
export type { ApkInfo } from './info.ts';
export { APK_SCRIPTS, type ApkPackage, type ApkScript } from './package.ts';
export {
  apkKeyId,
  keyIdOf,
  signatureBlock,
  verifySignatureBlock,
  type ApkSigning,
} from './signature.ts';
export { writeApk, type WriteApkOptions, type WrittenApk } from './write-package.ts';
export { readApk, type ReadApk } from './read-package.ts';
export {
  readApkIndex,
  readApkInfo,
  writeApkIndex,
  type ApkIndex,
  type ApkIndexEntry,
  type ApkInfoFile,
  type IndexedApk,
  type WriteApkIndexOptions,
} from './index-file.ts';
