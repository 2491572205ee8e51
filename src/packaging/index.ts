/** The PyPA specifications as values. Everything here is pure: text or bytes in, data out. */
export * from './attestation.ts';
export * from './entry-points.ts';
export * from './filename.ts';
export { formatInstalledRecord } from './installed-record.ts';
export * from './license.ts';
export * from './license-list.ts';
export * from './marker.ts';
export type { MarkerEnvironment, MarkerVariable } from './marker-environment.ts';
export { evaluateMarker, type MarkerContext } from './marker-evaluate.ts';
export * from './metadata.ts';
export * from './name.ts';
export * from './package-indexes.ts';
export * from './platform-tags.ts';
export * from './record.ts';
export * from './requirement.ts';
export * from './simple-api-html.ts';
export * from './simple-api-json.ts';
export * from './simple-api-model.ts';
export {
  canonicalSpecifier,
  formatSpecifier,
  namesPrerelease,
  parseSpecifier,
  tryParseSpecifier,
  type ArbitrarySpecifier,
  type Specifier,
  type VersionOperator,
  type VersionSpecifier,
} from './specifier.ts';
export * from './specifier-set.ts';
export * from './supported-tags.ts';
export type { LinuxDescription, NativeLinux } from './supported-tags-linux.ts';
export { supportedPlatforms, type PlatformDescription } from './supported-tags-platforms.ts';
export * from './tag.ts';
export * from './tag-python.ts';
export * from './upload-form.ts';
export * from './version.ts';
export * from './wheel-file.ts';
export { trimPythonSpace } from './white-space.ts';
