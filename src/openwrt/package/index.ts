/** Packages: described, written for either manager, and read. */
export { abiName, type AbiName } from './abi.ts';
export type {
  BinaryPackage,
  PackageDependency,
  PackageDescription,
  PackageScripts,
  PackageVersion,
  VersionConstraint,
} from './model.ts';
export {
  fromApkDependency,
  parseDepends,
  readPackage,
  readPackageBytes,
  type ReadDependency,
  type ReadPackage,
} from './read-package.ts';
export {
  PACKAGE_MTIME,
  packageBytes,
  packageFilename,
  writePackage,
  type PackageBytes,
  type WritePackageOptions,
  type WrittenPackage,
} from './write-package.ts';
