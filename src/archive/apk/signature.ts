/**
 * Signatures of apk: a block of a version, the hash that the database was digested with, the first half of an identity
 * of the key, and the signature itself. What is signed is the schema, those eighteen bytes and the digest.
 */
import { createHash, verify, type KeyObject } from 'node:crypto';
import { derChildren, readDer } from '../../support/der.ts';
import { SCHEMA_NUMBERS, type ApkSchema } from './container.ts';

/** The number that apk gives to SHA-512. */
const SHA512 = 4;
const KEY_ID_SIZE = 16;
const HEADER_SIZE = 2 + KEY_ID_SIZE;

/** What is signed and what signs it. */
export interface ApkSigning {
  readonly schema: ApkSchema;
  readonly payload: Uint8Array;
  readonly publicKey: KeyObject;
}

/**
 * Makes the content of a signature block.
 * @param sign makes the signature of a message with SHA-512, in DER
 */
export function signatureBlock(
  signing: ApkSigning,
  sign: (message: Uint8Array) => Uint8Array,
): Uint8Array {
  const header = Buffer.concat([Buffer.from([0, SHA512]), apkKeyId(signing.publicKey)]);
  return Buffer.concat([header, sign(signedMessage(signing, header))]);
}

/** Whether a block is a true signature by this key; one by another key, or of another form, is none. */
export function verifySignatureBlock(block: Uint8Array, signing: ApkSigning): boolean {
  const id = keyIdOf(block);
  if (id === undefined || !id.equals(apkKeyId(signing.publicKey))) return false;
  const message = signedMessage(signing, block.subarray(0, HEADER_SIZE));
  try {
    return verify('sha512', message, signing.publicKey, block.subarray(HEADER_SIZE));
  } catch {
    // OpenSSL throws for some malformed signatures.
    return false;
  }
}

/** The identity of the key that a block says it is made with; undefined for a form of block that is not known. */
export function keyIdOf(block: Uint8Array): Buffer | undefined {
  if (block.length <= HEADER_SIZE || block[0] !== 0 || block[1] !== SHA512) return undefined;
  return Buffer.from(block.subarray(2, HEADER_SIZE));
}

/** The sixteen bytes that name a public key: from the digest of its point, or of its PKCS #1 form for RSA. */
export function apkKeyId(publicKey: KeyObject): Buffer {
  return createHash('sha512').update(keyBits(publicKey)).digest().subarray(0, KEY_ID_SIZE);
}

/** The key without what says of which kind it is: the bit string of SubjectPublicKeyInfo (RFC 5280, 4.1.2.7). */
function keyBits(publicKey: KeyObject): Uint8Array {
  const code = 'apk/bad-key';
  const [, bits] = derChildren(
    readDer(publicKey.export({ type: 'spki', format: 'der' }), { code }),
    { code },
  );
  // The first byte counts unused bits, of which a key has none.
  return bits?.content.subarray(1) ?? new Uint8Array(0);
}

function signedMessage({ schema, payload }: ApkSigning, header: Uint8Array): Uint8Array {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(SCHEMA_NUMBERS[schema]);
  return Buffer.concat([number, header, createHash('sha512').update(payload).digest()]);
}
