import { describe, expect, it } from 'vitest';
import {
  MOST_TAGS,
  compressTags,
  formatTag,
  formatTagSet,
  isSameTag,
  parseTag,
  parseTagSet,
  tagSet,
} from '../../src/packaging/tag.ts';

describe('compressed tag sets', () => {
  it('keep their order and case, and expand to lower-case tags once each', () => {
    const set = parseTagSet('PY3.py2.py3-none-any');
    expect(set.interpreters).toEqual(['PY3', 'py2', 'py3']);
    expect(set.tags.map(formatTag)).toEqual(['py3-none-any', 'py2-none-any']);
    expect(formatTagSet(set)).toBe('PY3.py2.py3-none-any');
  });

  it('expand to every combination', () => {
    const tags = parseTag('cp312.cp313-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64');
    expect(tags.map(formatTag)).toEqual([
      'cp312-abi3-manylinux_2_17_x86_64',
      'cp312-abi3-manylinux2014_x86_64',
      'cp313-abi3-manylinux_2_17_x86_64',
      'cp313-abi3-manylinux2014_x86_64',
    ]);
  });

  it.each([
    ['', 'three parts'],
    ['py3-none', 'three parts'],
    ['py3-none-any-null', 'three parts'],
    ['-none-any', 'interpreter is empty'],
    ['py3--any', 'ABI is empty'],
    ['py3-none-', 'platform is empty'],
    ['py2..py3-none-any', 'interpreter is empty'],
    ['3py-none-any', '"3py" cannot be its interpreter'],
    ['py3-no ne-any', '"no ne" cannot be its ABI'],
    ['py3-none-äny', '"äny" cannot be its platform'],
    ['py3-none-a/b', '"a/b" cannot be its platform'],
  ])('%j is refused, saying which part is wrong', (text, says) => {
    expect(() => parseTag(text)).toThrow(
      expect.objectContaining({
        code: 'packaging/invalid-tag',
        message: expect.stringContaining(says),
      }),
    );
  });

  it('of exactly the limit are read, and one more is refused', () => {
    const platforms = Array.from({ length: MOST_TAGS }, (_, index) => `p${index}`);
    expect(tagSet({ interpreters: ['py3'], abis: ['none'], platforms }).tags).toHaveLength(
      MOST_TAGS,
    );
    expect(() =>
      tagSet({ interpreters: ['py3'], abis: ['none'], platforms: [...platforms, 'more'] }),
    ).toThrow(expect.objectContaining({ code: 'packaging/too-many-tags' }));
  });

  it('must have a member in each part', () => {
    expect(() => tagSet({ interpreters: [], abis: ['none'], platforms: ['any'] })).toThrow(
      expect.objectContaining({ code: 'packaging/invalid-tag' }),
    );
  });
});

describe('compressing tags', () => {
  it('sorts, and drops repetitions', () => {
    const tags = [...parseTag('py3.py2-none-any'), ...parseTag('py2-none-any')];
    expect(compressTags(tags)).toBe('py2.py3-none-any');
  });

  it('refuses what is no product, and says what would be claimed too', () => {
    const tags = [...parseTag('cp312-cp312-win_amd64'), ...parseTag('cp313-cp313-win_amd64')];
    expect(() => compressTags(tags)).toThrow(
      expect.objectContaining({
        code: 'packaging/tags-not-a-product',
        evidence: expect.stringContaining('cp312-cp313-win_amd64'),
      }),
    );
  });

  it('refuses no tags', () => {
    expect(() => compressTags([])).toThrow(
      expect.objectContaining({ code: 'packaging/tags-not-a-product' }),
    );
  });

  it('sees that equal tags differ in case only', () => {
    const [upper, lower] = [
      { interpreter: 'PY3', abi: 'None', platform: 'ANY' },
      { interpreter: 'py3', abi: 'none', platform: 'any' },
    ];
    expect(isSameTag(upper, lower)).toBe(true);
    expect(compressTags([upper, lower])).toBe('py3-none-any');
    expect(isSameTag(lower, { ...lower, abi: 'abi3' })).toBe(false);
  });
});
