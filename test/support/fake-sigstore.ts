/** A certificate authority and a log that behave like Fulcio and Rekor, for tests; nothing that they say is true. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { Attestation } from '../../src/packaging/attestation.ts';
import { preAuthEncoding } from '../../src/packaging/attestation-statement.ts';
import { sha256 } from '../../src/support/hash.ts';
import { bits, der, integer, octets, oid, sequence, time, utf8 } from './der-writer.ts';

export interface CertificateWish {
  readonly publicKey: KeyObject;
  /** Unix seconds; it is valid for ten minutes from then. */
  readonly from: number;
  readonly uri?: string;
  readonly issuer?: string;
  /** More extensions, in DER; put as they are. */
  readonly extensions?: readonly Buffer[];
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const WORKFLOW = 'https://github.com/octo/demo/.github/workflows/publish.yml@refs/tags/v1';
const GITHUB = 'https://token.actions.githubusercontent.com';

/** A certificate as Fulcio issues them: no subject, the identity in extensions. */
export function issueCertificate(wish: CertificateWish, caKey: KeyObject): Buffer {
  const { publicKey, from, uri = WORKFLOW, issuer = GITHUB, extensions = [] } = wish;
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    sequence(der(0x31, sequence(oid('2.5.4.3'), utf8('fake-intermediate')))),
    sequence(time(from), time(from + 600)),
    sequence(),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        extension('2.5.29.17', sequence(der(0x86, Buffer.from(uri)))),
        fulcioText(1, issuer),
        extension('1.3.6.1.4.1.57264.1.8', utf8(issuer)),
        extension('1.3.6.1.4.1.57264.1.12', utf8('https://github.com/octo/demo')),
        extension('1.3.6.1.4.1.57264.1.14', utf8('refs/tags/v1')),
        extension('1.3.6.1.4.1.57264.1.18', utf8(uri)),
        ...extensions,
      ),
    ),
  );
  return sequence(body, ECDSA_SHA256, bits(sign('sha256', body, caKey)));
}

export function extension(id: string, value: Uint8Array): Buffer {
  return sequence(oid(id), octets(value));
}

function fulcioText(number: number, text: string): Buffer {
  return extension(`1.3.6.1.4.1.57264.1.${number}`, Buffer.from(text));
}

/** By hand: OpenSSL makes none of certificates that it cannot read. */
function pemOf(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** The body of a `dsse` 0.0.1 entry, base64. */
export function logBody(statement: Uint8Array, signature: Uint8Array, certificate: Buffer): string {
  const pem = pemOf(certificate);
  return Buffer.from(
    JSON.stringify({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        envelopeHash: { algorithm: 'sha256', value: sha256(statement) },
        payloadHash: { algorithm: 'sha256', value: sha256(statement) },
        signatures: [
          {
            signature: Buffer.from(signature).toString('base64'),
            verifier: Buffer.from(pem).toString('base64'),
          },
        ],
      },
    }),
  ).toString('base64');
}

export const SIGNED_AT = 1_700_000_000;

export interface AttestationWish {
  readonly name?: string;
  readonly sha256?: string;
  /** The whole statement instead. */
  readonly statement?: unknown;
  readonly curve?: string;
  readonly loggedAt?: number;
  readonly extensions?: readonly Buffer[];
}

/** An attestation that holds, unless wished otherwise. */
export function makeAttestation(wish: AttestationWish = {}): Attestation {
  const { name = 'demo-1.0.tar.gz', sha256: digest = sha256('demo') } = wish;
  const key = generateKeyPairSync('ec', { namedCurve: wish.curve ?? 'prime256v1' });
  const ca = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const statement = Buffer.from(
    JSON.stringify(
      wish.statement ?? {
        _type: 'https://in-toto.io/Statement/v1',
        subject: [{ name, digest: { sha256: digest } }],
        predicateType: 'https://docs.pypi.org/attestations/publish/v1',
        predicate: null,
      },
    ),
  );
  const certificate = issueCertificate(
    {
      publicKey: key.publicKey,
      from: SIGNED_AT,
      ...(wish.extensions === undefined ? {} : { extensions: wish.extensions }),
    },
    ca.privateKey,
  );
  const signature = sign('sha256', preAuthEncoding(statement), key.privateKey);
  return {
    version: 1,
    verification_material: {
      certificate: certificate.toString('base64'),
      transparency_entries: [
        {
          logIndex: '1',
          integratedTime: String(wish.loggedAt ?? SIGNED_AT + 5),
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          canonicalizedBody: logBody(statement, signature, certificate),
        },
      ],
    },
    envelope: {
      statement: statement.toString('base64'),
      signature: signature.toString('base64'),
    },
  };
}
