/**
 * ECDSA over P-256 whose signatures depend on the key and the message alone, so that a feed made twice is the same twice.
 *
 * Specification: RFC 6979, 3.2; FIPS 186-5, 6.4. The multiplication of the point is OpenSSL's; the arithmetic left is not
 * guarded against whoever can measure this process.
 */
import { createECDH, createHash, createHmac, type KeyObject } from 'node:crypto';

/** The order of the group, of 256 bits. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const SIZE = 32;

/** The signature of a message with SHA-512, in DER, by a private key on P-256. */
export function signDeterministic(message: Uint8Array, privateKey: KeyObject): Uint8Array {
  const secret = toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
  // The leftmost bits of the hash, as many as the order has.
  const hash = toNumber(createHash('sha512').update(message).digest().subarray(0, SIZE)) % ORDER;
  for (const nonce of nonces(secret, hash)) {
    const r = pointX(nonce) % ORDER;
    const s = (inverse(nonce) * (hash + r * secret)) % ORDER;
    if (r !== 0n && s !== 0n) return derSignature(r, s);
  }
  throw new Error('unreachable: nonces do not end');
}

/** Candidates for the nonce (RFC 6979, 3.2 b to h), each below the order; all but the first are never needed. */
function* nonces(secret: bigint, hash: bigint): Generator<bigint, void, undefined> {
  const seed = Buffer.concat([toBytes(secret), toBytes(hash)]);
  let value: Buffer = Buffer.alloc(64, 1);
  let key: Buffer = Buffer.alloc(64, 0);
  const step = (tag: number, data: Uint8Array): void => {
    key = hmac(key, Buffer.concat([value, Buffer.from([tag]), data]));
    value = hmac(key, value);
  };
  step(0, seed);
  step(1, seed);
  for (;;) {
    value = hmac(key, value);
    const candidate = toNumber(value.subarray(0, SIZE));
    if (candidate > 0n && candidate < ORDER) yield candidate;
    step(0, new Uint8Array(0));
  }
}

function hmac(key: Uint8Array, data: Uint8Array): Buffer {
  return createHmac('sha512', key).update(data).digest();
}

/** The first coordinate of so many times the base point: what a key exchange makes of a secret. */
function pointX(times: bigint): bigint {
  const exchange = createECDH('prime256v1');
  exchange.setPrivateKey(toBytes(times));
  return toNumber(exchange.getPublicKey().subarray(1, 1 + SIZE));
}

/** By the theorem of Fermat, the order being prime. */
function inverse(value: bigint): bigint {
  let [result, base, exponent] = [1n, value, ORDER - 2n];
  while (exponent > 0n) {
    if ((exponent & 1n) === 1n) result = (result * base) % ORDER;
    base = (base * base) % ORDER;
    exponent >>= 1n;
  }
  return result;
}

/** SEQUENCE of two INTEGERs (RFC 3279, 2.2.3). */
function derSignature(r: bigint, s: bigint): Uint8Array {
  const parts = [r, s].map((value) => {
    const bytes = Buffer.from(toBytes(value));
    const significant = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    const signed =
      (significant[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), significant]) : significant;
    return Buffer.concat([Buffer.from([0x02, signed.length]), signed]);
  });
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([0x30, content.length]), content]);
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`);
}

function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(SIZE * 2, '0'), 'hex');
}
