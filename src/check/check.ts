/** What is wrong with a wheel before anyone installs it: archive, RECORD, names, metadata, tags against native files. */
import { auditSubject, auditWheel, type Audit } from '../audit/index.ts';
import { verifyZipFraming } from '../archive/zip/index.ts';
import { metadataView, validateMetadata } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import { readMetadata, verifyWheel, withWheel, type Wheel } from '../wheel/index.ts';

export interface CheckOptions {
  /** Inflate every member and compare its hash with RECORD. Default true. */
  readonly contents?: boolean;
  /** Of the very native files of this wheel, when somebody has it already. */
  readonly audit?: Audit;
  readonly jobs?: number;
}

export interface CheckResult {
  readonly path: string;
  readonly verdict: 'accepted' | 'rejected';
  readonly findings: readonly Finding[];
}

/**
 * Every finding for one wheel; `rejected` when one of them is an error.
 * @throws WheelworksError when the file cannot be opened as a wheel at all: `wheel/*`, `zip/*`, `packaging/*`, `file/*`.
 */
export async function checkWheel(path: string, options: CheckOptions = {}): Promise<CheckResult> {
  return withWheel(path, async (wheel) => {
    const findings: Finding[] = [
      ...(await verifyZipFraming(wheel.archive)),
      ...(await verifyWheel(wheel, options)),
      ...(await metadataFindings(() => readMetadata(wheel))),
      ...(await auditFindings(wheel, options)),
    ];
    const rejected = findings.some((finding) => finding.severity === 'error');
    return { path, verdict: rejected ? 'rejected' : 'accepted', findings };
  });
}

/** The files may have been read under another name: what that claims is judged anew, which reads nothing. */
async function auditFindings(
  wheel: Wheel,
  { audit, jobs }: CheckOptions,
): Promise<readonly Finding[]> {
  if (audit === undefined)
    return (await auditWheel(wheel, jobs === undefined ? {} : { jobs })).findings;
  const { tags } = wheel.filename;
  return (await auditSubject({ ...audit.subject, path: wheel.path, tags })).findings;
}

/** A METADATA that cannot be read is verifyWheel's finding already. */
async function metadataFindings(
  read: () => ReturnType<typeof readMetadata>,
): Promise<readonly Finding[]> {
  try {
    return validateMetadata(metadataView(await read()));
  } catch (error) {
    if (error instanceof WheelworksError) return [];
    throw error;
  }
}
