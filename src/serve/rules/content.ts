/**
 * What is in the file: the archive and its members, as a check of the file finds them, in the words of PyPI.
 *
 * Rules: warehouse `forklift/legacy.py`, `utils/zipfiles.py` and `utils/wheel.py`, 6b6215712 (2026-08). PyPI looks at names,
 * licences and metadata as the form has them, not as the file does.
 */
import { copyFile, link } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkFile, type CheckFinding, type CheckOptions } from '../../check/index.ts';
import { withTemporaryDirectory } from '../../support/temporary.ts';
import type { ReceivedFile } from '../state.ts';
import { differenceViolations, licenseViolations } from './agreement.ts';
import type { UploadForm } from './form.ts';
import type { Violation } from './model.ts';
import { readReceived } from './received.ts';
import { ruleOfCode, violation } from './table.ts';
import { shown } from './text.ts';

/**
 * Everything that is wrong inside a file whose name is safe and ends as it should.
 * @throws WheelworksError `file/*` when the received file cannot be read, `process/cancelled`.
 */
export async function contentViolations(
  file: ReceivedFile,
  form: UploadForm,
  options: CheckOptions = {},
): Promise<readonly Violation[]> {
  return withName(file, async (path) => {
    // Sizes are judged by what the project may have.
    const { findings } = await checkFile(path, { ...options, maxSize: Infinity });
    const received = await readReceived(path);
    return [
      ...findings.flatMap((finding) => violationsOf(finding, file.filename)),
      ...(received === undefined
        ? []
        : [...licenseViolations(form, received), ...differenceViolations(form, received)]),
    ];
  });
}

/** The file under its own name, by which it is judged. */
async function withName<Result>(
  { path, filename }: ReceivedFile,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  if (basename(path) === filename) return work(path);
  return withTemporaryDirectory('wheelworks-upload-', async (folder) => {
    const named = join(folder, filename);
    try {
      await link(path, named);
    } catch {
      await copyFile(path, named);
    }
    return work(named);
  });
}

function violationsOf(finding: CheckFinding, filename: string): readonly Violation[] {
  const { code, effect, message, evidence, path, hint } = finding;
  if (effect === 'advice') return [];
  const told = { evidence: evidence ?? path, hint };
  if (effect === 'users-break')
    return [
      violation('users-break', { ...told, values: { reason: `${shown(message)} (${code})` } }),
    ];
  const rule = ruleOfCode(code);
  // The form decides.
  if (rule.row < FIRST_OF_CONTENT || rule.from === 'upload') return [];
  const [name = '', version = ''] = filename.split('-');
  const detail = evidence === undefined ? '' : ` (${shown(evidence)})`;
  const values = {
    filename: shown(filename),
    distInfo: `${shown(name)}-${shown(version)}.dist-info`,
    reason: `${shown(message).replace(/\.$/, '')}${detail}.`,
  };
  return [violation(rule.id, { ...told, values })];
}

/** Of the table: archives. */
const FIRST_OF_CONTENT = 17;
