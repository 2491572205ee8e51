/**
 * What an attestation proves by itself, without any root of trust: that it fits the file, and fits together.
 *
 * Specification: PEP 740, "Attestation verification", less its second point.
 * https://packaging.python.org/specifications/index-hosted-attestations/
 */
import { verify, type KeyObject, type X509Certificate } from 'node:crypto';
import { WheelworksError, type ErrorCode } from '../support/errors.ts';
import {
  readCertificate,
  type CertificateIdentity,
  type SigningCertificate,
} from './attestation-certificate.ts';
import { integratedTime, matchLogEntry } from './attestation-log.ts';
import {
  MOST_ATTESTATIONS,
  PREDICATE_TYPES,
  type Attestation,
  type AttestationStatement,
  type JsonObject,
} from './attestation-model.ts';
import { isSameDistribution } from './attestation-subject.ts';
import { parseStatement, preAuthEncoding } from './attestation-statement.ts';

/** The file that an attestation came with. */
export interface AttestedFile {
  readonly filename: string;
  /** Hex. */
  readonly sha256: string;
}

/** One thing that was looked at. */
export interface AttestationCheck {
  readonly what: CheckName;
  readonly outcome: 'proven' | 'failed' | 'not-proven';
  /** For people; with `failed` it says why. */
  readonly message: string;
  /** Of a failure. */
  readonly code?: ErrorCode;
  readonly evidence?: string;
}

/** In the order in which they are looked at. */
export type CheckName =
  | 'statement'
  | 'predicate'
  | 'name'
  | 'digest'
  | 'certificate'
  | 'signature'
  | 'log-time'
  | 'log-entry'
  | 'trust';

/** What was proven, what failed, and what nobody looked at. */
export interface AttestationReport {
  /** Whether nothing failed. It does not say that the signer is who the certificate says: see `trust`. */
  readonly ok: boolean;
  readonly checks: readonly AttestationCheck[];
  /** Absent when the statement cannot be read. */
  readonly statement?: AttestationStatement;
  /** What the certificate says of its owner; absent when it cannot be read. */
  readonly identity?: CertificateIdentity;
}

/** Judges one attestation of a file. It never throws for what the attestation holds. */
export function verifyAttestation(attestation: Attestation, file: AttestedFile): AttestationReport {
  const checks: AttestationCheck[] = [];
  const statementBytes = Buffer.from(attestation.envelope.statement, 'base64');
  const statement = attempt(checks, 'statement', () => parseStatement(statementBytes));
  if (statement !== undefined) checks.push(...statementChecks(statement, file));
  const der = Buffer.from(attestation.verification_material.certificate, 'base64');
  const certificate = attempt(checks, 'certificate', () => readCertificate(der));
  if (certificate !== undefined) {
    checks.push(signatureCheck(attestation, certificate), timeCheck(attestation, certificate));
    checks.push(logCheck(attestation));
  }
  checks.push(TRUST);
  return {
    ok: checks.every(({ outcome }) => outcome !== 'failed'),
    checks,
    ...(statement === undefined ? {} : { statement }),
    ...(certificate === undefined ? {} : { identity: certificate.identity }),
  };
}

/**
 * Judges all attestations of a file, as PyPI does at upload: at most one of each predicate type.
 * @throws WheelworksError `attestation/none`, `attestation/too-many`, `attestation/same-predicate`, and of what failed
 * first in one of them: `attestation/malformed`, `-/subjects`, `-/predicate`, `-/other-file`, `-/digest`,
 * `-/certificate`, `-/signature`, `-/log-time`, `-/log-entry`.
 */
export function requireAttestations(
  attestations: readonly Attestation[],
  file: AttestedFile,
): readonly AttestationReport[] {
  if (attestations.length === 0)
    throw new WheelworksError('attestation/none', `There is no attestation of ${file.filename}.`);
  if (attestations.length > MOST_ATTESTATIONS)
    throw new WheelworksError('attestation/too-many', 'There are too many attestations.', {
      evidence: `${attestations.length}, at most ${MOST_ATTESTATIONS} are taken`,
    });
  const reports = attestations.map((attestation) => requireAttestation(attestation, file));
  const types = reports.map(({ statement }) => statement?.predicateType);
  if (new Set(types).size !== types.length)
    throw new WheelworksError(
      'attestation/same-predicate',
      'Two attestations say the same thing.',
      {
        hint: 'Give one for each predicate type.',
      },
    );
  return reports;
}

/** The same for one, which must not fail. */
export function requireAttestation(
  attestation: Attestation,
  file: AttestedFile,
): AttestationReport {
  const report = verifyAttestation(attestation, file);
  const failure = report.checks.find(({ outcome }) => outcome === 'failed');
  if (failure === undefined) return report;
  const { code = 'attestation/malformed', message, evidence } = failure;
  throw new WheelworksError(code, message, evidence === undefined ? {} : { evidence });
}

const TRUST: AttestationCheck = {
  what: 'trust',
  outcome: 'not-proven',
  message:
    'No trust root was consulted: that the certificate is of Sigstore, and that its log has the entry, is not proven.',
};

function statementChecks(
  statement: AttestationStatement,
  file: AttestedFile,
): readonly AttestationCheck[] {
  const { subject, predicateType } = statement;
  const types: readonly string[] = Object.values(PREDICATE_TYPES);
  return [
    types.includes(predicateType)
      ? proven('predicate', `It is of the type ${predicateType}.`)
      : failed('predicate', 'It is of a predicate type that no index takes.', predicateType),
    isSameDistribution(subject.name, file.filename)
      ? proven('name', `It is about ${file.filename}.`)
      : failed('name', 'It is about a file of another name.', subject.name),
    subject.sha256 === file.sha256.toLowerCase()
      ? proven('digest', 'It is about these bytes (SHA-256).')
      : failed('digest', 'It is about other bytes than these.', `sha256 ${subject.sha256}`),
  ];
}

function signatureCheck(
  attestation: Attestation,
  { certificate }: SigningCertificate,
): AttestationCheck {
  const key = signingKey(certificate);
  if (key === undefined)
    return failed('signature', 'The key of the certificate is not of ECDSA on P-256.');
  const { statement, signature } = attestation.envelope;
  const isValid = verify(
    'sha256',
    preAuthEncoding(Buffer.from(statement, 'base64')),
    key,
    Buffer.from(signature, 'base64'),
  );
  return isValid
    ? proven('signature', 'The key of the certificate has signed it.')
    : failed('signature', 'The signature is not of the key in the certificate.');
}

/** PEP 740 ties version 1 to one suite: any other key is none. */
function signingKey(certificate: X509Certificate): KeyObject | undefined {
  try {
    const key = certificate.publicKey;
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined;
  } catch {
    // OpenSSL cannot read keys of algorithms that it does not have.
    return undefined;
  }
}

/** PEP 740: the inclusion time of each entry must lie within the validity of the certificate. */
function timeCheck(attestation: Attestation, certificate: SigningCertificate): AttestationCheck {
  const entries = attestation.verification_material.transparency_entries;
  const times = entries.map(integratedTime).filter((time) => time !== undefined);
  const { notBefore, notAfter } = certificate;
  const outside = times.find((time) => time < notBefore || time > notAfter);
  if (outside !== undefined)
    return failed(
      'log-time',
      'It was logged while the certificate was not valid.',
      `logged ${iso(outside)}, valid ${iso(notBefore)} to ${iso(notAfter)}`,
    );
  if (times.length === entries.length)
    return proven(
      'log-time',
      'The times of its log entries are within the validity of the certificate.',
    );
  const { timestamps } = attestation.verification_material as JsonObject;
  return Array.isArray(timestamps) && timestamps.length > 0
    ? unproven('log-time', 'Its log entries tell no time; signed timestamps are not read.')
    : failed('log-time', 'A log entry does not tell when it was made.');
}

function logCheck(attestation: Attestation): AttestationCheck {
  const entries = attestation.verification_material.transparency_entries;
  const matches = entries.map((entry) => {
    try {
      return matchLogEntry(entry, attestation);
    } catch (error) {
      if (error instanceof WheelworksError) return 'other';
      throw error;
    }
  });
  if (matches.includes('other'))
    return failed('log-entry', 'A log entry is of another attestation.');
  return matches.includes('unknown-kind')
    ? unproven('log-entry', 'A log entry is of a kind that is not read.')
    : proven('log-entry', 'Its log entries name this statement, signature and certificate.');
}

function attempt<Value>(
  checks: AttestationCheck[],
  what: 'statement' | 'certificate',
  read: () => Value,
): Value | undefined {
  try {
    const value = read();
    checks.push(
      proven(
        what,
        what === 'statement' ? 'It is a statement about one file.' : 'It has a certificate.',
      ),
    );
    return value;
  } catch (error) {
    if (!(error instanceof WheelworksError)) throw error;
    checks.push({ ...failed(what, error.message, error.evidence), code: error.code });
    return undefined;
  }
}

function proven(what: CheckName, message: string): AttestationCheck {
  return { what, outcome: 'proven', message };
}

function unproven(what: CheckName, message: string): AttestationCheck {
  return { what, outcome: 'not-proven', message };
}

/** The code of each failure; those of statement and certificate come from their readers. */
const CODES: Readonly<Record<CheckName, ErrorCode>> = {
  statement: 'attestation/malformed',
  predicate: 'attestation/predicate',
  name: 'attestation/other-file',
  digest: 'attestation/digest',
  certificate: 'attestation/certificate',
  signature: 'attestation/signature',
  'log-time': 'attestation/log-time',
  'log-entry': 'attestation/log-entry',
  trust: 'attestation/certificate',
};

function failed(what: CheckName, message: string, evidence?: string): AttestationCheck {
  return {
    what,
    outcome: 'failed',
    code: CODES[what],
    message,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
