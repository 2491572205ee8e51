/**
 * Attestations in files beside the distributions that they are of: `<dist>.publish.attestation` as PyPI's action, twine
 * and uv name them, and `<dist>.<anything>.attestation`, of which twine takes all.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  formatAttestation,
  parseAttestation,
  requireAttestation,
  requireAttestations,
  type Attestation,
  type AttestationReport,
  type AttestedFile,
} from '../../packaging/index.ts';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { WheelworksError, fileError, withPath } from '../../support/errors.ts';

const SUFFIX = '.attestation';
const PUBLISH_SUFFIX = `.publish${SUFFIX}`;
/** Bytes. */
const LARGEST = 1 << 20;

/** Attestations that were found with a file, and what each proves. */
export interface GivenAttestations {
  readonly attestations: readonly Attestation[];
  readonly reports: readonly AttestationReport[];
  /** Where they were read from, in order. */
  readonly paths: readonly string[];
}

/** The path of the publish attestation of a distribution. */
export function attestationPath(distribution: string): string {
  return `${distribution}${PUBLISH_SUFFIX}`;
}

/** Whether a file name is that of an attestation, which is never uploaded as a file. */
export function isAttestationName(filename: string): boolean {
  return /\.(?:whl|tar\.gz|zip)\.[^/]*attestation$/.test(filename) && filename.endsWith(SUFFIX);
}

/**
 * Reads the attestations beside a distribution and judges them; undefined when there are none.
 * @throws WheelworksError `attestation/*` with the path for one that is not of this file or does not hold, `file/*`.
 */
export async function readAttestations(
  distribution: string,
  sha256: string,
): Promise<GivenAttestations | undefined> {
  const paths = await sidecarsOf(distribution);
  if (paths.length === 0) return undefined;
  const attestations = await Promise.all(paths.map(readOne));
  const file: AttestedFile = { filename: basename(distribution), sha256 };
  const reports = attestations.map((attestation, at) => judged(attestation, file, paths[at]));
  requireAttestations(attestations, file);
  return { attestations, reports, paths };
}

/**
 * Writes the publish attestation of a distribution beside it; its path.
 * @throws WheelworksError `file/*`.
 */
export async function writeAttestation(
  distribution: string,
  attestation: Attestation,
): Promise<string> {
  const path = attestationPath(distribution);
  await writeFileAtomic(path, (handle) => handle.writeFile(`${formatAttestation(attestation)}\n`));
  return path;
}

async function sidecarsOf(distribution: string): Promise<readonly string[]> {
  const folder = dirname(distribution);
  const prefix = `${basename(distribution)}.`;
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError(error, folder);
  });
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith(SUFFIX))
    .filter((name) => name.length > prefix.length - 1 + SUFFIX.length)
    .toSorted()
    .map((name) => join(folder, name));
}

async function readOne(path: string): Promise<Attestation> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST)
      throw new WheelworksError('attestation/too-large', 'The attestation is too large.', {
        evidence: `${size} bytes`,
      });
    return parseAttestation(await readFile(path, 'utf8'));
  } catch (error) {
    throw withPath(fileError(error, path), path);
  }
}

function judged(attestation: Attestation, file: AttestedFile, path = ''): AttestationReport {
  try {
    return requireAttestation(attestation, file);
  } catch (error) {
    throw withPath(error, path);
  }
}
