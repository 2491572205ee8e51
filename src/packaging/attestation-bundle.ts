/**
 * Attestations as Sigstore's own tools have them, and back.
 *
 * Specification: Sigstore bundle 0.3, JSON. https://github.com/sigstore/protobuf-specs
 */
import {
  ATTESTATION_PAYLOAD_TYPE,
  type Attestation,
  type JsonObject,
} from './attestation-model.ts';
import { attestationOf, listOf, malformed, tableOf } from './attestation-read.ts';

/** Of the bundles that are written. */
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * The attestation in a bundle, as `@sigstore/sign` makes it and as `cosign` writes it.
 * @throws WheelworksError `attestation/malformed` unless it has one certificate, one DSSE signature and log entries;
 * else as `parseAttestation`.
 */
export function attestationFromBundle(bundle: unknown): Attestation {
  const table = tableOf(bundle, 'the bundle');
  const material = tableOf(table['verificationMaterial'], 'verificationMaterial');
  if (table['dsseEnvelope'] === undefined)
    throw malformed('the bundle has no DSSE envelope: it signs a file, not a statement');
  const envelope = tableOf(table['dsseEnvelope'], 'dsseEnvelope');
  if (envelope['payloadType'] !== ATTESTATION_PAYLOAD_TYPE)
    throw malformed('the payload is not of in-toto', String(envelope['payloadType']));
  const signatures = listOf(envelope['signatures'], 'signatures', 1);
  const signature = tableOf(signatures[0], 'the signature');
  return attestationOf({
    version: 1,
    verification_material: {
      certificate: certificateOf(material)['rawBytes'],
      transparency_entries: material['tlogEntries'],
    },
    envelope: { statement: envelope['payload'], signature: signature['sig'] },
  });
}

/** The bundle of an attestation, for tools that check it against Sigstore's trust root. */
export function bundleFromAttestation(attestation: Attestation): JsonObject {
  const { verification_material: material, envelope } = attestation;
  return {
    mediaType: BUNDLE_MEDIA_TYPE,
    verificationMaterial: {
      certificate: { rawBytes: material.certificate },
      tlogEntries: material.transparency_entries,
    },
    dsseEnvelope: {
      payload: envelope.statement,
      payloadType: ATTESTATION_PAYLOAD_TYPE,
      signatures: [{ sig: envelope.signature }],
    },
  };
}

/** Up to 0.2 a bundle has a chain, of which the first is the signer's. */
function certificateOf(material: JsonObject): JsonObject {
  if (material['certificate'] !== undefined) return tableOf(material['certificate'], 'certificate');
  if (material['x509CertificateChain'] === undefined)
    throw malformed('the bundle has no certificate');
  const chain = tableOf(material['x509CertificateChain'], 'x509CertificateChain');
  return tableOf(listOf(chain['certificates'], 'certificates', 10)[0], 'the certificate');
}
