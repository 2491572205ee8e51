/** The metadata of a part: that of the main wheel as far as it is true of a part. */
import {
  addHeader,
  formatTag,
  headerValues,
  headersOf,
  parseMetadata,
  parseWheelFile,
  printMetadata,
  type MetadataDocument,
  type TagSet,
  type WheelFile,
} from '../../packaging/index.ts';
import type { WheelDraft } from '../../wheel/index.ts';
import { partSummary } from '../../wheel/split/index.ts';
import { partDistribution, type SetNames } from '../names.ts';

/** Fields that are true of every wheel of a set. Dependencies, extras, entry points and names to import are not. */
const TAKEN_OVER: ReadonlySet<string> = new Set([
  'author',
  'author-email',
  'maintainer',
  'maintainer-email',
  'home-page',
  'project-url',
  'license',
  'license-expression',
  'license-file',
  'requires-python',
]);

/** METADATA of a part. */
export function partMetadata(draft: WheelDraft, names: SetNames, number: number): MetadataDocument {
  const headers = headersOf(draft.metadata);
  const [version = draft.version] = headerValues(draft.metadata, 'Version');
  const [format = '2.1'] = headerValues(draft.metadata, 'Metadata-Version');
  const body = `This is part ${number} of ${names.project} ${version}: a wheel of it is larger than an index takes, so it comes in parts. Install ${names.project}, which requires this part; alone it is of no use.\n`;
  let document = parseMetadata(Buffer.from(`Metadata-Version: ${format}\n\n${body}`));
  document = addHeader(document, 'Name', partDistribution(names, number));
  document = addHeader(document, 'Version', version);
  const summary = partSummary({ project: names.project, version, part: number });
  document = addHeader(document, 'Summary', summary);
  document = addHeader(document, 'Description-Content-Type', 'text/markdown');
  for (const { name, value, isUtf8 } of headers)
    if (isUtf8 && TAKEN_OVER.has(name.toLowerCase())) document = addHeader(document, name, value);
  for (const value of headerValues(draft.metadata, 'Classifier'))
    if (value.startsWith('License ::')) document = addHeader(document, 'Classifier', value);
  return document;
}

/** WHEEL of a part. Its root goes where that of the main wheel goes, so that both are one tree. */
export function partWheelFile(tags: TagSet, isPurelib: boolean, generator: string): WheelFile {
  const lines = [
    'Wheel-Version: 1.0',
    `Generator: ${generator}`,
    `Root-Is-Purelib: ${isPurelib}`,
    ...tags.tags.map((tag) => `Tag: ${formatTag(tag)}`),
  ];
  return parseWheelFile(Buffer.from(lines.map((line) => `${line}\n`).join('')));
}

/** The import package of a part. */
export function partInit(names: SetNames, number: number, version: string): Uint8Array {
  const text = `"""Part ${number} of ${names.project} ${version}."""\n\nVERSION = ${JSON.stringify(version)}\n`;
  return Buffer.from(text);
}

/** Licence files below `.dist-info` of the main wheel, which go along with every part. */
export function licencePaths({ distInfo, metadata, members }: WheelDraft): readonly string[] {
  const named = headerValues(metadata, 'License-File').flatMap((name) => [
    `${distInfo}/${name}`,
    `${distInfo}/licenses/${name}`,
  ]);
  return [...new Set(named)].filter((path) => members.has(path)).sort();
}

/** Bytes of the texts of a part, at most. */
export function partTextLengths(
  draft: WheelDraft,
  names: SetNames,
  generator: string,
): readonly number[] {
  // Two digits for its number, as many as there may be.
  const metadata = printMetadata(partMetadata(draft, names, MOST_PARTS));
  const wheelFile = partWheelFile(draft.tags, false, generator);
  return [
    metadata.length,
    printMetadata(wheelFile.document).length + 16 * draft.tags.tags.length + 16,
    partInit(names, MOST_PARTS, draft.version).length,
  ];
}

/** Parts that one release may have. */
export const MOST_PARTS = 64;
