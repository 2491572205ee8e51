import { describe, expect, test } from 'vitest';
import type { BuildReport, JobReport } from '../../../src/build/index.ts';
import { reportPage, reportPageInput } from '../../../src/build/report-page/index.ts';

function job(name: string, changes: Partial<JobReport>): JobReport {
  return {
    id: 'cp312-manylinux_x86_64',
    package: name,
    python: 'CPython 3.12.1',
    executable: '/usr/bin/python3',
    test: 'not-run',
    buildSeconds: 0,
    testSeconds: 0,
    logs: [],
    sideFiles: [],
    notices: [],
    ...changes,
  };
}

const REPORT: BuildReport = {
  packages: ['spam', 'minty'],
  output: '/out',
  jobs: [
    job('spam', {
      wheel: 'spam-1.0-cp312-cp312-linux_x86_64.whl',
      origin: 'built',
      test: 'passed',
    }),
    job('minty', {
      kept: '/out/.wheelworks/failed/cp312-manylinux_x86_64',
      error: { code: 'build/failed', message: 'It did not build.' },
    }),
    job('minty', {
      id: 'cp313-manylinux_x86_64',
      error: { code: 'build/no-interpreter', message: 'There is no Python 3.13.' },
    }),
  ],
  wheels: [],
  parts: [],
  sdists: [],
  missing: [],
  kept: [],
  removed: [],
  leftOut: [],
  notices: [],
  seconds: 1,
  ok: false,
};

describe('the page of a report', () => {
  test('tells jobs of packages apart that have the same identifier', () => {
    const { jobs, title } = reportPageInput(REPORT, { kind: 'build' });
    expect(jobs.map((each) => [each.package, each.state])).toEqual([
      ['spam', 'built'],
      ['minty', 'failed'],
      ['minty', 'missing'],
    ]);
    expect(title).toBe('spam, minty');
  });

  test('names the command that wrote it and the one that opens what was kept', () => {
    const page = reportPage(reportPageInput(REPORT, { kind: 'build' }));
    expect(page).toContain('Written by wheelworks build.');
    expect(page).toContain('wheelworks shell cp312-manylinux_x86_64');
    expect(page).not.toContain('wheelworks shell cp313-manylinux_x86_64');
    expect(page).not.toContain('release');
  });
});
