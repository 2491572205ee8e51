import { describe, expect, it } from 'vitest';
import { lintRst } from '../../../src/check/description/rst/lint.ts';
import { DOCUMENTS, FAULTS, SOUND } from './rst-samples.ts';

describe('lintRst', () => {
  it.each(FAULTS)('finds %s', (_what, source, problem, line) => {
    expect(lintRst(source)).toEqual([{ problem: expect.stringContaining(problem), line }]);
  });

  it.each([...SOUND, ...DOCUMENTS])('finds nothing wrong with %j', (source) => {
    expect(lintRst(source)).toEqual([]);
  });

  it('says nothing of text whose markup stands beside characters of other scripts', () => {
    expect(lintRst('\u00ab*a\u00bb *b\n')).toEqual([]);
  });

  it('says nothing of what no UTF-8 is', () => {
    expect(lintRst('\ufeffTitle\n==\n\n*a\n')).toEqual([]);
  });

  it('reads all kinds of line ends', () => {
    for (const end of ['\n', '\r\n', '\r'])
      expect(lintRst(['Title', '====', '', 'a'].join(end))[0]?.line).toBe(2);
  });
});
