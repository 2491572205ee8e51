/**
 * The form of an upload: cleaned as PyPI cleans it, and what is wrong with it before anybody looks at metadata or file.
 *
 * Rules: warehouse `forklift/decorators.py` and `forklift/forms.py`, 6b6215712 (2026-08).
 */
import {
  isValidName,
  trimPythonSpace,
  UPLOAD_FIELDS,
  viewOfFields,
  type MetadataView,
} from '../../packaging/index.ts';
import type { ReceivedUpload } from '../state.ts';
import type { Violation } from './model.ts';
import { violation } from './table.ts';
import { quoted, shown } from './text.ts';

/** A form that was read. */
export interface UploadForm {
  readonly name: string;
  readonly version: string;
  /** As told; may be neither. */
  readonly filetype: string;
  readonly pyversion: string;
  readonly md5: string;
  readonly sha256: string;
  readonly blake2b256: string;
  /** Undefined when the field is not there; it may be empty. */
  readonly attestations: string | undefined;
  /** Values of the fields of core metadata, by the name of the header in lower case; without empty ones. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Names in the form of fields that cannot be told: given twice, or labels given twice. */
  readonly unreadable: readonly string[];
  readonly metadata: MetadataView;
}

type Fields = ReadonlyMap<string, readonly string[]>;

/** Takes the fields of an upload. It never fails: what is wrong is said by {@link formViolations} and the rules of metadata. */
export function readForm(upload: ReceivedUpload): UploadForm {
  const form = cleaned(upload.form);
  const first = (name: string): string => form.get(name)?.[0] ?? '';
  const { fields, unreadable } = metadataFields(form);
  return {
    name: first('name'),
    version: first('version'),
    filetype: first('filetype'),
    pyversion: first('pyversion'),
    md5: first('md5_digest'),
    sha256: first('sha256_digest'),
    blake2b256: first('blake2_256_digest'),
    attestations: form.get('attestations')?.at(-1),
    fields,
    unreadable,
    metadata: viewOfFields(fields),
  };
}

/** What distutils wrote for nothing goes, and NUL is escaped; PyPI looks at the last value of a field alone. */
function cleaned(form: Fields): Fields {
  return new Map(
    [...form].flatMap(([name, values]): [string, readonly string[]][] => {
      const last = values.at(-1);
      if (last === undefined || trimPythonSpace(last) === 'UNKNOWN') return [];
      return [[name, last.includes('\0') ? [last.replaceAll('\0', String.raw`\x00`)] : values]];
    }),
  );
}

function metadataFields(form: Fields): Pick<UploadForm, 'fields' | 'unreadable'> {
  const fields = new Map<string, readonly string[]>();
  const unreadable: string[] = [];
  for (const { name, header, repeated } of UPLOAD_FIELDS) {
    const values = form.get(name) ?? [];
    if (values.length === 0 || (values.length === 1 && values[0] === '')) continue;
    if ((!repeated && values.length > 1) || (name === 'project_urls' && hasSameLabels(values)))
      unreadable.push(name);
    else fields.set(header.toLowerCase(), values);
  }
  return { fields, unreadable };
}

function hasSameLabels(values: readonly string[]): boolean {
  const labels = values.map((value) => trimPythonSpace(value.split(',', 1)[0] ?? ''));
  return new Set(labels).size < labels.length;
}

/** Fields that are files, what PyPI asks of the transport, and what its form asks for, which stops at the first. */
export function formViolations(upload: ReceivedUpload, form: UploadForm): readonly Violation[] {
  return [...actionViolations(upload.form), ...fieldViolations(form)];
}

/** Before anything else, even before anybody asks who it is. */
export function strayFileViolations({ strayFiles }: ReceivedUpload): readonly Violation[] {
  return strayFiles.map((field) => violation('field-is-file', { values: { field: shown(field) } }));
}

const GONE: readonly string[] = ['submit', 'submit_pkg_info', 'doc_upload'];

/** Without a field the action is in the query, which is not judged here. */
function actionViolations(form: Fields): readonly Violation[] {
  const action = form.get(':action')?.at(-1);
  const violations: Violation[] = [];
  if (action !== undefined && action !== 'file_upload') {
    const rule = GONE.includes(action) ? 'action-gone' : 'action';
    violations.push(violation(rule, { values: { action: shown(action) } }));
  }
  if ((form.get('protocol_version')?.at(-1) ?? '1') !== '1')
    violations.push(violation('protocol-version'));
  return violations;
}

/** As a regular expression of Python has `$`: a line break may follow. */
const HEX_64 = /^[\da-f]{64}\n?$/i;
const KINDS: readonly string[] = ['sdist', 'bdist_wheel'];

function fieldViolations(form: UploadForm): readonly Violation[] {
  const { filetype, pyversion, blake2b256, sha256, md5 } = form;
  const violations = [...nameViolations(form.name)];
  if (blake2b256 !== '' && !HEX_64.test(blake2b256))
    violations.push(violation('form-blake2-format'));
  if (!KINDS.includes(filetype))
    violations.push(
      violation('form-filetype', {
        evidence: quoted(filetype),
        hint: 'It is sdist or bdist_wheel; eggs and installers are no longer taken.',
      }),
    );
  if (sha256 !== '' && !HEX_64.test(sha256)) violations.push(violation('form-sha256-format'));
  if (filetype === 'bdist_wheel' && pyversion === '')
    violations.push(violation('form-pyversion-missing'));
  if (filetype === 'sdist' && pyversion !== '' && pyversion !== 'source')
    violations.push(violation('form-pyversion-source', { evidence: quoted(pyversion) }));
  if (md5 === '' && sha256 === '' && blake2b256 === '')
    violations.push(violation('form-no-digest'));
  return violations;
}

function nameViolations(name: string): readonly Violation[] {
  if (name !== '' && isValidName(name)) return [];
  const reason =
    name === ''
      ? 'This field is required.'
      : "Start and end with a letter or numeral containing only ASCII numeric and '.', '_' and '-'.";
  const value = name.length > 60 ? `${name.slice(0, 30)}...${name.slice(-30)}` : name;
  return [violation('form-name', { values: { value: quoted(value), reason } })];
}
