import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip } from '../../../src/archive/tar/index.ts';
import { collect, stream } from './tar-bytes.ts';

const TEXT = Buffer.from('some text that is worth compressing, '.repeat(5000));

function unpack(bytes: Uint8Array, chunkSize?: number): Promise<Buffer> {
  return collect(gunzip(stream(bytes, chunkSize), 'a.tar.gz'));
}

describe('gunzip', () => {
  it.each([1, 10, 4096, 1 << 20])('unpacks in chunks of %d bytes', async (chunkSize) => {
    expect((await unpack(gzipSync(TEXT), chunkSize)).equals(TEXT)).toBe(true);
  });

  it.each([1, 17, 1 << 20])(
    'takes members that follow each other for one, in chunks of %d',
    async (chunkSize) => {
      const members = Buffer.concat([gzipSync('one '), gzipSync(''), gzipSync('two')]);
      expect((await unpack(members, chunkSize)).toString()).toBe('one two');
    },
  );

  it.each([1, 1000, 1 << 20])(
    'lets zeros behind the end be, in chunks of %d',
    async (chunkSize) => {
      const padded = Buffer.concat([gzipSync('text'), Buffer.alloc(3000)]);
      expect((await unpack(padded, chunkSize)).toString()).toBe('text');
    },
  );

  it('closes its source when it is left', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      try {
        for (;;) yield gzipSync(TEXT);
      } finally {
        closed = true;
      }
    }
    for await (const _ of gunzip(source(), 'x')) break;
    // The source is told in the next turns of the event loop.
    await expect.poll(() => closed).toBe(true);
  });

  it('passes on what its source throws', async () => {
    async function* source(): AsyncGenerator<Uint8Array, void, undefined> {
      yield gzipSync(TEXT).subarray(0, 20);
      throw new Error('the network broke');
    }
    await expect(collect(gunzip(source(), 'x'))).rejects.toThrow('the network broke');
  });

  it('lets small files be as compressible as they like', async () => {
    const zeros = Buffer.alloc(20 << 20);
    expect((await unpack(gzipSync(zeros))).length).toBe(zeros.length);
  });
});
