/**
 * Entries of Rekor, as far as they can be judged without its key.
 *
 * Specification: the JSON of Sigstore's `TransparencyLogEntry` (protobuf-specs 0.5); bodies of the kind `dsse`, versions
 * 0.0.1 (Rekor 1) and 0.0.2 (Rekor 2). https://github.com/sigstore/rekor/tree/main/types/dsse
 */
import { X509Certificate } from 'node:crypto';
import { sha256 } from '../support/hash.ts';
import { decodeBase64, parseJson, tableOf } from './attestation-read.ts';
import type { Attestation, JsonObject } from './attestation-model.ts';

/** Whether the body of an entry names the parts of this attestation. */
export type LogMatch = 'same' | 'other' | 'unknown-kind';

/** Unix seconds at which the log took the entry in, as the entry says; undefined where it does not, as in Rekor 2. */
export function integratedTime(entry: JsonObject): number | undefined {
  const value = entry['integratedTime'];
  const seconds = typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && seconds > 0
    ? seconds
    : undefined;
}

/**
 * Compares what was logged with the attestation: hash of the statement, signature, certificate.
 * @throws WheelworksError `attestation/malformed` for a body that is none.
 */
export function matchLogEntry(entry: JsonObject, attestation: Attestation): LogMatch {
  const text = entry['canonicalizedBody'];
  if (typeof text !== 'string') return 'unknown-kind';
  const bytes = decodeBase64(text, 'canonicalizedBody');
  const body = tableOf(parseJson(Buffer.from(bytes).toString(), LONGEST_BODY), 'the log entry');
  const logged = loggedParts(body);
  if (logged === undefined) return 'unknown-kind';
  const { envelope, verification_material: material } = attestation;
  const isSame =
    logged.payloadHash === sha256(Buffer.from(envelope.statement, 'base64')) &&
    logged.signatures.some(
      ({ signature, certificate }) =>
        signature === envelope.signature && certificate === material.certificate,
    );
  return isSame ? 'same' : 'other';
}

/** Characters. */
const LONGEST_BODY = 1 << 20;

interface Logged {
  /** Hex. */
  readonly payloadHash: unknown;
  /** Both base64, the certificate's of its DER. */
  readonly signatures: readonly { readonly signature: unknown; readonly certificate: unknown }[];
}

function loggedParts(body: JsonObject): Logged | undefined {
  if (body['kind'] !== 'dsse') return undefined;
  const spec = objectIn(body, 'spec');
  if (body['apiVersion'] === '0.0.1') {
    return {
      payloadHash: objectIn(spec, 'payloadHash')['value'],
      signatures: objectsIn(spec, 'signatures').map(({ signature, verifier }) => ({
        signature,
        certificate: derOfPem(verifier),
      })),
    };
  }
  if (body['apiVersion'] !== '0.0.2') return undefined;
  const parts = objectIn(spec, 'dsseV002');
  const { digest } = objectIn(parts, 'payloadHash');
  return {
    payloadHash: typeof digest === 'string' ? Buffer.from(digest, 'base64').toString('hex') : '',
    signatures: objectsIn(parts, 'signatures').map((each) => ({
      signature: each['content'],
      certificate: objectIn(objectIn(each, 'verifier'), 'x509Certificate')['rawBytes'],
    })),
  };
}

function objectIn(table: JsonObject, key: string): JsonObject {
  return tableOf(table[key] ?? {}, key);
}

function objectsIn(table: JsonObject, key: string): readonly JsonObject[] {
  const list = table[key];
  return Array.isArray(list)
    ? list.slice(0, MOST_SIGNATURES).map((each) => tableOf(each, key))
    : [];
}

const MOST_SIGNATURES = 8;

function derOfPem(base64: unknown): string | undefined {
  if (typeof base64 !== 'string') return undefined;
  try {
    return new X509Certificate(Buffer.from(base64, 'base64')).raw.toString('base64');
  } catch {
    return undefined;
  }
}
