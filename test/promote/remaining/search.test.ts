/** Versions in streams of bytes: short ones, at the seams of pieces, and what only looks like one. */
import { describe, expect, it } from 'vitest';
import { parseVersion } from '../../../src/packaging/index.ts';
import { VersionSearch } from '../../../src/promote/remaining/search.ts';
import { spellingsOf } from '../../../src/promote/text/spellings.ts';

function offsets(bytes: Buffer, version: string, piece = bytes.length): readonly number[] {
  const search = new VersionSearch([spellingsOf(parseVersion(version))]);
  for (let at = 0; at < bytes.length; at += piece) search.push(bytes.subarray(at, at + piece));
  return search.finish().found.map(({ offset }) => offset);
}

describe('a version of few digits', () => {
  const text = Buffer.from(
    `${'1'.repeat(700)} 1.0rc1 ${'x'.repeat(900)}1.0.0-rc.1 v1.0rc1, 1.0rc11`,
  );
  const wanted = [701, 1608, 1620];

  it.each([1, 7, 255, 256, 257, 700, 705, text.length])(
    'is found once wherever pieces of %i bytes end',
    (piece) => {
      expect(offsets(text, '1.0rc1', piece)).toEqual(wanted);
    },
  );

  it('is found as UTF-16', () => {
    expect(offsets(Buffer.from('1 and 1.0rc1', 'utf16le'), '1.0rc1')).toEqual([12]);
  });

  it('is not read into digests and other bytes without meaning', () => {
    const digest = 'd1c1e8aa1c1 0a1C1f';
    expect(offsets(Buffer.from(digest), '1.0rc1')).toEqual([]);
    expect(offsets(Buffer.from('\x83\x02.1c1.\xff\x10', 'latin1'), '1.0rc1')).toEqual([]);
  });

  it('counts where it stands by itself', () => {
    expect(offsets(Buffer.from('tag 1rc1\n'), '1.0rc1')).toEqual([4]);
    expect(offsets(Buffer.from('\xff\xfe\0v1rc1\0\xff', 'latin1'), '1.0rc1')).toEqual([4]);
  });
});
