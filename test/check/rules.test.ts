import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import table from '../../src/check/data/rules.json' with { type: 'json' };
import { checkFile, judgeSet, originOf, type CheckFinding } from '../../src/check/index.ts';
import { scratch } from '../support/scratch.ts';
import { metadata, sdist, wheel, writeAll, type Distribution } from './distributions.ts';
import { RULE_SAMPLES, type RuleSample } from './rule-samples.ts';

const CODES = Object.keys(table.rules).filter((code) => !code.endsWith('/*'));

async function findingsOf({
  files,
  options = {},
  pretend,
}: Omit<RuleSample, 'code'>): Promise<readonly CheckFinding[]> {
  const paths = await writeAll(await scratch(), files);
  const checked = await Promise.all(
    paths.map(async (path) => {
      const result = await checkFile(path, { ...options, jobs: 1 });
      const { release } = result;
      return pretend === undefined || release === undefined
        ? result
        : { ...result, release: pretend(release) };
    }),
  );
  return judgeSet(checked, options).flatMap(({ findings }) => findings);
}

describe('every rule', () => {
  it.each(RULE_SAMPLES)('$code is found where it is broken', async (sample) => {
    const found = (await findingsOf(sample)).filter(({ code }) => code === sample.code);
    expect(found).not.toEqual([]);
    const [first] = found;
    expect(first?.effect).toBe(sample.effect ?? 'index-rejects');
    expect(first?.message).toMatch(/[.:]/);
    expect(first?.rule).toBe(originOf(sample.code)?.source);
  });

  it('has a sample', () => {
    const sampled = new Set(RULE_SAMPLES.map(({ code }) => code));
    expect(CODES.filter((code) => !sampled.has(code))).toEqual([]);
  });

  it('has a row in docs/check.md with its source and date', () => {
    const text = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'check.md'), 'utf8');
    const rows = new Map(
      [...text.matchAll(/^\| `([a-z]+\/[a-z0-9-]+)` .*$/gm)].map(([row, code = '']) => [code, row]),
    );
    expect(CODES.filter((code) => !rows.has(code))).toEqual([]);
    const dated = CODES.flatMap((code) => {
      const { since } = originOf(code) ?? {};
      return since === undefined ? [] : [[code, since] as const];
    });
    expect(dated.length).toBeGreaterThan(3);
    for (const [code, since] of dated) expect(rows.get(code)).toContain(since);
  });
});

describe('what is right', () => {
  it.each<[string, Distribution]>([
    ['a wheel', wheel()],
    [
      'a project with a name that others have by mistake',
      wheel({ name: 'build', files: { 'build/__init__.py': '' } }),
    ],
    ['an sdist', sdist()],
    ['old metadata', wheel({ metadata: metadata(['License-File: LICENSE'], { version: '2.1' }) })],
    [
      'licence files that are there',
      wheel({
        metadata: metadata(['License-Expression: MIT', 'License-File: LICENSE']),
        files: { 'pkg/__init__.py': '', 'pkg-1.0.dist-info/licenses/LICENSE': 'MIT' },
      }),
    ],
    [
      'fields that an index takes for absent',
      wheel({
        metadata: metadata(['License: UNKNOWN', 'License-Expression: MIT', 'Requires-Python:']),
      }),
    ],
    [
      'entry points',
      wheel({
        files: {
          'pkg/__init__.py': '',
          'pkg-1.0.dist-info/entry_points.txt':
            '[console_scripts]\nr\u00e9-run.3 = pkg:main [all]\n\n[pkg.plugins]\na b = pkg\n',
        },
      }),
    ],
  ])('%s is accepted', async (_what, file) => {
    const found = await findingsOf({ files: [file] });
    expect(found.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('a release of a wheel and an sdist has nothing to tell', async () => {
    expect(await findingsOf({ files: [wheel(), sdist()] })).toEqual([]);
  });
});
