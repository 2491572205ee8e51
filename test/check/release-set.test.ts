import { describe, expect, it } from 'vitest';
import { checkFiles, plannedFiles } from '../../src/check/index.ts';
import { scratch } from '../support/scratch.ts';
import { metadata, sdist, wheel, writeAll, type Distribution } from './distributions.ts';

const windows = (...lines: readonly string[]): Distribution =>
  wheel({ tags: 'py3-none-win32', metadata: metadata(lines) });
const pure = (...lines: readonly string[]): Distribution => wheel({ metadata: metadata(lines) });
const source = (...lines: readonly string[]): Distribution => sdist({ pkgInfo: metadata(lines) });

/** Code and evidence of what is wrong with files together. */
async function together(...files: readonly Distribution[]): Promise<readonly string[]> {
  const results = await checkFiles(await writeAll(await scratch(), files), { natives: false });
  return results.flatMap(({ findings }) =>
    findings
      .filter(({ code }) => code.startsWith('release/'))
      .map(({ code, evidence = '' }) => `${code} ${evidence}`),
  );
}

describe('files of one release', () => {
  it.each<[string, readonly Distribution[]]>([
    ['the same dependencies', [pure('Requires-Dist: a'), windows('Requires-Dist: a')]],
    [
      'the same dependencies in other spellings and another order',
      [
        pure('Requires-Dist: A_b (>=1,<2)', 'Requires-Dist: c; extra == "d"', 'Provides-Extra: d'),
        windows('Requires-Dist: c ; extra=="d"', 'Requires-Dist: a-b <2,>=1', 'Provides-Extra: D'),
      ],
    ],
    [
      'one set of Pythons',
      [pure('Requires-Python: >=3.9,<4'), source('Requires-Python: <4, >=3.9')],
    ],
    [
      'an sdist whose dependencies are decided later',
      [pure('Requires-Dist: a'), source('Dynamic: Requires-Dist')],
    ],
    [
      'releases that differ',
      [
        pure('Requires-Dist: a'),
        wheel({ version: '2.0', metadata: metadata(['Requires-Dist: b'], { release: '2.0' }) }),
      ],
    ],
  ])('%s agree', async (_what, files) => {
    expect(await together(...files)).toEqual([]);
  });

  it.each<[string, readonly Distribution[], string]>([
    [
      'wheels',
      [pure('Requires-Dist: a'), windows('Requires-Dist: a>1')],
      'only here: a>1; only in pkg-1.0-py3-none-any.whl: a',
    ],
    [
      'wheels, even where one calls it dynamic',
      [pure(), windows('Dynamic: Requires-Dist', 'Requires-Dist: a')],
      'only here: a',
    ],
    ['a wheel and the sdist', [pure(), source('Requires-Python: >=3.9')], 'only here: >=3.9'],
    ['extras', [pure('Provides-Extra: a'), source()], 'only in pkg-1.0-py3-none-any.whl: a'],
  ])('%s that differ are told', async (_what, files, evidence) => {
    expect(await together(...files)).toEqual([`release/metadata-differs ${evidence}`]);
  });
});

describe('a plan', () => {
  it('is read whatever else it says', () => {
    const text = JSON.stringify({
      schema: 'wheelworks.plan/1',
      jobs: [{ id: 'cp312-win32', package: 'pkg', libc: null, expects: 'pkg-*-cp312-*' }],
    });
    expect(plannedFiles(text, 'plan.json')).toEqual([
      { job: 'cp312-win32', pattern: 'pkg-*-cp312-*' },
    ]);
  });

  it.each(['', '[]', '{"jobs": {}}', '{"jobs": [{"id": 1, "expects": "a"}]}'])(
    '%j is none',
    (text) => {
      expect(() => plannedFiles(text, 'plan.json')).toThrow(
        expect.objectContaining({ code: 'config/bad-plan', path: 'plan.json' }),
      );
    },
  );
});
