import { describe, expect, it } from 'vitest';
import { renderFindings } from '../../../src/cli/render/findings.ts';
import { createPalette } from '../../../src/cli/render/palette.ts';
import type { Finding } from '../../../src/support/finding.ts';

const layout = { palette: createPalette(false), indent: 0, most: 2 };

function finding(path: string, more: Partial<Finding> = {}): Finding {
  return {
    code: 'wheel/record-unlisted',
    severity: 'warning',
    effect: 'users-break',
    message: 'A file is not in RECORD.',
    path,
    ...more,
  };
}

describe('renderFindings', () => {
  it('breaks messages and hints at the width, and nothing that is to be copied', () => {
    const long = finding('a/path/that/is/longer/than/any/of/the/columns/that/there/are.py', {
      message: 'This is a sentence that does not fit into one line of a narrow terminal.',
      hint: 'Neither does this advice, which goes on and on and on for a while.',
    });
    expect(renderFindings([long], { ...layout, indent: 2, width: 60 }).split('\n')).toEqual([
      '  warning[wheel/record-unlisted] This is a sentence that',
      '    does not fit into one line of a narrow terminal.',
      '    a/path/that/is/longer/than/any/of/the/columns/that/there/are.py',
      '    next: Neither does this advice, which goes on and on and',
      '          on for a while.',
      '',
    ]);
  });

  it('tells alike ones once with their places, worst first, and counts the rest', () => {
    const lines = renderFindings(
      [
        finding('a'),
        finding('b'),
        finding('e', { severity: 'error', code: 'x/bad' }),
        finding('c'),
      ],
      layout,
    ).split('\n');
    expect(lines).toEqual([
      'error[x/bad] A file is not in RECORD.',
      '  e',
      'warning[wheel/record-unlisted] A file is not in RECORD.',
      '  a',
      '  b',
      '  and 1 more',
      '',
    ]);
  });

  // Copying a group for each finding that joins it takes longer than a test may; it is bounded by vitest alone.
  it('takes as many alike findings as a hostile wheel has members', () => {
    const many = Array.from({ length: 200_000 }, (_, index) => finding(`pkg/${index}`));
    expect(renderFindings(many, layout)).toContain('  and 199998 more\n');
  });
});
