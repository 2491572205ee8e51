/** The attestations that go with each file of a release: those beside it, or new ones. */
import {
  formatAttestations,
  type Attestation,
  type AttestationReport,
  type AttestedFile,
} from '../../packaging/index.ts';
import { basename } from 'node:path';
import { readAttestations, writeAttestation } from './sidecar.ts';
import { attestFile, type SignOptions } from './sign.ts';

/** A file that may have attestations. */
export interface AttestableFile {
  readonly path: string;
  /** Hex. */
  readonly sha256: string;
}

export interface CollectOptions {
  /** How to make them where none are given; nothing is made when absent. */
  readonly sign?: SignOptions;
  /** Whether new ones are kept beside the files as well. Default true: the log has them for ever, so should the release. */
  readonly keep?: boolean;
}

/** What goes with a file. */
export interface CollectedAttestations {
  readonly attestations: readonly Attestation[];
  /** What each proves. */
  readonly reports: readonly AttestationReport[];
  readonly origin: 'given' | 'made';
  /** Files that they are in. */
  readonly paths: readonly string[];
  /** The form field `attestations`. */
  readonly field: string;
}

/**
 * Reads the attestations beside a file, or makes one; undefined where there are none and none are to be made. All were
 * judged against the file.
 * @throws WheelworksError `attestation/*`, `trusted/insecure`, `file/*`, and what the identity throws.
 */
export async function collectAttestations(
  { path, sha256 }: AttestableFile,
  { sign, keep = true }: CollectOptions = {},
): Promise<CollectedAttestations | undefined> {
  const given = await readAttestations(path, sha256);
  if (given !== undefined)
    return { ...given, origin: 'given', field: formatAttestations(given.attestations) };
  if (sign === undefined) return undefined;
  const file: AttestedFile = { filename: basename(path), sha256 };
  const { attestation, report } = await attestFile(file, sign);
  const paths = keep ? [await writeAttestation(path, attestation)] : [];
  const attestations = [attestation];
  const field = formatAttestations(attestations);
  return { attestations, reports: [report], origin: 'made', paths, field };
}
