import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  deflatedSize,
  openZip,
  streamPositions,
  type ZipArchive,
} from '../../../src/archive/zip/index.ts';
import { openBytes } from '../../../src/support/random-access.ts';
import { buildZip, type MemberSpec } from '../../support/zip-builder.ts';

async function archiveOf(...members: readonly MemberSpec[]): Promise<ZipArchive> {
  return openZip(openBytes(buildZip({ members: [...members] }), 'a.zip'));
}

/** Two megabytes that compress to a quarter or so, the second one better than the first. */
function content(): Uint8Array {
  const bytes = new Uint8Array(2 << 20);
  let state = 1;
  for (let index = 0; index < bytes.length; index += 1) {
    state = (state * 1_103_515_245 + 12_345) & 0x7fff_ffff;
    bytes[index] = index < bytes.length / 2 ? (state >> 16) & 0x1f : (state >> 16) & 1;
  }
  return bytes;
}

async function collect(
  archive: ZipArchive,
): Promise<{ readonly bytes: Buffer; readonly ends: readonly (readonly [number, number])[] }> {
  const pieces: Uint8Array[] = [];
  const ends: [number, number][] = [];
  let size = 0;
  const [entry] = archive.entries;
  if (entry === undefined) throw new Error('no member');
  for await (const { bytes, compressedEnd } of streamPositions(archive, entry)) {
    pieces.push(bytes.slice());
    size += bytes.length;
    ends.push([size, compressedEnd]);
  }
  return { bytes: Buffer.concat(pieces), ends };
}

describe('positions', () => {
  it.each([0, 8])('method %d: the content, and where it lies', async (method) => {
    const bytes = content();
    const archive = await archiveOf({ name: 'a', content: bytes, method });
    const got = await collect(archive);
    expect(got.bytes.equals(bytes)).toBe(true);
    expect(got.ends.at(-1)).toEqual([bytes.length, archive.entries[0]?.compressedSize]);
    // The first half alone takes what stands at its end.
    const half = got.ends.findLast(([size]) => size <= bytes.length / 2)?.[1] ?? 0;
    const alone =
      method === 0 ? bytes.length / 2 : deflateRawSync(bytes.subarray(0, 1 << 20)).length;
    expect(Math.abs(half - alone)).toBeLessThan(2048);
  });

  it('refuses what `read` refuses', async () => {
    const bytes = content();
    const data = deflateRawSync(bytes);
    const cut = await archiveOf({
      name: 'a',
      content: bytes,
      data: data.subarray(0, data.length - 5),
    });
    await expect(collect(cut)).rejects.toMatchObject({ code: 'zip/corrupt-data' });
    const trailing = await archiveOf({
      name: 'a',
      content: bytes,
      data: Buffer.concat([data, new Uint8Array(100_000)]),
    });
    await expect(collect(trailing)).rejects.toMatchObject({ code: 'zip/corrupt-data' });
    const flipped = data.slice();
    flipped[data.length >> 1] = (flipped[data.length >> 1] ?? 0) ^ 0x55;
    const wrong = await archiveOf({ name: 'a', content: bytes, data: flipped });
    await expect(collect(wrong)).rejects.toMatchObject({
      code: expect.stringMatching(/^zip\/(?:corrupt-data|crc-mismatch)$/) as string,
    });
  });

  it('can be left early', async () => {
    const archive = await archiveOf({ name: 'a', content: content() });
    const [entry] = archive.entries;
    if (entry === undefined) throw new Error('no member');
    let count = 0;
    for await (const piece of streamPositions(archive, entry)) {
      count += piece.bytes.length;
      if (count > 100_000) break;
    }
    expect(count).toBeLessThan(1 << 20);
  });
});

describe('the deflated size', () => {
  it('is that of one stream, whatever the pieces', async () => {
    const bytes = content();
    async function* inPieces(length: number): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
    }
    const options = { level: 6, concurrency: 2 };
    const sizes = [await deflatedSize(inPieces(10_007), options)];
    sizes.push(await deflatedSize(inPieces(1 << 20), options));
    sizes.push(await deflatedSize(inPieces(3 << 20), options));
    expect(new Set(sizes).size).toBe(1);
    const whole = deflateRawSync(bytes).length;
    expect(Math.abs((sizes[0] ?? 0) - whole)).toBeLessThan(whole / 50);
  });
});
