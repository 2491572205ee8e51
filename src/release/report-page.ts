/** The page of a release: that of its builds, with what a check said and the way to its index. */
import { writeReportPage } from '../build/index.ts';
import type { ReleaseReport } from './report.ts';

/**
 * Writes the page of a release into its output folder. Gives its path.
 * @throws WheelworksError `file/*`.
 */
export async function writeReleasePage(report: ReleaseReport): Promise<string> {
  const { checks, index, links } = report;
  return writeReportPage(report, {
    kind: 'release',
    checks,
    pages: [
      ...(index === undefined ? [] : [{ title: 'Index', href: 'simple/index.html' }]),
      ...(links === undefined ? [] : [{ title: 'All files', href: 'links.html' }]),
    ],
  });
}
