import type { MetadataView } from '../../src/packaging/metadata.ts';

/** `packaging.metadata.RawMetadata`: a text, list or dictionary for every field that is there. */
export type RawFields = Readonly<
  Record<string, string | readonly string[] | Readonly<Record<string, string>>>
>;

/** A view in the shape of `packaging.metadata.RawMetadata`. */
export function rawFields(view: MetadataView): RawFields {
  const urls = view.projectUrls.map(({ label, url }) => [label, url] as const);
  const all = {
    metadata_version: view.metadataVersion,
    name: view.name,
    version: view.version,
    dynamic: view.dynamic,
    platforms: view.platforms,
    supported_platforms: view.supportedPlatforms,
    summary: view.summary,
    description: view.description,
    description_content_type: view.descriptionContentType,
    keywords: view.keywords,
    home_page: view.homePage,
    download_url: view.downloadUrl,
    author: view.author,
    author_email: view.authorEmail,
    maintainer: view.maintainer,
    maintainer_email: view.maintainerEmail,
    license: view.license,
    license_expression: view.licenseExpression,
    license_files: view.licenseFiles,
    classifiers: view.classifiers,
    requires_dist: view.requiresDist,
    requires_python: view.requiresPython,
    requires_external: view.requiresExternal,
    project_urls: urls.length === 0 ? undefined : Object.fromEntries(urls),
    provides_extra: view.providesExtra,
    provides_dist: view.providesDist,
    obsoletes_dist: view.obsoletesDist,
    import_namespaces: view.importNamespaces,
    requires: view.requires,
    provides: view.provides,
    obsoletes: view.obsoletes,
  };
  const present = Object.entries(all).filter(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== undefined,
  );
  // The one field of which an empty list says something.
  const names = view.importNames === undefined ? [] : [['import_names', view.importNames]];
  return Object.fromEntries([...present, ...names]) as RawFields;
}

const HEADERS: Readonly<Record<string, string>> = {
  license_files: 'License-File',
  import_names: 'Import-Name',
  import_namespaces: 'Import-Namespace',
};

/** A file with one field of `RawMetadata`, and else with what must be there. */
export function headersFrom(field: string, value: string | readonly string[]): Uint8Array {
  const name = HEADERS[field] ?? field.replaceAll('_', '-');
  const texts = typeof value === 'string' ? [value] : value;
  const required = { 'metadata-version': '2.5', name: 'foo', version: '1' };
  const lines = Object.entries(required)
    .filter(([header]) => header !== name)
    .concat(texts.map((text) => [name, text.replaceAll(/[\r\n]+/g, '$&  ')]));
  return Buffer.from(lines.map(([header, text]) => `${header}: ${text}\n`).join(''), 'utf8');
}
