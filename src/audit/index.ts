export {
  auditPath,
  auditSubject,
  auditWheel,
  withoutSymbols,
  namedLibraries,
  type Audit,
  type AuditedNative,
  type AuditOptions,
  type ExternalLibrary,
} from './audit.ts';
export type { Claim } from './claims.ts';
export { dependencyTree, type DependencyTree, type LoadedLibrary } from './dependency-tree.ts';
export { auditInstalled, type InstalledAuditOptions } from './environment.ts';
export { explainTag, nextStricter, type Explanation, type Obstacle } from './explain.ts';
export type { ElfFacts, NativeFacts } from './facts.ts';
export {
  graft,
  isLibPython,
  isOfLibc,
  type Graft,
  type GraftedLibrary,
  type GraftRequest,
} from './graft.ts';
export { createFactsCache, type FactsCache } from './libraries/facts-cache.ts';
export { detectHost, type HostFacts } from './libraries/host.ts';
export { openLibraries, splitLibraryPath, type LibraryOptions } from './libraries/open.ts';
export type {
  FoundLibrary,
  LibraryRequest,
  LibrarySource,
  Requester,
} from './libraries/request.ts';
export { loadAll, type Load, type LoadLink, type LoadPlace, type MissingLibrary } from './load.ts';
export { auditPage } from './page.ts';
export { auditReport, type AuditReport, type ReportedNative } from './report.ts';
export type { Link } from './links.ts';
export { isExtensionModule, parseModuleName, type ModuleName } from './rules/module-names.ts';
export { extensionModules, type ExtensionModule } from './rules/python/modules.ts';
export { reachOf, type Reach, type UnreachableLibrary } from './reach.ts';
export type { MemberFacts, Subject, SubjectKind } from './subject.ts';
export { openEnvironment, type Distribution, type Environment } from './subjects/installed.ts';
export { derivedSubject, type Derivation } from './subjects/wheel.ts';
export { loosestBlockers } from './tags.ts';
export { blockersFor, type BaselineVerdict, type Blocker } from './verdict.ts';
