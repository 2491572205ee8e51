import { describe, expect, it } from 'vitest';
import {
  encodeChunkHeader,
  parseChunkHeader,
  parsePart,
  parseSplit,
  printPart,
  printSplit,
  type PartDescription,
  type SplitDescription,
} from '../../../src/wheel/split/index.ts';

const sha = 'ab'.repeat(32);

const split: SplitDescription = {
  original: { filename: 'pkg-1.0-cp312-cp312-linux_x86_64.whl', size: 9, sha256: sha },
  maxSize: 100,
  choices: { byPath: ['pkg/libbig.so'] },
  parts: [{ distribution: 'pkg-part1', filename: 'pkg_part1-1.0-py3-none-any.whl', sha256: sha }],
  chunked: [
    {
      path: 'pkg/_big.so',
      size: 5,
      sha256: sha,
      originalMethod: 'deflated',
      crc32: 1,
      chunks: [
        { distribution: null, path: 'pkg_cache/chunk-0.wwpart', size: 70, sha256: sha },
        { distribution: 'pkg-part1', path: 'pkg_part1/chunk-1.wwpart', size: 70, sha256: sha },
      ],
    },
  ],
  moved: [{ path: 'pkg/a.so', distribution: 'pkg-part1' }],
  relocated: [{ path: 'pkg/b.so', to: 'pkg_cache/files/pkg/b.so' }],
  replaced: ['pkg-1.0.dist-info/METADATA'],
  rebuild: { member: 'pkg-1.0.dist-info/split-original.bin', sha256: sha },
};

const part: PartDescription = {
  of: { distribution: 'pkg', version: '1.0' },
  part: 1,
  contents: [{ path: 'pkg_part1/chunk-1.wwpart', sha256: sha }],
};

const changed = (change: (text: string) => string): Uint8Array => {
  const text = Buffer.from(printSplit(split)).toString();
  const after = change(text);
  expect(after).not.toBe(text);
  return Buffer.from(after);
};

describe('descriptions of a set', () => {
  it('are read as they were written', () => {
    expect(parseSplit(printSplit(split), 'x')).toEqual(split);
    expect(parsePart(printPart(part), 'x')).toEqual(part);
  });

  const refused: readonly (readonly [string, (text: string) => string])[] = [
    ['no JSON', () => '{'],
    ['another schema', (text) => text.replace('split-set/1', 'split-set/9')],
    ['a path that escapes', (text) => text.replace('pkg/a.so', '../a.so')],
    ['an absolute chunk', (text) => text.replace('pkg_cache/chunk', '/chunk')],
    ['a file name with a folder', (text) => text.replace('"pkg-1.0-cp312', '"x/pkg-1.0-cp312')],
    ['an original that is no wheel', (text) => text.replace('x86_64.whl', 'x86_64.zip')],
    ['a negative size', (text) => text.replace('"size": 9', '"size": -9')],
    ['a size past exact numbers', (text) => text.replace('"size": 9', '"size": 1e300')],
    ['a chunk without room for its header', (text) => text.replace('"size": 70', '"size": 63')],
    ['a short digest', (text) => text.replace(sha, 'abcd')],
    [
      'an unknown part',
      (text) => text.replace('"distribution": "pkg-part1"', '"distribution": "p"'),
    ],
    [
      'one chunk twice',
      (text) =>
        text.replace('null', '"pkg-part1"').replace('pkg_cache/chunk-0', 'pkg_part1/chunk-1'),
    ],
    ['one path twice', (text) => text.replace('pkg/a.so', 'pkg/b.so')],
    ['no chunks', (text) => text.replace(/"chunks": \[[^]*?\n {3}\]/, '"chunks": []')],
  ];
  it.each(refused)('are refused with %s', (_, change) => {
    expect(() => parseSplit(changed(change), 'x')).toThrow(
      expect.objectContaining({ code: 'split/bad-description', path: 'x' }),
    );
  });

  it('refuses a part 0', () => {
    const bytes = Buffer.from(
      Buffer.from(printPart(part)).toString().replace('part": 1', 'part": 0'),
    );
    expect(() => parsePart(bytes, 'x')).toThrow(
      expect.objectContaining({ code: 'split/bad-description' }),
    );
  });
});

describe('chunk headers', () => {
  const header = { index: 1, count: 3, sha256: sha };

  it('has the documented bytes', () => {
    const bytes = Buffer.from(encodeChunkHeader(header));
    expect(bytes.toString('latin1', 0, 16)).toBe('wheelworks part\n');
    expect(bytes.toString('hex', 16)).toBe(`01000000010000000300000000000000${sha}`);
    expect(parseChunkHeader(bytes, 'x')).toEqual(header);
  });

  it.each([
    ['another magic', 0],
    ['another format', 16],
    ['an index that is no chunk', 20],
    ['a reserved field', 28],
  ])('is refused with %s', (_, offset) => {
    const bytes = encodeChunkHeader(header);
    bytes[offset] = 9;
    expect(() => parseChunkHeader(bytes, 'x')).toThrow(
      expect.objectContaining({ code: 'split/bad-chunk' }),
    );
  });

  it('is refused when cut off', () => {
    expect(() => parseChunkHeader(encodeChunkHeader(header).subarray(0, 63), 'x')).toThrow(
      expect.objectContaining({ code: 'split/bad-chunk' }),
    );
  });
});
