/**
 * An upload against everything that PyPI asks for, in its order.
 *
 * Rules: warehouse `forklift/legacy.py`, 6b6215712 (2026-08). PyPI stops at the first that is broken; here the others are
 * looked for as well, as far as what is broken leaves anything to judge.
 */
import { isValidName, tryParseVersion } from '../../packaging/index.ts';
import type { ReceivedFile, ReceivedUpload } from '../state.ts';
import { attestationViolations } from './attested.ts';
import { contentViolations } from './content.ts';
import { descriptionViolations } from './description.ts';
import {
  digestViolations,
  filenameViolations,
  isFileThere,
  isSafeFilename,
  releaseViolations,
  sizeViolations,
  takenViolations,
} from './file.ts';
import { formViolations, readForm, strayFileViolations, type UploadForm } from './form.ts';
import { metadataViolations } from './metadata.ts';
import type { RuleContext, UploadJudgement, Violation } from './model.ts';
import { nameViolations } from './names.ts';
import { projectViolations } from './project.ts';
import { storageViolations } from './storage.ts';
import { placeOf, violation } from './table.ts';

/**
 * What PyPI answers to an upload, and all that is wrong with it.
 *
 * Nothing that a client sends makes it throw.
 * @throws WheelworksError `file/*` when the received file cannot be read, `process/cancelled` when the check is.
 */
export async function judgeUpload(
  upload: ReceivedUpload,
  context: RuleContext,
): Promise<UploadJudgement> {
  const form = readForm(upload);
  if (context.rules === 'none') {
    const isThere = upload.content !== undefined && isFileThere(upload.content, context.state);
    return judgement(form, storageViolations(upload, form, context), isThere);
  }
  const { content } = upload;
  const before = [
    ...senderViolations(upload, context),
    ...formViolations(upload, form),
    ...metadataViolations(form),
    ...(content === undefined ? [violation('no-content')] : []),
    ...(isValidName(form.name) ? projectViolations(form.name, context) : []),
    ...(hasBadContentType(form) ? [] : await descriptionViolations(form, context.check)),
  ];
  if (content === undefined) return judgement(form, before, false);
  const outside = [
    ...before,
    ...filenameViolations(content, form),
    ...sizeViolations(content, form, context),
    ...digestViolations(content, form),
  ];
  if (isFileThere(content, context.state)) return judgement(form, outside, true);
  return judgement(form, [...outside, ...(await fileViolations(content, form, context))], false);
}

/** What does not depend on what was sent. */
function senderViolations(
  upload: ReceivedUpload,
  { isReadOnly = false, identity }: RuleContext,
): readonly Violation[] {
  return [
    ...strayFileViolations(upload),
    ...(isReadOnly ? [violation('read-only')] : []),
    ...(identity === undefined ? [violation('no-identity')] : []),
  ];
}

/** Then the metadata is wrong, whatever is described. */
function hasBadContentType(form: UploadForm): boolean {
  return metadataViolations(form).some(({ rule }) => rule === 'description-content-type');
}

/** What comes after it is known that the file is a new one. */
async function fileViolations(
  content: ReceivedFile,
  form: UploadForm,
  context: RuleContext,
): Promise<readonly Violation[]> {
  const { filename, isCut } = content;
  const isNamed = isValidName(form.name) && tryParseVersion(form.version) !== undefined;
  const isReadable = !isCut && isSafeFilename(filename) && KIND[form.filetype]?.test(filename);
  const inside = [
    ...(isNamed && KIND[form.filetype]?.test(filename) ? nameViolations(filename, form) : []),
    ...(isReadable ? await contentViolations(content, form, context.check) : []),
    ...(isCut ? [] : attestationViolations(content, form, context)),
  ];
  return [
    ...takenViolations(content, context),
    ...(isNamed ? releaseViolations(form, context) : []),
    ...inside.toSorted((left, right) => placeOf(left.rule) - placeOf(right.rule)),
  ];
}

/** File names that PyPI opens, by the type that the form tells. */
const KIND: Readonly<Record<string, RegExp>> = {
  sdist: /\.(?:tar\.gz|zip)$/,
  bdist_wheel: /\.whl$/,
};

function judgement(
  { metadata }: UploadForm,
  violations: readonly Violation[],
  isSame: boolean,
): UploadJudgement {
  const broken = violations.find(({ status }) => status >= 400);
  return {
    status: broken?.status ?? 200,
    message: broken?.message ?? '',
    ...(broken === undefined ? {} : { rule: broken.rule }),
    isThere: isSame && broken === undefined,
    violations,
    metadata,
  };
}
