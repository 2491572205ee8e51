import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blake2b256, createBlake2b256 } from '../../src/support/blake2.ts';
import { hashFile, sha256, sha256Base64Url } from '../../src/support/hash.ts';
import { scratch } from './scratch.ts';

// Answers of `sha256sum` and of `b2sum -l 256`.
const ABC_SHA256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const ABC_BLAKE2 = 'bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319';
const EMPTY_BLAKE2 = '0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8';

describe('digests of bytes', () => {
  it('agree with the published answers', async () => {
    expect(sha256('abc')).toBe(ABC_SHA256);
    expect(sha256Base64Url('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU');
    expect(await blake2b256(Buffer.from('abc'))).toBe(ABC_BLAKE2);
    expect(await blake2b256(new Uint8Array(0))).toBe(EMPTY_BLAKE2);
  });

  it('take text as UTF-8', () => {
    expect(sha256('é')).toBe(sha256(Uint8Array.from([0xc3, 0xa9])));
  });

  it('do not depend on the pieces', async () => {
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => (index * 7) % 256);
    const hash = await createBlake2b256();
    for (let start = 0; start < bytes.length; start += 129)
      hash.update(bytes.subarray(start, start + 129));
    expect(hash.digest()).toBe(await blake2b256(bytes));
  });
});

describe('hashFile', () => {
  it.skipIf(process.platform === 'win32')(
    'refuses a named pipe without waiting for a writer',
    async () => {
      const path = join(await scratch(), 'pipe');
      execFileSync('mkfifo', [path]);
      await expect(hashFile(path)).rejects.toMatchObject({ code: 'file/not-regular', path });
    },
  );

  it('gives size and SHA-256, and BLAKE2b when asked', async () => {
    const path = join(await scratch(), 'abc');
    await writeFile(path, 'abc');
    expect(await hashFile(path)).toEqual({ size: 3, sha256: ABC_SHA256 });
    expect(await hashFile(path, { blake2: true })).toEqual({
      size: 3,
      sha256: ABC_SHA256,
      blake2b256: ABC_BLAKE2,
    });
  });

  it('goes through a file of many chunks', async () => {
    const path = join(await scratch(), 'large');
    const content = Buffer.alloc(3 * 2 ** 20 + 17, 'wheel');
    await writeFile(path, content);
    const digests = await hashFile(path, { blake2: true });
    expect(digests.size).toBe(content.length);
    expect(digests.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(digests.blake2b256).toBe(await blake2b256(content));
  });

  it('names a file that is not there', async () => {
    await expect(hashFile('/nowhere/file')).rejects.toMatchObject({
      code: 'file/not-found',
      path: '/nowhere/file',
    });
  });
});
