/** Metadata as the upload form has it. Rule: warehouse `forklift/legacy.py` 6b6215712 (2026-08). */
import type { MetadataView } from '../../packaging/index.ts';

/** Without what an index takes for absent: empty values, and the word that old tools wrote for them. */
export function uploadedMetadata(view: MetadataView): MetadataView {
  const { license, licenseExpression, descriptionContentType, requiresPython } = view;
  return {
    ...view,
    license: given(license),
    licenseExpression: given(licenseExpression),
    descriptionContentType: given(descriptionContentType),
    requiresPython: given(requiresPython),
  };
}

function given(value: string | undefined): string | undefined {
  return value === '' || value === 'UNKNOWN' ? undefined : value;
}
