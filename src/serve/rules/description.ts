/** Whether the description renders. Rule: warehouse `forklift/legacy.py` 6b6215712 (2026-08). */
import { judgeDescription, type CheckOptions } from '../../check/index.ts';
import type { UploadForm } from './form.ts';
import type { Violation } from './model.ts';
import { violation } from './table.ts';
import { quoted } from './text.ts';

/** Judged as reStructuredText where no type is told; one that cannot be proven is taken. */
export async function descriptionViolations(
  { metadata }: UploadForm,
  { pythons, renderers, signal }: CheckOptions = {},
): Promise<readonly Violation[]> {
  const { description = '', descriptionContentType: type } = metadata;
  if (description === '') return [];
  const { verdict, problem } = await judgeDescription(description, type, {
    html: false,
    ...(pythons === undefined ? {} : { pythons }),
    ...(renderers === undefined ? {} : { renderers }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (verdict !== 'fails') return [];
  const how =
    type === undefined ? 'in the default format of reStructuredText' : `for ${quoted(type)}`;
  return [violation('description', { values: { how }, evidence: problem })];
}
