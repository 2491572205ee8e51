import { describe, expect, it } from 'vitest';
import { assignWheels, type Assignment } from '../../src/build/assignment.ts';
import type { PackageBuild } from '../../src/build/index.ts';
import type { WheelOutcome } from '../../src/build/wheels.ts';
import { interpreter } from '../python/fakes.ts';

const VERSIONS = ['3.8.1', '3.9.1', '3.10.1', '3.11.1'];
const jobs = VERSIONS.map((version) => ({
  id: `cp${version.split('.').slice(0, 2).join('')}`,
  interpreter: interpreter(version),
}));
/** All of a plan that this depends on. */
const plan = { jobs } as unknown as PackageBuild;

function wheel(
  id: string,
  filename: string,
  requiresPython?: string,
): readonly [string, WheelOutcome] {
  const record = {
    key: '',
    sources: '',
    filename,
    sha256: '',
    size: 1,
    builtAs: filename,
    findings: [],
    notices: [`notice of ${id}`],
    builtFor: id,
    origin: 'built' as const,
    ...(requiresPython === undefined ? {} : { requiresPython }),
  };
  return [id, { kind: 'wheel', wheel: record, seconds: 1 }];
}

function failed(id: string): readonly [string, WheelOutcome] {
  return [
    id,
    { kind: 'failed', error: { code: 'build/failed', message: 'It broke.' }, seconds: 1 },
  ];
}

function assign(...entries: readonly (readonly [string, WheelOutcome])[]) {
  const { assignments, excluded } = assignWheels(plan, new Map(entries));
  const row = ({ job, wheel, error }: Assignment) => [job.id, wheel?.filename, error?.code];
  return { rows: assignments.map(row), assignments, excluded: excluded.map(({ job }) => job.id) };
}

const LINUX = 'manylinux_2_17_x86_64';

describe('a job gets', () => {
  it('its own wheel, and else one that serves it', () => {
    const own = `a-1-cp38-cp38-${LINUX}.whl`;
    const all = `a-1-cp39-abi3-${LINUX}.whl`;
    const { rows, assignments } = assign(wheel('cp38', own), wheel('cp39', all));
    expect(rows).toEqual([
      ['cp38', own, undefined],
      ['cp39', all, undefined],
      ['cp310', all, undefined],
      ['cp311', all, undefined],
    ]);
    expect(assignments.map(({ notices }) => notices)).toEqual([
      ['notice of cp38'],
      ['notice of cp39'],
      [],
      [],
    ]);
  });

  it('of several the one that pip prefers, whichever was finished first', () => {
    const generic = `a-1-py3-none-${LINUX}.whl`;
    const stable = `a-1-cp39-abi3-${LINUX}.whl`;
    for (const entries of [
      [wheel('cp38', generic), wheel('cp39', stable)],
      [wheel('cp39', stable), wheel('cp38', generic)],
    ])
      expect(assign(...entries).rows[3]).toEqual(['cp311', stable, undefined]);
  });

  it('another one when its own build failed, with a word about it', () => {
    const { rows, assignments } = assign(failed('cp38'), wheel('cp39', 'a-1-py3-none-any.whl'));
    expect(rows[0]).toEqual(['cp38', 'a-1-py3-none-any.whl', undefined]);
    expect(assignments[0]?.notices).toEqual([expect.stringContaining('It broke.')]);
  });

  it('its error when nothing serves it', () => {
    const { rows } = assign(failed('cp38'), wheel('cp39', `a-1-cp39-abi3-${LINUX}.whl`));
    expect(rows[0]).toEqual(['cp38', undefined, 'build/failed']);
  });

  it('nothing from a wheel whose Requires-Python excludes it', () => {
    const { rows, excluded } = assign(
      wheel('cp38', 'a-1-py3-none-any.whl', '>=3.9'),
      failed('cp39'),
    );
    expect(excluded).toEqual(['cp38']);
    expect(rows.map(([id, name]) => [id, name])).toEqual([
      ['cp39', 'a-1-py3-none-any.whl'],
      ['cp310', 'a-1-py3-none-any.whl'],
      ['cp311', 'a-1-py3-none-any.whl'],
    ]);
  });

  it('an error when its wheel has another version than the first', () => {
    const { rows } = assign(
      wheel('cp38', `a-1-cp38-cp38-${LINUX}.whl`),
      wheel('cp39', `a-2-cp39-cp39-${LINUX}.whl`),
      wheel('cp310', `a-1-cp310-cp310-${LINUX}.whl`),
      wheel('cp311', `a-1-cp311-cp311-${LINUX}.whl`),
    );
    expect(rows.map(([, , code]) => code)).toEqual([
      undefined,
      'release/versions-differ',
      undefined,
      undefined,
    ]);
  });
});
