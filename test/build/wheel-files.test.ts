import { describe, expect, it } from 'vitest';
import { filesOf, mainFile, partFiles, type KnownWheel } from '../../src/build/wheel-files.ts';

const file = (filename: string) => ({ filename, sha256: `digest of ${filename}`, size: 1 });
const whole: KnownWheel = { ...file('small-1.whl'), builtFor: 'cp39' };

function cut(builtFor: string, ...parts: readonly string[]): KnownWheel {
  const filename = `big-1-${builtFor}.whl`;
  const carried = parts.map((name) => ({ ...file(name), distribution: name.slice(0, -4) }));
  const split = { key: '', main: file(filename), parts: carried, findings: [] };
  return { filename, sha256: 'of the original', size: 9, builtFor, split };
}

describe('the files of wheels', () => {
  it('are the wheel itself, in the stage of its job, or its set, in the stage of sets', () => {
    expect(mainFile(whole)).toEqual({ ...file('small-1.whl'), stage: 'cp39' });
    expect(partFiles(whole)).toEqual([]);
    const set = cut('cp38', 'p1.whl');
    expect(mainFile(set)).toEqual({ ...file('big-1-cp38.whl'), stage: 'split' });
    expect(partFiles(set)).toEqual([{ ...file('p1.whl'), distribution: 'p1', stage: 'split' }]);
  });

  it('are named once, parts before the wheels that need them', () => {
    const wheels = [cut('cp38', 'p1.whl', 'p2.whl'), whole, cut('cp39', 'p1.whl', 'p3.whl')];
    expect(filesOf(wheels).map(({ filename }) => filename)).toEqual([
      'p1.whl',
      'p2.whl',
      'p3.whl',
      'big-1-cp38.whl',
      'small-1.whl',
      'big-1-cp39.whl',
    ]);
  });
});
