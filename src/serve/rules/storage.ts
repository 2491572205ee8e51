/** What an index cannot do without, whatever its rules: a name to store the file by, and bytes that are the ones meant. */
import { isValidName, tryParseVersion } from '../../packaging/index.ts';
import type { ReceivedFile, ReceivedUpload } from '../state.ts';
import {
  digestViolations,
  filenameViolations,
  isFileThere,
  isSafeFilename,
  sizeViolations,
  takenViolations,
} from './file.ts';
import { formViolations, strayFileViolations, type UploadForm } from './form.ts';
import { metadataViolations } from './metadata.ts';
import type { RuleContext, Violation } from './model.ts';
import { nameViolations } from './names.ts';
import { permissionViolations } from './project.ts';
import { violation } from './table.ts';
import { quoted } from './text.ts';

/** Of an upload to an index without rules: what is left, in the order of the others. */
export function storageViolations(
  upload: ReceivedUpload,
  form: UploadForm,
  context: RuleContext,
): readonly Violation[] {
  const { content } = upload;
  const isNamed = isValidName(form.name) && tryParseVersion(form.version) !== undefined;
  const violations = [
    ...strayFileViolations(upload),
    ...(context.isReadOnly === true ? [violation('read-only')] : []),
    ...formViolations(upload, form),
    ...metadataViolations(form),
    ...(content === undefined ? [violation('no-content')] : fileViolations(content, form)),
    ...(isValidName(form.name) ? permissionViolations(form.name, context) : []),
    ...(content?.isCut === true ? sizeViolations(content, form, context) : []),
    ...(content === undefined ? [] : digestViolations(content, form)),
    ...(content === undefined || isFileThere(content, context.state)
      ? []
      : takenViolations(content, context)),
    ...(content === undefined || !isNamed ? [] : nameViolations(content.filename, form)),
  ];
  return violations.filter(({ rule }) => KEPT.has(rule));
}

/** Rules that are about keeping files, not about taste; the others are those of PyPI. */
const KEPT: ReadonlySet<string> = new Set([
  'field-is-file',
  'read-only',
  'action-gone',
  'action',
  'protocol-version',
  'form-name',
  'form-filetype',
  'version',
  'no-content',
  'not-allowed',
  'filename-characters',
  'filename-separator',
  'filename-extension',
  'file-too-large',
  'digest-mismatch',
  'file-exists',
  'sdist-filename-unreadable',
  'sdist-filename-project',
  'wheel-filename-unreadable',
  'wheel-filename-project',
  'wheel-filename-version',
]);

function fileViolations(content: ReceivedFile, form: UploadForm): readonly Violation[] {
  const { filename } = content;
  if (isSafeFilename(filename)) return filenameViolations(content, form);
  const found = filenameViolations(content, form).filter(({ rule }) => KEPT.has(rule));
  return found.length > 0
    ? found
    : [violation('filename-separator', { evidence: quoted(filename) })];
}
