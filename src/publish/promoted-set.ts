/** Files of a promoted set: published only as they were written, and after they were tried. */
import { lstat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PROMOTION_FILE, readPromotion, type PromotionDocument } from '../promote/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { groupBy } from '../support/group-by.ts';
import type { PublishFile } from './publish-file.ts';

/**
 * What promotion.json beside the files has against publishing them; nothing where there is none.
 * @throws WheelworksError `promote/bad-promotion-file`, `file/*`.
 */
export async function promotedSetProblems(
  files: readonly PublishFile[],
): Promise<readonly ErrorReport[]> {
  const problems: ErrorReport[] = [];
  for (const [folder, inside] of groupBy(files, ({ path }) => dirname(path))) {
    const promotion = await readPromotion(folder);
    if (promotion === undefined) continue;
    problems.push(
      ...problemsOf(inside, promotion, folder),
      ...(await incomplete(inside, promotion, folder)),
    );
  }
  return problems;
}

function problemsOf(
  files: readonly PublishFile[],
  promotion: PromotionDocument,
  folder: string,
): readonly ErrorReport[] {
  const projects = new Set(promotion.files.map(({ project }) => project));
  const known = new Map(promotion.files.map((file) => [file.filename, file]));
  const changed = files.flatMap((file): readonly ErrorReport[] => {
    const written = known.get(file.filename);
    if (written?.sha256 === file.sha256 || (written === undefined && !projects.has(file.project)))
      return [];
    return [
      {
        code: 'publish/promotion-changed',
        message:
          written === undefined
            ? `${file.filename} is not a file of the promoted set that it lies with.`
            : `${file.filename} is not the file that was promoted and tried.`,
        path: file.path,
        evidence:
          written === undefined
            ? `not in ${PROMOTION_FILE}`
            : `promoted: sha256 ${written.sha256}\nhere:     sha256 ${file.sha256}`,
        hint: 'Promote the set again into a new folder.',
      },
    ];
  });
  const concerned = files.some(({ project }) => projects.has(project));
  if (promotion.tested || !concerned) return changed;
  const failed = promotion.tests.filter(({ outcome }) => outcome === 'failed');
  return [
    ...changed,
    {
      code: 'publish/promotion-untested',
      message:
        failed.length > 0
          ? 'The promoted set failed its test.'
          : 'The promoted set was not tested, or not every package of it.',
      path: folder,
      ...(failed.length === 0
        ? {}
        : { evidence: failed.map(({ python, ran }) => `${python}: ${ran}`).join('\n') }),
      hint: 'Run wheelworks promote again with the same files and folder, where a Python takes the wheels: it tries what is there.',
    },
  ];
}

/**
 * A set is published whole: nothing of it may be gone, and of each package all files go. Packages may go one at a time, with
 * a token for each.
 */
async function incomplete(
  files: readonly PublishFile[],
  promotion: PromotionDocument,
  folder: string,
): Promise<readonly ErrorReport[]> {
  const given = new Set(files.map(({ filename }) => filename));
  const projects = new Set(files.map(({ project }) => project));
  if (!promotion.files.some(({ project }) => projects.has(project))) return [];
  const lines: string[] = [];
  for (const { filename, project } of promotion.files) {
    if (given.has(filename)) continue;
    const isHere = await lstat(join(folder, filename)).then(
      () => true,
      () => false,
    );
    if (!isHere) lines.push(`${filename}: not in the folder`);
    else if (projects.has(project)) lines.push(`${filename}: not given`);
  }
  if (lines.length === 0) return [];
  return [
    {
      code: 'publish/promotion-incomplete',
      message: `${lines.length} of the ${promotion.files.length} files of the promoted set would not be published.`,
      path: folder,
      evidence: lines.join('\n'),
      hint: 'Give the whole folder; where files are gone, promote the set again into a new one.',
    },
  ];
}
