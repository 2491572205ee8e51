/** What every index must ask of an upload, whatever its rules: without it the file cannot be kept or found again. */
import { metadataView, parseMetadata } from '../../packaging/index.ts';
import type { RuleContext, UploadJudgement } from '../rules/model.ts';
import type { ReceivedUpload } from '../state.ts';

export function judgeUpload(
  { content }: ReceivedUpload,
  { state }: RuleContext,
): Promise<UploadJudgement> {
  const verdict = (status: number, message: string, isThere = false): UploadJudgement => ({
    status,
    message,
    isThere,
    violations: [],
    metadata: metadataView(parseMetadata(new Uint8Array())),
  });
  if (content === undefined)
    return Promise.resolve(verdict(400, 'Upload payload does not have a file.'));
  if (content.isCut) return Promise.resolve(verdict(400, 'File too large.'));
  const there = state.file(content.filename);
  if (there?.sha256 === content.sha256) return Promise.resolve(verdict(200, '', true));
  if (there !== undefined)
    return Promise.resolve(
      verdict(
        400,
        `File already exists ('${there.filename}', with blake2_256 hash '${there.blake2b256}').`,
      ),
    );
  return Promise.resolve(verdict(200, ''));
}
