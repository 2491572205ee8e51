import { describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/cli/context.ts';
import { createPalette } from '../../../src/cli/render/palette.ts';
import { renderSplit, splitDocument } from '../../../src/cli/render/split.ts';
import type { PlannedRelease, WheelSplit } from '../../../src/split/index.ts';

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `lib${index}.so`);

const split: WheelSplit = {
  size: 1000,
  pins: ['pkg-part1==1.0'],
  parts: ['pkg_part1-1.0-py3-none-any.whl'],
  moved: [],
  edited: names(20).map((path) => ({
    path,
    size: 100,
    compressedSize: 10,
    finds: names(5),
    entries: ['$ORIGIN/a'],
  })),
  chunked: [],
  relocated: names(20).map((path) => ({ path, to: `pkg_cache/files/${path}` })),
  stubs: [],
  groups: [],
  installedSize: 1000,
  cacheSize: 0,
  claims: [],
};

const plan: PlannedRelease = {
  project: 'pkg',
  version: '1.0',
  choices: { maxSize: 1000, byPath: [] },
  wheels: [{ path: 'a', filename: 'pkg-1.0-py3-none-any.whl', originalSize: 2000, split }],
  parts: [],
  findings: [],
  removed: [],
};

function rendered(verbose: boolean): string {
  const context = { colour: createPalette(false), columns: 200, isTerminal: false, verbose };
  return renderSplit(plan, context as unknown as CommandContext);
}

describe('the plan of a split for people', () => {
  it('is cut to the first lines of a kind, and these to the first names', () => {
    const text = rendered(false);
    expect(text.match(/^ {2}looks in: /gm)).toHaveLength(12);
    expect(text.match(/^ {2}with it: /gm)).toHaveLength(12);
    expect(text.match(/^ {2}and 8 more \(--verbose lists them\)$/gm)).toHaveLength(2);
    expect(text).toContain('for lib0.so, lib1.so, lib2.so and 2 more; keeps');
  });

  it('is whole with --verbose, and as JSON', () => {
    const text = rendered(true);
    expect(text.match(/^ {2}looks in: /gm)).toHaveLength(20);
    expect(text).toContain('lib3.so and lib4.so; keeps');
    expect(text).not.toContain('--verbose');
    expect(splitDocument(null, [plan])).toMatchObject({ releases: [plan] });
  });
});
