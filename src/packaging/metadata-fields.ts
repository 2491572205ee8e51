/**
 * The fields of core metadata and the versions that brought them.
 *
 * Specification: Core metadata 1.0 (PEP 241), 1.1 (PEP 314), 1.2 (PEP 345), 2.1 (PEP 566), 2.2 (PEP 643), 2.3 (PEP 685),
 * 2.4 (PEP 639), 2.5 (PEP 794), 2.6 (PEP 808). https://packaging.python.org/specifications/core-metadata/
 */

/** The versions of core metadata that exist, in order. 2.0 never became a standard. */
export const METADATA_VERSIONS = [
  '1.0',
  '1.1',
  '1.2',
  '2.1',
  '2.2',
  '2.3',
  '2.4',
  '2.5',
  '2.6',
] as const;

export type MetadataVersion = (typeof METADATA_VERSIONS)[number];

/** What the specification says of one field. */
export interface MetadataField {
  /** The canonical spelling: `Requires-Dist`. */
  readonly name: string;
  readonly multiple: boolean;
  /** The first version of core metadata with the field. */
  readonly since: MetadataVersion;
  /** The field that took its place, for those that new metadata should not use. */
  readonly replacedBy?: string;
}

const FIELDS: readonly MetadataField[] = [
  { name: 'Metadata-Version', multiple: false, since: '1.0' },
  { name: 'Name', multiple: false, since: '1.0' },
  { name: 'Version', multiple: false, since: '1.0' },
  { name: 'Dynamic', multiple: true, since: '2.2' },
  { name: 'Platform', multiple: true, since: '1.0' },
  { name: 'Supported-Platform', multiple: true, since: '1.1' },
  { name: 'Summary', multiple: false, since: '1.0' },
  { name: 'Description', multiple: false, since: '1.0' },
  { name: 'Description-Content-Type', multiple: false, since: '2.1' },
  { name: 'Keywords', multiple: false, since: '1.0' },
  { name: 'Home-page', multiple: false, since: '1.0' },
  { name: 'Download-URL', multiple: false, since: '1.1' },
  { name: 'Author', multiple: false, since: '1.0' },
  { name: 'Author-email', multiple: false, since: '1.0' },
  { name: 'Maintainer', multiple: false, since: '1.2' },
  { name: 'Maintainer-email', multiple: false, since: '1.2' },
  { name: 'License', multiple: false, since: '1.0' },
  { name: 'License-Expression', multiple: false, since: '2.4' },
  { name: 'License-File', multiple: true, since: '2.4' },
  { name: 'Classifier', multiple: true, since: '1.1' },
  { name: 'Requires-Dist', multiple: true, since: '1.2' },
  { name: 'Requires-Python', multiple: false, since: '1.2' },
  { name: 'Requires-External', multiple: true, since: '1.2' },
  { name: 'Project-URL', multiple: true, since: '1.2' },
  { name: 'Provides-Extra', multiple: true, since: '2.1' },
  { name: 'Provides-Dist', multiple: true, since: '1.2' },
  { name: 'Obsoletes-Dist', multiple: true, since: '1.2' },
  { name: 'Import-Name', multiple: true, since: '2.5' },
  { name: 'Import-Namespace', multiple: true, since: '2.5' },
  { name: 'Requires', multiple: true, since: '1.1', replacedBy: 'Requires-Dist' },
  { name: 'Provides', multiple: true, since: '1.1', replacedBy: 'Provides-Dist' },
  { name: 'Obsoletes', multiple: true, since: '1.1', replacedBy: 'Obsoletes-Dist' },
];

/** Every field, by its name in lower case. */
export const METADATA_FIELDS: ReadonlyMap<string, MetadataField> = new Map(
  FIELDS.map((field) => [field.name.toLowerCase(), field]),
);

/** Whether a text is a version of core metadata that exists. */
export function isMetadataVersion(text: string): text is MetadataVersion {
  return METADATA_VERSIONS.some((version) => version === text);
}

/** Below, at or above zero as `Array.sort` wants it. */
export function compareMetadataVersions(left: MetadataVersion, right: MetadataVersion): number {
  return METADATA_VERSIONS.indexOf(left) - METADATA_VERSIONS.indexOf(right);
}
