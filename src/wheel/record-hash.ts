/**
 * Hashes as RECORD gives them: which algorithms count, and the digest of a member.
 *
 * Specification: "The hash algorithm must be sha256 or better; specifically, md5, sha1 and sha224 are not permitted"
 * (PEP 427). Names are those of Python's `hashlib.algorithms_guaranteed`.
 */
import { createHash } from 'node:crypto';
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import type { RecordEntry, RecordHash } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';

/** What hashlib calls them, and what OpenSSL does. */
const STRONG: ReadonlyMap<string, string> = new Map([
  ['sha256', 'sha256'],
  ['sha384', 'sha384'],
  ['sha512', 'sha512'],
  ['sha3_256', 'sha3-256'],
  ['sha3_384', 'sha3-384'],
  ['sha3_512', 'sha3-512'],
  ['blake2b', 'blake2b512'],
  ['blake2s', 'blake2s256'],
]);

/** Whether a hash of this algorithm tells a member from every other. */
export function isStrongHash(algorithm: string): boolean {
  return STRONG.has(algorithm.toLowerCase());
}

/** Length of a SHA-256 in base64 without padding. */
const SHA256_LENGTH = 43;

/**
 * The SHA-256 that a row gives for a member of this size; undefined when the row is without one, or its size shows
 * that it is not about this content.
 */
export function rowSha256(row: RecordEntry | undefined, size: number): string | undefined {
  if (row?.hash === undefined || row.size !== size) return undefined;
  const { algorithm, digest } = row.hash;
  return algorithm === 'sha256' && digest.length === SHA256_LENGTH ? digest : undefined;
}

/** Follows content as it is read and compares it with what RECORD says. */
export interface HashCheck {
  update(chunk: Uint8Array): void;
  /** The digest, in URL-safe base64 without padding, and whether it is the expected one. Once. */
  finish(): { readonly digest: string; readonly matches: boolean };
}

/** A check against a hash; undefined for an algorithm that proves nothing. */
export function hashCheck(expected: RecordHash): HashCheck | undefined {
  const algorithm = STRONG.get(expected.algorithm.toLowerCase());
  if (algorithm === undefined) return undefined;
  const hash = createHash(algorithm);
  return {
    update: (chunk) => hash.update(chunk),
    finish: () => {
      const digest = hash.digest('base64url');
      return { digest, matches: digest === expected.digest };
    },
  };
}

/**
 * The SHA-256 (URL-safe base64) of a member's content, and whether the content is the one that `expected` is of; true
 * without one that proves anything.
 * @throws WheelworksError `zip/*` for a damaged member.
 */
export async function digestMember(
  archive: ZipArchive,
  entry: ZipEntry,
  expected: RecordHash | undefined,
): Promise<{ readonly sha256: string; readonly matches: boolean }> {
  const hash = createHash('sha256');
  const check = expected === undefined ? undefined : hashCheck(expected);
  for await (const chunk of archive.stream(entry)) {
    hash.update(chunk);
    check?.update(chunk);
  }
  return { sha256: hash.digest('base64url'), matches: check?.finish().matches ?? true };
}

/**
 * The SHA-256 of a member that must be the one its row of RECORD is of.
 * @throws WheelworksError `wheel/record-mismatch` when it is not, `zip/*` for a damaged member.
 */
export async function recordedDigest(
  archive: ZipArchive,
  entry: ZipEntry,
  row: RecordEntry | undefined,
): Promise<string> {
  const { sha256, matches } = await digestMember(archive, entry, row?.hash);
  if (matches) return sha256;
  throw new WheelworksError(
    'wheel/record-mismatch',
    `${entry.path} is not the file whose hash RECORD gives.`,
    {
      path: `${archive.path}!${entry.path}`,
      evidence: `RECORD size ${row?.size ?? 'none'}, file ${entry.size}`,
      hint: 'The wheel was changed after it was made; writing it anew would hide that. `wheelworks inspect --verify` shows more.',
    },
  );
}
