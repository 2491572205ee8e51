/** Attestations (PEP 740) of what is uploaded: made, kept beside the files, and judged before they are sent. */
export {
  collectAttestations,
  type AttestableFile,
  type CollectedAttestations,
  type CollectOptions,
} from './collect.ts';
export {
  attestationPath,
  isAttestationName,
  readAttestations,
  writeAttestation,
  type GivenAttestations,
} from './sidecar.ts';
export { attestFile, SIGSTORE_AUDIENCE, type MadeAttestation, type SignOptions } from './sign.ts';
