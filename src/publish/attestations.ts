/** Which attestations go with a file: those that lie beside it, and one that is made where there is an identity. */
import { formatAttestations, type Attestation, type AttestedFile } from '../packaging/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { readAttestations, writeAttestation } from './attest/index.ts';
import type { PublishFile } from './publish-file.ts';

/** Attestations of files, as lists. */
export type AttestationsByFile = ReadonlyMap<PublishFile, readonly Attestation[]>;

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
  const attestations = new Map<PublishFile, readonly Attestation[]>();
  const problems: ErrorReport[] = [];
  for (const file of files) {
    try {
      const found = await readAttestations(file.path, file.sha256);
      if (found !== undefined) attestations.set(file, found.attestations);
    } catch (error) {
      if (!(error instanceof WheelworksError) || error.code.startsWith('file/')) throw error;
      problems.push(error.toJSON());
    }
  }
  return { attestations, problems };
}

/** Makes an attestation of a file with an identity that is there now. */
export type Attest = (file: AttestedFile) => Promise<Attestation>;

/**
 * Attests what has no attestation yet, and keeps each beside its file: a later run sends the same. A machine without the
 * library for it, or without an identity, makes none: that is told and stops nothing.
 * @throws WheelworksError `attestation/*` for one that could not be made with both, `file/*`, `http/*`.
 */
export async function makeAttestations(
  files: readonly PublishFile[],
  known: AttestationsByFile,
  attest: Attest,
): Promise<{ readonly attestations: AttestationsByFile; readonly notes: readonly string[] }> {
  const attestations = new Map(known);
  for (const file of files.filter((each) => !known.has(each))) {
    try {
      const made = await attest({ filename: file.filename, sha256: file.sha256 });
      await writeAttestation(file.path, made);
      attestations.set(file, [made]);
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

/** The form field for a file; undefined for none. */
export function attestationField(
  file: PublishFile,
  attestations: AttestationsByFile,
): string | undefined {
  const own = attestations.get(file);
  return own === undefined ? undefined : formatAttestations(own);
}
