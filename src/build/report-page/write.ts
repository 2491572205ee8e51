/** The page of a run on the disk. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { makeFolders } from '../../support/folders.ts';
import type { BuildReport } from '../run-build.ts';
import { reportPageInput, type ReportExtras } from './from-report.ts';
import { reportPage } from './page.ts';

/** The name of the page in the output folder. */
const PAGE = 'report.html';

/**
 * Writes the page of a run into its output folder, beside what it links to. Gives its path.
 * @throws WheelworksError `file/*`.
 */
export async function writeReportPage(report: BuildReport, extras: ReportExtras): Promise<string> {
  const path = join(report.output, PAGE);
  const text = reportPage(reportPageInput(report, extras));
  await makeFolders(report.output);
  await writeFileAtomic(path, (handle) => handle.writeFile(text));
  return path;
}
