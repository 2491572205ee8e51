/** The form against the file that came with it. */
import {
  formatVersion,
  normalizeName,
  tryParseVersion,
  UPLOAD_FIELDS,
  uploadMetadata,
  type MetadataView,
} from '../../packaging/index.ts';
import type { UploadForm } from './form.ts';
import type { Violation } from './model.ts';
import type { Received } from './received.ts';
import { violation } from './table.ts';
import { shown } from './text.ts';

/** Licence files that the form names and the file has not. Rule: PEP 639; warehouse `forklift/legacy.py` 6b6215712. */
export function licenseViolations(
  { metadata }: UploadForm,
  { filename, paths, licenseFolder }: Received,
): readonly Violation[] {
  return metadata.licenseFiles.flatMap((file) => {
    const path = `${licenseFolder}/${file}`;
    if (paths.has(path)) return [];
    return [
      violation('license-file-missing', {
        values: { file: shown(file), path: shown(path), filename: shown(filename) },
        hint: 'Ship the file, or correct license-files in pyproject.toml.',
      }),
    ];
  });
}

/** Fields that installers go by: from the file, whatever the pages of the index say. */
const READ_BY_INSTALLERS: ReadonlySet<string> = new Set([
  'name',
  'version',
  'requires_dist',
  'requires_python',
  'provides_extra',
]);

/** Fields that clients leave out or send under other names. */
const SENT_BY_FEW: ReadonlySet<string> = new Set([
  'import_name',
  'import_namespace',
  'supported_platform',
  'license_file',
  'requires',
  'provides',
  'obsoletes',
]);

/** Metadata in the file that is not what the form says. PyPI compares them nowhere: warehouse issue 8090, an accepted risk. */
export function differenceViolations(
  form: UploadForm,
  { metadata }: Received,
): readonly Violation[] {
  if (metadata === undefined) return [];
  const [sent, own] = [valuesOf(form.metadata), valuesOf(metadata)];
  const different = UPLOAD_FIELDS.map(({ name }) => name).filter((name) => {
    const [left = '', right = ''] = [sent.get(name), own.get(name)];
    return left !== right && !(left === '' && SENT_BY_FEW.has(name));
  });
  if (different.length === 0) return [];
  return [
    violation('metadata-differs', {
      values: { reason: `${different.join(', ')}.` },
      effect: different.some((name) => READ_BY_INSTALLERS.has(name)) ? 'users-break' : 'advice',
      hint: 'Upload with a client that reads the metadata from the file.',
    }),
  ];
}

function valuesOf(view: MetadataView): ReadonlyMap<string, string> {
  const values = new Map<string, string[]>();
  for (const [name, value] of uploadMetadata(view)) {
    if (value.trim() === 'UNKNOWN') continue;
    values.set(name, [...(values.get(name) ?? []), comparable(name, value)]);
  }
  return new Map([...values].map(([name, all]) => [name, all.join('\n')]));
}

function comparable(name: string, value: string): string {
  if (name === 'name') return normalizeName(value);
  if (name === 'version') {
    const version = tryParseVersion(value);
    return version === undefined ? value : formatVersion(version);
  }
  // Clients differ in line ends, and in what folding has left.
  return value.replaceAll(/\s+/g, ' ').trim();
}
