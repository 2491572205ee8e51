/** Packages for OpenWrt: made from wheels, sdists and CPython trees, put into feeds; and the recipes of its build system. */
export {
  compileTree,
  findCompilerPython,
  withCompiler,
  type CompiledTree,
  type CompileFailure,
  type Compiler,
  type CompilerOptions,
  type CompileTreeOptions,
  type KeptSource,
} from './bytecode/index.ts';
export { applyFilespec, parseFilespec, type Filespec } from './filespec/index.ts';
export { installDirectory, installWheel, recordTree, type Installation } from './install/index.ts';
export {
  checkNative,
  packageOfLibrary,
  type FeedPackage,
  type NativeCheck,
} from './native/index.ts';
export {
  openWrtArchitecture,
  readTarget,
  type OpenWrtArchitecture,
  openWrtRelease,
  openWrtReleases,
  type OpenWrtRelease,
  type PackageManager,
  type TargetPython,
} from './targets/index.ts';
export { packageName, projectName, type PackagePrefix } from './names.ts';
export {
  packageOfModule,
  planInterpreter,
  printSplitDefinition,
  splitDefinition,
  splitReport,
  writeInterpreterPackages,
  type InterpreterPlan,
  type InterpreterPlanOptions,
  type LightPackage,
  type PythonSeries,
  type SplitDefinition,
  type SplitPackage,
  type SplitReport,
} from './interpreter/index.ts';
export {
  PACKAGE_MTIME,
  packageBytes,
  packageFilename,
  readPackage,
  writePackage,
  type BinaryPackage,
  type PackageBytes,
  type PackageDependency,
  type PackageDescription,
  type PackageScripts,
  type PackageVersion,
  type ReadDependency,
  type ReadPackage,
  type VersionConstraint,
  type WritePackageOptions,
  type WrittenPackage,
} from './package/index.ts';
export {
  comparePackageVersions,
  formatDependency,
  meetsDependency,
  parseDependency,
  spellDependency,
  spellVersion,
  type SpelledDependency,
} from './versions/index.ts';
export {
  DEFINITION_FILE,
  definitionOf,
  printDefinition,
  readDefinition,
  usualIncludes,
  type RecipeDefinition,
  type RecipeInput,
  type RecipePackage,
  type RecipeVariable,
} from './definition/index.ts';
export {
  importRecipe,
  type ImportNote,
  type ImportOptions,
  type ImportedRecipe,
} from './import/index.ts';
export { printMakefile } from './recipe/index.ts';
export {
  declaredDependencies,
  packReport,
  planPack,
  refuseSameFiles,
  writePlan,
  type FindDependencies,
  type PackLayout,
  type PackOptions,
  type PackPlan,
  type PackReport,
  type PackSize,
  type SizeAdvice,
} from './pack/index.ts';
export {
  analyseDependencies,
  type Dependency,
  type DependencyFeed,
  type DependencyOptions,
  type DependencyReport,
  type FeedEntry,
  type ImpliedDependency,
  type Reason,
  type Step,
  type Suggestion,
  type UnmetImport,
} from './dependencies/index.ts';
export {
  planFeed,
  readBaseIndex,
  readFeedKeys,
  readTrustedKeys,
  verifyFeed,
  writeFeed,
  type FeedKeys,
  type FeedOptions,
  type IndexedPackage,
  type FeedPlan,
  type FolderReport,
  type ListedPackage,
  type PlannedFile,
  type PlannedFolder,
  type ReadIndex,
  type SignatureState,
  type TrustedKeys,
  type VerifyFeedOptions,
} from './feed/index.ts';
export {
  generateApkKey,
  generateUsignKey,
  readApkPublicKey,
  readApkSigningKey,
  type ApkSigningKey,
  type UsignPublicKey,
  type UsignSecretKey,
} from './signing/index.ts';
