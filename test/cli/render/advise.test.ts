import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { renderAdvice } from '../../../src/cli/render/advise.ts';
import { createPalette } from '../../../src/cli/render/palette.ts';
import type { Saving, Verdict, WheelAdvice } from '../../../src/split/advise/index.ts';

const context = {
  colour: createPalette(false),
  columns: 200,
  isTerminal: false,
  verbose: false,
} as unknown as CommandContext;

const saving: Saving = {
  kind: 'strip',
  title: 'debug sections',
  effort: 'none',
  installed: 3_000_000,
  download: 2_000_000,
  installedBasis: 'measured',
  downloadBasis: 'estimated',
  members: [],
  evidence: ['one', 'two', 'three'],
  remedy: 'wheelworks repair --strip',
  caution: 'no backtraces',
};

function rendered(verdict: Partial<Verdict>, changes: Partial<WheelAdvice> = {}): string {
  const wheel: WheelAdvice = {
    path: 'pkg-1.0-py3-none-any.whl',
    filename: 'pkg-1.0-py3-none-any.whl',
    size: 12_000_000,
    installedSize: 30_000_000,
    verdict: { status: 'too-large', maxSize: 10 << 20, after: 11_000_000, savings: [], ...verdict },
    split: undefined,
    savings: [saving],
    members: [],
    folders: [],
    problems: [],
    ...changes,
  };
  const advice = { maxSize: 10 << 20, wheels: [wheel], release: undefined, request: undefined };
  return renderAdvice(advice, { hasRequestFile: false }, context);
}

describe('advice for people', () => {
  it('begins with the size, the limit and the verdict', () => {
    const text = rendered({ status: 'reachable', after: 10_000_000, savings: [0] });
    expect(text.split('\n').slice(0, 3)).toEqual([
      'pkg-1.0-py3-none-any.whl',
      '  12 MB, 30 MB installed: 1.5 MB over the limit of 10 MB (10 MiB)',
      '  Under the limit without splitting, at 10 MB, without debug sections.',
    ]);
  });

  it('tells what a split makes of the wheel', () => {
    expect(rendered({ savings: [0] }, { split: { wheels: 3, reasons: [] } })).toContain(
      'Not enough without splitting: 11 MB at best. As it is, a split makes 3 wheels of it.',
    );
    expect(rendered({ status: 'perhaps', savings: [0] })).toContain('else a split may be planned.');
  });

  it('tells why there is no split, and what would cure that', () => {
    const reason = {
      code: 'split/cannot-place',
      message: 'Too much stays.',
      evidence: 'a.bin\nb.bin',
      hint: 'Name a.bin.',
    } as const;
    const text = rendered({}, { split: { wheels: undefined, reasons: [reason] } });
    expect(text).toContain('a split is refused (split/cannot-place): Too much stays.\n');
    expect(text).toContain(
      [
        '  What stands against a split',
        '    Too much stays. (split/cannot-place)',
        '      a.bin',
        '      b.bin',
        '      Name a.bin.',
      ].join('\n'),
    );
  });

  it('lists a saving with its figure, what proves it, what to do and what is lost', () => {
    expect(rendered({ savings: [0] })).toContain(
      [
        '  What would make it smaller',
        '   ~2.0 MB  debug sections (nothing is lost)',
        '            3.0 MB installed; download estimated',
        '            one',
        '            two',
        '            do  wheelworks repair --strip',
        '            but no backtraces',
      ].join('\n'),
    );
  });

  it('shows nothing of a wheel that could drive the terminal', () => {
    const title = 'debug\u001b[2J';
    expect(rendered({ savings: [0] }, { savings: [{ ...saving, title }] })).not.toContain('\u001b');
  });
});
