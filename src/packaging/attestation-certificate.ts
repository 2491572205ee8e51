/**
 * The signing certificate of an attestation and whom it names.
 *
 * Specifications: RFC 5280; Fulcio's extensions below 1.3.6.1.4.1.57264.1,
 * https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
import { X509Certificate } from 'node:crypto';
import { contextTag, DER, derChildren, derOid, readDer, type DerElement } from '../support/der.ts';
import { WheelworksError } from '../support/errors.ts';

/** Whom a certificate names, by its own words; that its authority is to be trusted is another matter. */
export interface CertificateIdentity {
  /** The subject alternative names: a workflow's URI, an e-mail address. */
  readonly names: readonly string[];
  /** Who knew the signer: the issuer of the identity token. */
  readonly issuer?: string;
  /** What Fulcio adds, by the name that it has in `EXTENSIONS`. */
  readonly claims: Readonly<Record<string, string>>;
}

/** A certificate as far as it is needed to judge an attestation. */
export interface SigningCertificate {
  readonly certificate: X509Certificate;
  /** Unix seconds. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly identity: CertificateIdentity;
}

const CODE = { code: 'attestation/certificate' } as const;
const FULCIO = '1.3.6.1.4.1.57264.1.';
const SUBJECT_ALT_NAME = '2.5.29.17';
/** Before 8 the values are bare text, from 8 on UTF8String. */
const ISSUER = 1;
const ISSUER_V2 = 8;

/** Fulcio's extensions by the last number of their OID. */
const EXTENSIONS: Readonly<Record<number, string>> = {
  9: 'build_signer_uri',
  10: 'build_signer_digest',
  11: 'runner_environment',
  12: 'source_repository_uri',
  13: 'source_repository_digest',
  14: 'source_repository_ref',
  15: 'source_repository_identifier',
  16: 'source_repository_owner_uri',
  17: 'source_repository_owner_identifier',
  18: 'build_config_uri',
  19: 'build_config_digest',
  20: 'build_trigger',
  21: 'run_invocation_uri',
  22: 'source_repository_visibility',
  23: 'deployment_environment',
};

/** Bytes; Fulcio's have about 1,800. */
const LARGEST = 64 << 10;

/**
 * Reads a signing certificate.
 * @throws WheelworksError `attestation/certificate` for what is none, for an extension that is malformed or there twice.
 */
export function readCertificate(der: Uint8Array): SigningCertificate {
  if (der.length > LARGEST)
    throw new WheelworksError('attestation/certificate', 'The certificate is too large.', {
      evidence: `${der.length} bytes`,
    });
  const extensions = extensionsOf(der);
  const certificate = openCertificate(der);
  return {
    certificate,
    notBefore: secondsOf(certificate.validFrom),
    notAfter: secondsOf(certificate.validTo),
    identity: identityOf(extensions),
  };
}

function openCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw new WheelworksError('attestation/certificate', 'The certificate cannot be read.', {
      evidence: error instanceof Error ? error.message : '',
      cause: error,
    });
  }
}

/** Values of extensions by OID (RFC 5280 4.1: the last part of TBSCertificate, `[3]`). */
function extensionsOf(der: Uint8Array): ReadonlyMap<string, DerElement> {
  const [body] = derChildren(readDer(der, CODE), CODE);
  const wrapped = body && derChildren(body, CODE).find(({ tag }) => tag === contextTag(3));
  const [list] = wrapped === undefined ? [] : derChildren(wrapped, CODE);
  const found = new Map<string, DerElement>();
  for (const extension of list === undefined ? [] : derChildren(list, CODE)) {
    const [id, ...rest] = derChildren(extension, CODE);
    const value = rest.at(-1);
    if (id === undefined || value?.tag !== DER.octetString)
      throw new WheelworksError('attestation/certificate', 'An extension is malformed.');
    const oid = derOid(id, CODE);
    // RFC 5280 4.2 forbids it, and readers would disagree which counts.
    if (found.has(oid))
      throw new WheelworksError('attestation/certificate', 'An extension is there twice.', {
        evidence: oid,
      });
    found.set(oid, value);
  }
  return found;
}

function identityOf(extensions: ReadonlyMap<string, DerElement>): CertificateIdentity {
  const value = (number: number): string | undefined => {
    const found = extensions.get(`${FULCIO}${number}`);
    if (found === undefined) return undefined;
    return number < ISSUER_V2 ? textOf(found) : wrappedText(found);
  };
  const issuer = value(ISSUER_V2) ?? value(ISSUER);
  const claims = Object.entries(EXTENSIONS).flatMap(([number, name]) => {
    const text = value(Number(number));
    return text === undefined ? [] : [[name, text]];
  });
  return {
    names: namesOf(extensions.get(SUBJECT_ALT_NAME)),
    ...(issuer === undefined ? {} : { issuer }),
    claims: Object.fromEntries(claims),
  };
}

/** GeneralName: rfc822Name, dNSName and uniformResourceIdentifier are text under these tags (RFC 5280 4.2.1.6). */
const NAME_TAGS = [0x81, 0x82, 0x86];

function namesOf(extension: DerElement | undefined): readonly string[] {
  if (extension === undefined) return [];
  return derChildren(readDer(extension.content, CODE), CODE)
    .filter(({ tag }) => NAME_TAGS.includes(tag))
    .map(textOf);
}

function wrappedText(extension: DerElement): string {
  const value = readDer(extension.content, CODE);
  if (value.tag !== DER.utf8String)
    throw new WheelworksError('attestation/certificate', 'An extension of Fulcio is no text.');
  return textOf(value);
}

function textOf({ content }: DerElement): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new WheelworksError('attestation/certificate', 'A text of the certificate is not UTF-8.');
  }
}

/** Node gives `Dec  4 23:14:01 2024 GMT`. */
function secondsOf(text: string): number {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds))
    throw new WheelworksError('attestation/certificate', 'The validity cannot be read.', {
      evidence: text,
    });
  return milliseconds / 1000;
}
