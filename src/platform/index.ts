export {
  architectureFacts,
  architectures,
  extensionTriplet,
  platformArchitecture,
  type ArchitectureAbi,
  type ArchitectureFacts,
  type ElfIdentity,
  type OldWorldFacts,
  type PypiAcceptance,
} from './architectures.ts';
export {
  baselineByTag,
  implausibility,
  isPlausible,
  parseLibcTag,
  type Implausibility,
  type LibcTag,
  type TaggedBaseline,
} from './baseline-tags.ts';
export {
  baselines,
  baselinesFor,
  publishedBaselines,
  type Baseline,
  type Libc,
} from './baselines.ts';
export {
  correctionOf,
  librariesFor,
  libraryCorrections,
  versionCorrections,
  type FaultSubject,
  type LibraryCorrection,
  type VersionCorrection,
} from './corrections.ts';
export {
  distributionsFor,
  loadDistributions,
  type Distribution,
  type DistributionSupport,
} from './distributions.ts';
export {
  buildIdentifiers,
  buildTargets,
  type BuildIdentifier,
  type BuildTarget,
} from './build-targets.ts';
export { buildImages, imageFor, type BuildImage, type ImagePin } from './images.ts';
export { mirrored, parseImageMirrors, type ImageMirror } from './image-mirrors.ts';
export { resolveImage, type ResolvedImage } from './resolve-image.ts';
export { debianPackageOf, type DebianPackage } from './library-packages.ts';
export { policyFaults, type PolicyFault, type PolicyFaultKind } from './policy-faults.ts';
export { PYTHONS_AS_OF, hasEnded, knownPython, knownPythons, type KnownPython } from './pythons.ts';
export { compareVersionNames } from './version-names.ts';
export {
  loadSystemSymbols,
  sinceGlibc,
  type SymbolPlace,
  type SystemSymbols,
} from './system-symbols.ts';
export { isPythonSymbol, moduleHook, type ModuleHook } from './python-names.ts';
export {
  judgeStableAbi,
  loadStableAbi,
  type PythonRelease,
  type ReleaseSpan,
  type StableAbi,
  type StableAbiClaim,
  type StableAbiVerdict,
  type TooNewSymbol,
} from './stable-abi.ts';
