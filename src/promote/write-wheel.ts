/** Writes a promoted wheel. */
import { parseMetadata } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import {
  draftFilename,
  draftFromWheel,
  editDraft,
  verifyWheel,
  withWheel,
  writeWheel,
  type WheelEdit,
} from '../wheel/index.ts';
import type { TextChange } from './plan-file.ts';
import type { VersionChange } from './version-change.ts';

/** What is written and how. */
export interface WriteOptions {
  readonly change: VersionChange;
  readonly changes: readonly TextChange[];
  readonly output: string;
  /** Time of all members. */
  readonly modified?: Date;
  readonly jobs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (writtenBytes: number) => void;
}

/**
 * The wheel with another version: METADATA, RECORD and what the plan changes are made anew, every other member is copied
 * with its compressed bytes. Names and RECORD of the result are verified before it gets its name.
 * @throws WheelworksError `promote/unverified`, `wheel/*`, `zip/*`, `file/*`.
 */
export async function writePromotedWheel(
  path: string,
  folder: string,
  options: WriteOptions,
): Promise<void> {
  const { change, changes, output, modified, jobs, signal, onProgress } = options;
  await withWheel(path, async (wheel) => {
    const draft = await draftFromWheel(wheel);
    const edits = changes.map((each) => editOf(each, draft.distInfo));
    const promoted = editDraft(draft, [...edits, { kind: 'version', version: change.toText }]);
    const filename = draftFilename(promoted);
    if (filename !== output) throw new Error(`${filename} was planned as ${output}`);
    await writeWheel(promoted, folder, {
      ...(modified === undefined ? {} : { modified }),
      jobs,
      signal,
      onProgress,
      replace: false,
      verify: (temporary) => verifyWritten(temporary, filename),
    });
  });
}

function editOf({ from, after }: TextChange, distInfo: string): WheelEdit {
  return from === `${distInfo}/METADATA`
    ? { kind: 'metadata', metadata: parseMetadata(after) }
    : { kind: 'replace', path: from, bytes: after };
}

/** Copied members keep rows that were true; what is new was hashed as it was written: names and the list are what can be wrong. */
async function verifyWritten(temporary: string, filename: string): Promise<void> {
  const findings = await withWheel(temporary, (wheel) => verifyWheel(wheel, { contents: false }), {
    filename,
  });
  const first = findings.find(({ severity }) => severity === 'error');
  if (first === undefined) return;
  throw new WheelworksError(
    'promote/unverified',
    `The promoted wheel ${filename} is not sound, and was not kept: ${first.message}`,
    {
      path: filename,
      ...(first.evidence === undefined ? {} : { evidence: first.evidence }),
      hint: 'The candidate has the same fault: wheelworks check tells more.',
    },
  );
}
