import { blake2b } from '@noble/hashes/blake2.js';

/** A BLAKE2b (RFC 7693) with a 32-byte digest that is fed piece by piece; PyPI calls it `blake2_256`. */
export interface Blake2b256 {
  update(bytes: Uint8Array): void;
  /** Hexadecimal; once. */
  digest(): string;
}

/**
 * Node offers BLAKE2b with 64-byte digests only, and a shorter one is not a prefix of it. This one is JavaScript and
 * an order of magnitude slower than the SHA-256 beside it, so it is made only where an index wants it.
 */
export function createBlake2b256(): Blake2b256 {
  const hash = blake2b.create({ dkLen: 32 });
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => Buffer.from(hash.digest()).toString('hex'),
  };
}

/** Hexadecimal BLAKE2b-256 of bytes in memory. */
export function blake2b256(bytes: Uint8Array): string {
  const hash = createBlake2b256();
  hash.update(bytes);
  return hash.digest();
}
