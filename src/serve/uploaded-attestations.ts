/**
 * Attestations that came with an upload.
 *
 * Source of order and words: warehouse/attestations/services.py of pypi/warehouse at 6b6215712 (2026-08-21). PyPI asks
 * Sigstore's trust root besides, which nobody can ask here.
 */
import {
  ATTESTING_KINDS,
  MOST_ATTESTATIONS,
  parseAttestations,
  publisherContradiction,
  verifyAttestation,
  type Attestation,
  type AttestationPublisher,
  type AttestationReport,
  type AttestedFile,
  type Provenance,
} from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';

export interface AttestedUpload extends AttestedFile {
  /** Who uploads, as provenance documents have it; undefined when it is no trusted publisher. */
  readonly publisher: AttestationPublisher | undefined;
  /**
   * Whether the certificates must name that publisher, as on PyPI. Default true; false where identities are made up, as
   * those of the local issuer are, which Sigstore does not know.
   */
  readonly mustMatchPublisher?: boolean;
}

/** What is to be served with the file, or what PyPI says instead of taking it. */
export type AttestationJudgement =
  | {
      readonly provenance: Provenance;
      readonly reports: readonly AttestationReport[];
      readonly message?: undefined;
    }
  | { readonly message: string };

/** Judges the form field `attestations` of an upload; it never throws for what that holds. */
export function judgeUploadedAttestations(
  field: string,
  upload: AttestedUpload,
): AttestationJudgement {
  const { publisher } = upload;
  if (publisher === undefined)
    return refused('Attestations are only supported when using Trusted Publishing');
  if (!ATTESTING_KINDS.includes(publisher.kind))
    return refused(`Attestations are not currently supported with ${publisher.kind} publishers`);
  const attestations = readField(field);
  if (typeof attestations === 'string') return refused(attestations);
  const reports: AttestationReport[] = [];
  for (const attestation of attestations) {
    const report = verifyAttestation(attestation, upload);
    const why = faultOf(report, publisher, upload);
    if (why !== undefined) return refused(why);
    if (reports.some((other) => predicateOf(other) === predicateOf(report)))
      return refused(
        `Multiple attestations for the same file with the same predicate type (${predicateOf(report)}) are not supported`,
      );
    reports.push(report);
  }
  return {
    provenance: { version: 1, attestation_bundles: [{ publisher, attestations }] },
    reports,
  };
}

function refused(why: string): AttestationJudgement {
  return { message: `Invalid attestations supplied during upload: ${why}` };
}

/** The attestations, or what is wrong with them. */
function readField(field: string): readonly Attestation[] | string {
  try {
    return parseAttestations(field);
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    if (error.code === 'attestation/none')
      return 'Malformed attestations: an empty attestation set is not permitted';
    if (error.code === 'attestation/too-many')
      return `A maximum of ${MOST_ATTESTATIONS} attestations per file are supported`;
    return `Malformed attestations: ${error.message}`;
  }
}

function faultOf(
  { checks, identity }: AttestationReport,
  publisher: AttestationPublisher,
  { mustMatchPublisher = true }: AttestedUpload,
): string | undefined {
  const failure = checks.find(({ outcome }) => outcome === 'failed');
  const contradiction =
    failure === undefined && identity !== undefined && mustMatchPublisher
      ? publisherContradiction(identity, publisher)
      : undefined;
  const why =
    failure?.message ??
    (contradiction === undefined
      ? undefined
      : `The certificate is not of ${publisher.kind}'s publisher: ${contradiction}`);
  return why === undefined
    ? undefined
    : `Could not verify the uploaded artifact using the included attestation: Verification failed: ${why}`;
}

function predicateOf({ statement }: AttestationReport): string {
  return statement?.predicateType ?? '';
}
