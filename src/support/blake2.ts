import { createBLAKE2b } from 'hash-wasm';

/** A BLAKE2b (RFC 7693) with a 32-byte digest that is fed piece by piece; PyPI calls it `blake2_256`. */
export interface Blake2b256 {
  update(bytes: Uint8Array): void;
  /** Hexadecimal; once. */
  digest(): string;
}

/**
 * Node offers BLAKE2b with 64-byte digests only, and a shorter one is not a prefix of it. This one is WebAssembly and a
 * third as fast as the SHA-256 beside it, so it is made only where an index wants it.
 */
export async function createBlake2b256(): Promise<Blake2b256> {
  const hash = await createBLAKE2b(256);
  hash.init();
  return {
    update(bytes) {
      hash.update(bytes);
    },
    digest: () => hash.digest('hex'),
  };
}

/** Hexadecimal BLAKE2b-256 of bytes in memory. */
export async function blake2b256(bytes: Uint8Array): Promise<string> {
  const hash = await createBlake2b256();
  hash.update(bytes);
  return hash.digest();
}
