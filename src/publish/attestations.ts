/** The attestations of a whole set: those beside the files, and new ones where there is an identity. */
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import {
  collectAttestations,
  type CollectedAttestations,
  type SignOptions,
} from './attest/index.ts';
import type { PublishFile } from './publish-file.ts';

/** What goes with each file that has any. */
export type AttestationsByFile = ReadonlyMap<PublishFile, CollectedAttestations>;

/** What lies beside files. */
export interface FoundAttestations {
  readonly attestations: AttestationsByFile;
  /** Of those that are not of their file, or do not hold. */
  readonly problems: readonly ErrorReport[];
}

/**
 * Reads and judges the attestations beside files.
 * @throws WheelworksError `file/*`.
 */
export async function findAttestations(files: readonly PublishFile[]): Promise<FoundAttestations> {
  const attestations = new Map<PublishFile, CollectedAttestations>();
  const problems: ErrorReport[] = [];
  for (const file of files) {
    try {
      const found = await collectAttestations(file);
      if (found !== undefined) attestations.set(file, found);
    } catch (error) {
      if (!(error instanceof WheelworksError) || error.code.startsWith('file/')) throw error;
      problems.push(error.toJSON());
    }
  }
  return { attestations, problems };
}

/**
 * Attests what has no attestation yet, and keeps each beside its file: a later run sends the same. A machine without the
 * library for it, or without an identity, makes none: that is told and stops nothing.
 * @throws WheelworksError `attestation/*` for one that could not be made with both, `file/*`, `http/*`.
 */
export async function makeAttestations(
  files: readonly PublishFile[],
  known: AttestationsByFile,
  sign: SignOptions,
): Promise<{ readonly attestations: AttestationsByFile; readonly notes: readonly string[] }> {
  const attestations = new Map(known);
  for (const file of files.filter((each) => !known.has(each))) {
    try {
      const made = await collectAttestations(file, { sign });
      if (made !== undefined) attestations.set(file, made);
    } catch (error) {
      if (!(error instanceof WheelworksError) || !NOT_POSSIBLE.has(error.code)) throw error;
      const hint = error.hint === undefined ? '' : ` ${error.hint}`;
      return { attestations, notes: [`no attestations were made: ${error.message}${hint}`] };
    }
  }
  return { attestations, notes: [] };
}

const NOT_POSSIBLE: ReadonlySet<string> = new Set([
  'attestation/no-sigstore',
  'trusted/no-id-token',
  'trusted/no-permission',
  'trusted/no-identity',
]);
