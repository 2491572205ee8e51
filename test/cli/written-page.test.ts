import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeReportPage, type BuildReport } from '../../src/build/index.ts';
import { pageLine, withPage, writtenPage } from '../../src/cli/written-page.ts';
import { scratch } from '../support/scratch.ts';

const REPORT: BuildReport = {
  packages: ['demo'],
  output: '',
  jobs: [],
  wheels: [],
  parts: [],
  sdists: [],
  missing: [],
  kept: [],
  removed: [],
  leftOut: [],
  notices: ['one'],
  seconds: 1,
  ok: true,
};

describe('the page of a run', () => {
  it('is told of where it is', async () => {
    const output = await scratch();
    const report = { ...REPORT, output };
    const written = await writtenPage(async () => writeReportPage(report, { kind: 'build' }));
    expect(pageLine(written, { cwd: output })).toBe('report report.html\n');
    expect(withPage(report, written)).toMatchObject({ page: join(output, 'report.html') });
  });

  it('that cannot be written is a notice more, and the result stays', async () => {
    const output = await scratch();
    await mkdir(join(output, 'report.html'));
    const report = { ...REPORT, output };
    const written = await writtenPage(async () => writeReportPage(report, { kind: 'build' }));
    expect(pageLine(written, { cwd: output })).toMatch(
      /^\nnotice: report\.html was not written: .+\n$/,
    );
    const document = withPage(report, written);
    expect(document.notices).toEqual(['one', expect.stringContaining('report.html')]);
    expect(document).not.toHaveProperty('page');
  });

  it('does not hide a mistake of ours', async () => {
    const wrong = writtenPage(async () => {
      throw new TypeError('wrong');
    });
    await expect(wrong).rejects.toThrow(TypeError);
  });
});
