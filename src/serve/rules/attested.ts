/** Attestations of an upload. Rules: warehouse `attestations/services.py` 6b6215712 (2026-08). */
import type { ReceivedFile } from '../state.ts';
import { judgeUploadedAttestations } from '../uploaded-attestations.ts';
import type { UploadForm } from './form.ts';
import type { RuleContext, Violation } from './model.ts';
import { violation } from './table.ts';
import { shown } from './text.ts';

/** What is wrong with the field `attestations`, when there is one. */
export function attestationViolations(
  { filename, sha256 }: ReceivedFile,
  { attestations }: UploadForm,
  { identity, mustMatchPublisher = true }: RuleContext,
): readonly Violation[] {
  if (attestations === undefined) return [];
  const { message } = judgeUploadedAttestations(attestations, {
    filename,
    sha256,
    publisher: identity?.publisher,
    mustMatchPublisher,
  });
  if (message === undefined) return [];
  return [
    violation('attestations', {
      values: { reason: shown(message.slice(message.indexOf(':') + 2)) },
    }),
  ];
}
