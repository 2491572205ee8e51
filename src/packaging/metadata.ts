/** Core metadata: the file kept byte for byte, the fields it holds, changes to it and judgements about it. */
export {
  decodeUtf8,
  headerValues,
  headersOf,
  parseMetadata,
  printMetadata,
  type MetadataDocument,
  type MetadataHeader,
  type SkippedLines,
} from './metadata-document.ts';
export {
  addHeader,
  removeHeader,
  replaceHeaderValue,
  setHeader,
  setHeaders,
  type HeaderText,
} from './metadata-edit.ts';
export {
  METADATA_FIELDS,
  METADATA_VERSIONS,
  compareMetadataVersions,
  isMetadataVersion,
  type MetadataField,
  type MetadataVersion,
} from './metadata-fields.ts';
export {
  metadataView,
  viewOfFields,
  type MetadataView,
  type ProjectUrl,
  type UnparsedField,
} from './metadata-view.ts';
export {
  parseDescriptionContentType,
  type ContentTypeProblem,
  type DescriptionContentType,
} from './metadata-content-type.ts';
export { validateMetadata } from './metadata-validate.ts';
