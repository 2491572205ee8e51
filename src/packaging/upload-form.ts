/**
 * The form of an upload to an index: how the fields of core metadata are called there.
 *
 * Specification: the legacy upload API, https://docs.pypi.org/api/upload/; names and traps as in warehouse
 * `forklift/metadata.py` and `forklift/legacy.py`, 6b6215712 (2026-08). Most repeated fields have plural names; `platform`,
 * `supported_platform`, `license_file` and the import names do not.
 */
import type { MetadataView } from './metadata-view.ts';

/** One field of metadata in the form. */
export interface UploadField {
  /** In the form: `requires_dist`. */
  readonly name: string;
  /** In a metadata file: `Requires-Dist`. */
  readonly header: string;
  /** May be sent several times, a value each. */
  readonly repeated: boolean;
}

/** A field and its value, in the order they are sent. */
export type FormEntry = readonly [name: string, value: string];

interface Row extends UploadField {
  readonly valuesOf: (view: MetadataView) => readonly (string | undefined)[];
}

const ROWS: readonly Row[] = [
  one('metadata_version', 'Metadata-Version', (view) => view.metadataVersion),
  one('name', 'Name', (view) => view.name),
  one('version', 'Version', (view) => view.version),
  one('summary', 'Summary', (view) => view.summary),
  one('description', 'Description', (view) => view.description),
  one('description_content_type', 'Description-Content-Type', (v) => v.descriptionContentType),
  one('keywords', 'Keywords', ({ keywords }) =>
    keywords.length === 0 ? undefined : keywords.join(','),
  ),
  one('home_page', 'Home-page', (view) => view.homePage),
  one('download_url', 'Download-URL', (view) => view.downloadUrl),
  one('author', 'Author', (view) => view.author),
  one('author_email', 'Author-email', (view) => view.authorEmail),
  one('maintainer', 'Maintainer', (view) => view.maintainer),
  one('maintainer_email', 'Maintainer-email', (view) => view.maintainerEmail),
  one('license', 'License', (view) => view.license),
  one('license_expression', 'License-Expression', (view) => view.licenseExpression),
  one('requires_python', 'Requires-Python', (view) => view.requiresPython),
  many('classifiers', 'Classifier', (view) => view.classifiers),
  many('project_urls', 'Project-URL', ({ projectUrls }) =>
    projectUrls.map(({ label, url }) => `${label}, ${url}`),
  ),
  many('requires_dist', 'Requires-Dist', (view) => view.requiresDist),
  many('provides_dist', 'Provides-Dist', (view) => view.providesDist),
  many('obsoletes_dist', 'Obsoletes-Dist', (view) => view.obsoletesDist),
  many('requires_external', 'Requires-External', (view) => view.requiresExternal),
  many('requires', 'Requires', (view) => view.requires),
  many('provides', 'Provides', (view) => view.provides),
  many('obsoletes', 'Obsoletes', (view) => view.obsoletes),
  many('dynamic', 'Dynamic', (view) => view.dynamic),
  many('provides_extra', 'Provides-Extra', (view) => view.providesExtra),
  many('platform', 'Platform', (view) => view.platforms),
  many('supported_platform', 'Supported-Platform', (view) => view.supportedPlatforms),
  many('license_file', 'License-File', (view) => view.licenseFiles),
  many('import_name', 'Import-Name', (view) => view.importNames ?? []),
  many('import_namespace', 'Import-Namespace', (view) => view.importNamespaces),
];

/** Every metadata field of the form, in the order that `uploadMetadata` gives them. */
export const UPLOAD_FIELDS: readonly UploadField[] = ROWS.map(({ name, header, repeated }) => ({
  name,
  header,
  repeated,
}));

/**
 * What metadata says, as entries of the form. Empty values are left out: the index takes them for absent. Licence files are,
 * too, where the version of the metadata does not know them: build backends write them all the same, and the index refuses them.
 */
export function uploadMetadata(view: MetadataView): readonly FormEntry[] {
  const knowsLicenseFiles = !OLD_VERSIONS.has(view.metadataVersion ?? '');
  return ROWS.filter(({ name }) => name !== 'license_file' || knowsLicenseFiles).flatMap(
    ({ name, valuesOf }) =>
      valuesOf(view).flatMap((value): readonly FormEntry[] =>
        value === undefined || value === '' ? [] : [[name, value]],
      ),
  );
}

/** Before PEP 639. */
const OLD_VERSIONS: ReadonlySet<string> = new Set(['1.0', '1.1', '1.2', '2.1', '2.2', '2.3']);

function one(
  name: string,
  header: string,
  valueOf: (view: MetadataView) => string | undefined,
): Row {
  return { name, header, repeated: false, valuesOf: (view) => [valueOf(view)] };
}

function many(
  name: string,
  header: string,
  valuesOf: (view: MetadataView) => readonly string[],
): Row {
  return { name, header, repeated: true, valuesOf };
}
