/** The provenance document of an upload that brings attestations. */
import type { Identity, ReceivedUpload } from '../state.ts';
import { judgeUploadedAttestations } from '../uploaded-attestations.ts';

/** What is served beside the file, as JSON; undefined without attestations, or when they are no good. */
export function provenanceOfUpload(
  { form, content }: ReceivedUpload,
  { publisher }: Identity,
): string | undefined {
  const field = form.get('attestations')?.[0] ?? '';
  if (field === '' || content === undefined || publisher === undefined) return undefined;
  const judgement = judgeUploadedAttestations(field, {
    filename: content.filename,
    sha256: content.sha256,
    publisher,
    mustMatchPublisher: false,
  });
  return judgement.message === undefined ? JSON.stringify(judgement.provenance) : undefined;
}
