/**
 * What the metadata of a distribution says, field by field.
 *
 * Specification: Core metadata. https://packaging.python.org/specifications/core-metadata/
 */
import {
  decodeUtf8,
  headersOf,
  type MetadataDocument,
  type MetadataHeader,
} from './metadata-document.ts';
import { METADATA_FIELDS } from './metadata-fields.ts';
import { trimPythonSpace } from './white-space.ts';

/** A `Project-URL`: `Documentation, https://...`. */
export interface ProjectUrl {
  /** Empty when the header has no comma and no label. */
  readonly label: string;
  readonly url: string;
}

/**
 * Every field of core metadata as the file has it: values are taken apart but not judged, see `validateMetadata`. A field
 * for one value is undefined when it is absent, and also when it cannot be told because it is repeated or not UTF-8: it is in
 * `unparsed` then. A field for many values is empty when it is absent.
 */
export interface MetadataView {
  readonly metadataVersion: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly dynamic: readonly string[];
  readonly platforms: readonly string[];
  readonly supportedPlatforms: readonly string[];
  readonly summary: string | undefined;
  /** From the body or, in files of old tools, from the header with its indentation removed. */
  readonly description: string | undefined;
  readonly descriptionContentType: string | undefined;
  /** Split at commas, without the white space around each. */
  readonly keywords: readonly string[];
  readonly homePage: string | undefined;
  readonly downloadUrl: string | undefined;
  readonly author: string | undefined;
  readonly authorEmail: string | undefined;
  readonly maintainer: string | undefined;
  readonly maintainerEmail: string | undefined;
  readonly license: string | undefined;
  readonly licenseExpression: string | undefined;
  readonly licenseFiles: readonly string[];
  readonly classifiers: readonly string[];
  readonly requiresDist: readonly string[];
  readonly requiresPython: string | undefined;
  readonly requiresExternal: readonly string[];
  readonly projectUrls: readonly ProjectUrl[];
  readonly providesExtra: readonly string[];
  readonly providesDist: readonly string[];
  readonly obsoletesDist: readonly string[];
  /** Undefined when absent; empty when the file declares that there are no names to import (one empty header). */
  readonly importNames: readonly string[] | undefined;
  readonly importNamespaces: readonly string[];
  readonly requires: readonly string[];
  readonly provides: readonly string[];
  readonly obsoletes: readonly string[];
  /** The names of the fields above that the file has, `Description` for a body too, as the specification spells them. */
  readonly fieldNames: readonly string[];
  /** All values of headers that are in none of the fields above, by header name in lower case, in order. */
  readonly unparsed: ReadonlyMap<string, UnparsedField>;
}

/** Why a header is in no field: nobody defined it, it has several values but may have one, or it is not UTF-8. */
export interface UnparsedField {
  readonly reason: 'unknown' | 'repeated' | 'not-utf8';
  readonly values: readonly string[];
}

/** Takes the fields of a document. */
export function metadataView(document: MetadataDocument): MetadataView {
  const { fields, unparsed } = sortHeaders(document);
  const description = takeDescription(document, fields, unparsed);
  if (description === undefined) fields.delete('description');
  else fields.set('description', [description]);
  return viewOfFields(fields, unparsed);
}

/**
 * The same from fields that came some other way, as the form of an upload.
 * @param fields values of known fields by name in lower case
 */
export function viewOfFields(
  fields: ReadonlyMap<string, readonly string[]>,
  unparsed: ReadonlyMap<string, UnparsedField> = new Map(),
): MetadataView {
  const many = (name: string): readonly string[] => fields.get(name) ?? [];
  const one = (name: string): string | undefined => fields.get(name)?.[0];
  return {
    metadataVersion: one('metadata-version'),
    name: one('name'),
    version: one('version'),
    dynamic: many('dynamic'),
    platforms: many('platform'),
    supportedPlatforms: many('supported-platform'),
    summary: one('summary'),
    description: one('description'),
    descriptionContentType: one('description-content-type'),
    keywords: splitKeywords(one('keywords')),
    homePage: one('home-page'),
    downloadUrl: one('download-url'),
    author: one('author'),
    authorEmail: one('author-email'),
    maintainer: one('maintainer'),
    maintainerEmail: one('maintainer-email'),
    license: one('license'),
    licenseExpression: one('license-expression'),
    licenseFiles: many('license-file'),
    classifiers: many('classifier'),
    requiresDist: many('requires-dist'),
    requiresPython: one('requires-python'),
    requiresExternal: many('requires-external'),
    projectUrls: many('project-url').map(splitProjectUrl),
    providesExtra: many('provides-extra'),
    providesDist: many('provides-dist'),
    obsoletesDist: many('obsoletes-dist'),
    importNames: importNames(fields.get('import-name')),
    importNamespaces: many('import-namespace'),
    requires: many('requires'),
    provides: many('provides'),
    obsoletes: many('obsoletes'),
    fieldNames: [...fields.keys()].map((name) => METADATA_FIELDS.get(name)?.name ?? name),
    unparsed,
  };
}

/**
 * A folded value on lines of its own, without what folding added before each: eight blanks (distutils and its heirs), or seven
 * and a bar (PEP 345, PEP 566). Lines that are indented less lose all their indentation.
 */
export function unfold(value: string): string {
  return value.replaceAll(FOLDING, '$1');
}

const FOLDING = /(\r\n|\r|\n)(?: {7}\||[ \t]{0,8})/g;

interface SortedHeaders {
  /** Values of the known fields that can be told, by name in lower case. */
  readonly fields: Map<string, readonly string[]>;
  readonly unparsed: Map<string, UnparsedField>;
}

function sortHeaders(document: MetadataDocument): SortedHeaders {
  const fields = new Map<string, readonly string[]>();
  const unparsed = new Map<string, UnparsedField>();
  for (const [name, headers] of groupByName(headersOf(document))) {
    const values = headers.map((header) => header.value);
    const field = METADATA_FIELDS.get(name);
    if (headers.some((header) => !header.isUtf8))
      unparsed.set(name, { reason: 'not-utf8', values });
    else if (field === undefined) unparsed.set(name, { reason: 'unknown', values });
    else if (!field.multiple && values.length > 1) {
      unparsed.set(name, { reason: 'repeated', values });
    } else fields.set(name, values);
  }
  return { fields, unparsed };
}

function groupByName(headers: readonly MetadataHeader[]): Map<string, MetadataHeader[]> {
  const groups = new Map<string, MetadataHeader[]>();
  for (const header of headers) {
    const name = header.name.toLowerCase();
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [header]);
    else group.push(header);
  }
  return groups;
}

/** The description stands in the body or in a header; with both, nobody can tell which one is meant. */
function takeDescription(
  document: MetadataDocument,
  fields: ReadonlyMap<string, readonly string[]>,
  unparsed: Map<string, UnparsedField>,
): string | undefined {
  const header = fields.get('description')?.[0];
  if (document.body.length === 0) return header === undefined ? undefined : unfold(header);
  const body = decodeUtf8(document.body);
  const earlier = unparsed.get('description');
  if (body !== undefined && header === undefined && earlier === undefined) return body;
  unparsed.set('description', {
    reason: body === undefined ? 'not-utf8' : (earlier?.reason ?? 'repeated'),
    values: [
      ...(header === undefined ? [] : [header]),
      ...(earlier?.values ?? []),
      body ?? Buffer.from(document.body).toString('latin1'),
    ],
  });
  return undefined;
}

function splitKeywords(value: string | undefined): readonly string[] {
  return value === undefined ? [] : value.split(',').map(trimPythonSpace);
}

function splitProjectUrl(value: string): ProjectUrl {
  const comma = value.indexOf(',');
  if (comma === -1) return { label: trimPythonSpace(value), url: '' };
  return {
    label: trimPythonSpace(value.slice(0, comma)),
    url: trimPythonSpace(value.slice(comma + 1)),
  };
}

/** PEP 794: one empty header says that the distribution has nothing to import. */
function importNames(values: readonly string[] | undefined): readonly string[] | undefined {
  return values?.length === 1 && values[0] === '' ? [] : values;
}
