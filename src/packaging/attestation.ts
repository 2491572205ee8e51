/** Attestations (PEP 740): read, judged without a trust root, and turned into Sigstore bundles and back. */
export * from './attestation-bundle.ts';
export type { CertificateIdentity } from './attestation-certificate.ts';
export * from './attestation-model.ts';
export {
  formatAttestation,
  formatAttestations,
  formatProvenance,
  parseAttestation,
  parseAttestations,
  parseProvenance,
} from './attestation-read.ts';
export { ATTESTING_KINDS, publisherContradiction } from './attestation-publisher.ts';
export { publishStatement } from './attestation-statement.ts';
export { isSameDistribution } from './attestation-subject.ts';
export * from './attestation-verify.ts';
