/**
 * What is signed: an in-toto statement in a DSSE envelope.
 *
 * Specifications: in-toto Attestation Framework, Statement v1; DSSE 1.0 ("PAE"); PEP 740, "Attestation statement and
 * signature generation". https://packaging.python.org/specifications/index-hosted-attestations/
 */
import {
  ATTESTATION_PAYLOAD_TYPE,
  PREDICATE_TYPES,
  STATEMENT_TYPE,
  type AttestationStatement,
} from './attestation-model.ts';
import { listOf, malformed, parseJson, tableOf, textOf } from './attestation-read.ts';
import { excerpt } from './excerpt.ts';

/** Characters; SLSA provenance is some 10,000. */
const LONGEST_STATEMENT = 1 << 20;
/** More than one are refused; this many are counted. */
const MOST_SUBJECTS = 1000;

/** The statement that a publish attestation makes of a file, as the bytes to sign. */
export function publishStatement(subject: AttestationStatement['subject']): Uint8Array {
  return Buffer.from(
    JSON.stringify({
      _type: STATEMENT_TYPE,
      subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
      predicateType: PREDICATE_TYPES.publish,
      predicate: null,
    }),
  );
}

/**
 * Reads a statement; what it says is not judged, besides that it is about one file.
 * @throws WheelworksError `attestation/malformed`, `attestation/too-large`, `attestation/subjects` unless there is one.
 */
export function parseStatement(bytes: Uint8Array): AttestationStatement {
  const statement = tableOf(parseJson(utf8Of(bytes), LONGEST_STATEMENT), 'the statement');
  if (statement['_type'] !== STATEMENT_TYPE)
    throw malformed('the statement is not of in-toto v1', excerpt(String(statement['_type'])));
  const subjects = listOf(statement['subject'], 'subject', MOST_SUBJECTS);
  const [only] = subjects;
  if (subjects.length !== 1)
    throw malformed(
      'the statement must be about exactly one file',
      `${subjects.length} subjects`,
      'attestation/subjects',
    );
  const subject = tableOf(only, 'the subject');
  const sha256 = textOf(tableOf(subject['digest'], 'digest')['sha256'], 'digest.sha256');
  if (!/^[0-9a-fA-F]{64}$/.test(sha256))
    throw malformed('digest.sha256 is no SHA-256 in hex', excerpt(sha256));
  return {
    subject: {
      name: textOf(subject['name'], 'the name of the subject'),
      sha256: sha256.toLowerCase(),
    },
    predicateType: textOf(statement['predicateType'], 'predicateType'),
    ...('predicate' in statement ? { predicate: statement['predicate'] } : {}),
  };
}

/** The bytes that the signature is over: DSSE's pre-authentication encoding. */
export function preAuthEncoding(payload: Uint8Array): Uint8Array {
  const type = ATTESTATION_PAYLOAD_TYPE;
  const head = `DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}

function utf8Of(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('the statement is not UTF-8');
  }
}
