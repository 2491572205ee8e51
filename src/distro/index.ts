export { readDistribution, type OsRelease } from './os-release.ts';
export { openPackageDatabase, packageOwners, type PackageDatabase } from './owners.ts';
export type { SystemPackage } from './package.ts';
export { encode as encodePurl } from './purl.ts';
export { openRoot, type RootEntry, type RootView } from './root-view.ts';
