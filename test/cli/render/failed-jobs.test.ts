import { describe, expect, it } from 'vitest';
import type { JobReport } from '../../../src/build/index.ts';
import type { CommandContext } from '../../../src/cli/context.ts';
import { renderFailedJobs, shellCommandFor } from '../../../src/cli/render/failed-jobs.ts';
import { createPalette } from '../../../src/cli/render/palette.ts';
import type { ErrorReport } from '../../../src/support/errors.ts';

const context = { colour: createPalette(false), cwd: '/work' } as CommandContext;

function job(name: string, id: string, error: Partial<ErrorReport>): JobReport {
  return {
    id,
    package: name,
    python: 'CPython 3.12',
    executable: '/usr/bin/python3',
    test: 'not-run',
    buildSeconds: 1,
    testSeconds: 0,
    logs: [`logs/${name}/${id}.build.log`],
    sideFiles: [],
    notices: [],
    kept: `/out/.wheelworks/failed/${name}/${id}`,
    error: { code: 'build/failed', message: 'The build failed with exit code 1.', ...error },
  };
}

function render(jobs: readonly JobReport[]): readonly string[] {
  const packages = [...new Set(jobs.map((each) => each.package))];
  const folders = new Map(packages.map((name) => [name, `/work/my ${name}`]));
  return renderFailedJobs({ jobs, packages, output: '/out' }, folders, context);
}

describe('jobs that failed', () => {
  it('are told apart by what was seen, and named by their packages', () => {
    const [one, two, ...others] = render([
      job('spam', 'cp311-manylinux_x86_64', { evidence: 'no such thing: a' }),
      job('eggs', 'cp311-manylinux_x86_64', { evidence: 'no such thing: b' }),
    ]);
    expect(others).toEqual([]);
    expect(one).toBe(`
failed spam cp311-manylinux_x86_64
  error[build/failed]: The build failed with exit code 1.
    no such thing: a
  log:  /out/logs/spam/cp311-manylinux_x86_64.build.log
  kept: /out/.wheelworks/failed/spam/cp311-manylinux_x86_64
  look: wheelworks shell cp311-manylinux_x86_64 'my spam' --output /out
`);
    expect(two).toContain('no such thing: b');
    expect(two).toContain('/out/logs/eggs/cp311-manylinux_x86_64.build.log');
  });

  it('stand together where only the Python and its folder differ, with the log of each', () => {
    const told = render(
      ['11', '12'].map((minor) =>
        job('spam', `cp3${minor}-manylinux_x86_64`, {
          evidence: `/tmp/ww-${minor}/sources/setup.py:3: in python3.${minor}: no frob`,
        }),
      ),
    );
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('failed cp311-manylinux_x86_64 and cp312-manylinux_x86_64\n');
    expect(told[0]?.match(/ log: .*/g)).toHaveLength(2);
  });

  it.each([
    ['/work', '/work/wheelhouse', 'wheelworks shell ID'],
    ['/work', '/work/dist', 'wheelworks shell ID --output dist'],
    ['/work/spam', '/work/spam/wheelhouse', 'wheelworks shell ID spam'],
    ["/else/it's", '/work/-o', `wheelworks shell ID '/else/it'"'"'s' --output ./-o`],
  ])('are opened from the folder of the run: %s, %s', (directory, output, command) => {
    expect(shellCommandFor('ID', { directory, output, cwd: '/work' })).toBe(command);
  });
});
