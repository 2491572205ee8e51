/** The page of a release on the disk. */
import { join } from 'node:path';
import { writeFileAtomic } from '../../support/atomic-file.ts';
import { makeFolders } from '../../support/folders.ts';
import type { ReleaseReport } from '../report.ts';
import { reportPageInput } from './from-report.ts';
import { releasePage } from './page.ts';

/** The name of the page in the output folder. */
const PAGE = 'report.html';

/**
 * Writes the page of a release into its output folder, beside what it links to. Gives its path.
 * @throws WheelworksError `file/*`.
 */
export async function writeReleasePage(report: ReleaseReport): Promise<string> {
  const path = join(report.output, PAGE);
  const text = releasePage(reportPageInput(report));
  await makeFolders(report.output);
  await writeFileAtomic(path, (handle) => handle.writeFile(text));
  return path;
}
