import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzip, gunzipAtOnce, type GunzipLimits } from '../../../src/archive/tar/index.ts';
import { WheelworksError } from '../../../src/support/errors.ts';
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

describe('unpacking at once', () => {
  const atOnce = (bytes: Uint8Array, limits?: GunzipLimits): string => {
    try {
      return gunzipAtOnce(bytes, 'a.tar.gz', limits).toString();
    } catch (error) {
      return error instanceof WheelworksError ? error.code : String(error);
    }
  };
  const inPieces = async (bytes: Uint8Array, limits?: GunzipLimits): Promise<string> => {
    try {
      return (await collect(gunzip(stream(bytes), 'a.tar.gz', limits))).toString();
    } catch (error) {
      return error instanceof WheelworksError ? error.code : String(error);
    }
  };
  const whole = gzipSync(TEXT);
  const lying = Buffer.from(whole);
  lying.writeUInt32LE(3, lying.length - 4);
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(60) ^ 0xff, 60);

  it.each<[string, Uint8Array, GunzipLimits?]>([
    ['a member', whole],
    ['members that follow each other', Buffer.concat([gzipSync('one '), whole, gzipSync('two')])],
    ['zeros behind the end', Buffer.concat([whole, Buffer.alloc(3000)])],
    ['something else behind the end', Buffer.concat([whole, Buffer.from('text')])],
    ['a wrong size at the end', lying],
    ['damage', flipped],
    ['half a file', whole.subarray(0, 200)],
    ['nothing', Buffer.alloc(0)],
    ['no gzip', Buffer.from('PK and more')],
    ['more than may come out', whole, { maxOutput: 1000 }],
    ['more than may come of so few', whole, { ratioFloor: 1000, maxRatio: 2 }],
  ])('gives what unpacking in pieces gives: %s', async (_, bytes, limits) => {
    expect(atOnce(bytes, limits)).toBe(await inPieces(bytes, limits));
  });
});
