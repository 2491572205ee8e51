import { describe, expect, test } from 'vitest';
import { reportPage, type ReportPageInput } from '../../../src/build/report-page/index.ts';
import { BROKEN, COMPLETE, HOSTILE } from './demo.ts';

/** What a person reads: without markup, style sheets and line breaks. */
function read(input: ReportPageInput): string {
  return reportPage(input)
    .replace(/^[\s\S]*<body>/, '')
    .replaceAll(/<svg.*?<\/svg>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
}

describe('the page of a run', () => {
  test('the verdict comes first, with the totals', () => {
    expect(read(COMPLETE)).toContain('Complete: 19 wheels for 29 identifiers, all of them tested');
    expect(read({ ...COMPLETE, besides: ['cp314-manylinux_x86_64'] })).toContain(
      'Complete for this machine: 19 wheels for 29 identifiers, all of them tested; 1 more of the plan not built here',
    );
    expect(read(BROKEN)).toContain('Not complete: of 29 identifiers, 2 failed and 1 has no wheel');
    expect(read(COMPLETE)).toContain('tests 29 of 29 passed');
    expect(read({ ...COMPLETE, jobs: [], wheels: [] })).toContain('Nothing was planned.');
  });

  test('the legend counts every state', () => {
    const text = read(BROKEN);
    for (const words of [
      'built: 12 of 29',
      'as in an earlier run: 5 of 29',
      'served by another’s wheel: 9 of 29',
      'failed: 2 of 29',
      'missing: 1 of 29',
    ])
      expect(text).toContain(words);
  });

  test('what is missing stands with the reason, the next step and the logs', () => {
    const text = read(BROKEN);
    expect(text).toContain('What is missing');
    expect(text).toContain('The build needs openssl/ssl.h, which is not installed.');
    expect(text).toContain('Install openssl-devel in before-all');
    expect(text).toContain('libspam-*-pp311-pypy311_pp73-macosx_*_arm64.whl');
    expect(reportPage(BROKEN)).toContain('href="logs/cp314t-manylinux_x86_64.build.log"');
    expect(read(COMPLETE)).not.toContain('What is missing');
  });

  test('a failed cell leads to the reason', () => {
    const page = reportPage(BROKEN);
    const anchors = [...page.matchAll(/href="#(job-[^"]+)"/g)].map(([, anchor]) => anchor);
    expect(anchors.length).toBeGreaterThanOrEqual(3);
    for (const anchor of anchors) expect(page).toContain(`id="${anchor}"`);
  });

  test('a finding of several wheels is told once, errors first', () => {
    const text = read(BROKEN);
    expect(text.match(/The metadata names no licence/g)).toHaveLength(1);
    expect(text).toContain('and 2 wheels more');
    expect(text.indexOf('asks for an executable stack')).toBeLessThan(
      text.indexOf('The metadata names no licence'),
    );
  });

  test('several packages have a matrix each', () => {
    const jobs = [
      ...COMPLETE.jobs.slice(0, 2),
      ...COMPLETE.jobs.slice(0, 2).map((job) => ({ ...job, package: 'other' })),
    ];
    expect(reportPage({ ...COMPLETE, jobs }).match(/<figure>/g)).toHaveLength(2);
  });

  test('text from elsewhere stays text, and logs are no programs', () => {
    const page = reportPage(HOSTILE);
    expect(page).not.toMatch(/<script|<img|<b>bold|onload=alert\(1\)>/);
    expect(page).not.toContain('href="javascript:');
    expect(page).toContain('href="logs/a%20b%23c%3F.build.log"');
    expect(page).toContain('\\u202ereversed');
  });
});
