/**
 * Attestations: signed statements about one distribution.
 *
 * Specification: Index hosted attestations (PEP 740).
 * https://packaging.python.org/specifications/index-hosted-attestations/
 */

/** Of the envelope that is signed (DSSE 1.0); PEP 740 permits no other. */
export const ATTESTATION_PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** Of statements (in-toto Attestation Framework 1.0). */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';

/** What may be attested, by PyPI's names. */
export const PREDICATE_TYPES = {
  publish: 'https://docs.pypi.org/attestations/publish/v1',
  slsaProvenance: 'https://slsa.dev/provenance/v1',
} as const;

/** Of provenance documents, as PyPI serves them. */
export const PROVENANCE_MEDIA_TYPE = 'application/vnd.pypi.integrity.v1+json';

/** PyPI takes at most one of each predicate type with a file. */
export const MOST_ATTESTATIONS = 2;

/** A JSON object of somebody else's making, passed on as it is. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An attestation object. Keys beyond these may be there, and stay. */
export interface Attestation {
  readonly version: 1;
  readonly verification_material: {
    /** Base64 of the signing certificate in DER. */
    readonly certificate: string;
    /** Entries of Rekor in the JSON of Sigstore's `TransparencyLogEntry`; one at least. */
    readonly transparency_entries: readonly JsonObject[];
  };
  readonly envelope: {
    /** Base64 of the in-toto statement, JSON. */
    readonly statement: string;
    /** Base64 of the ECDSA signature in DER. */
    readonly signature: string;
  };
}

/** Who published: the kind of trusted publisher (`GitHub`), its claims, and what the kind adds. */
export interface AttestationPublisher extends JsonObject {
  readonly kind: string;
}

/** All attestations of one signing identity. */
export interface AttestationBundle {
  readonly publisher: AttestationPublisher;
  readonly attestations: readonly Attestation[];
}

/** What an index serves as the provenance of a file. */
export interface Provenance {
  readonly version: 1;
  readonly attestation_bundles: readonly AttestationBundle[];
}

/** The claim inside an attestation. */
export interface AttestationStatement {
  readonly subject: {
    /** A file name. */
    readonly name: string;
    /** Lower-case hex. */
    readonly sha256: string;
  };
  readonly predicateType: string;
  /** What the predicate type defines; absent or null for publish attestations. */
  readonly predicate?: unknown;
}
