/**
 * Split wheels are published whole: a main wheel goes only where every one of its parts is, or goes before it.
 *
 * Parts are dependencies, and so come first by the order of all files; here it is made sure that they are there at all.
 */
import { normalizeName } from '../packaging/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { groupBy } from '../support/group-by.ts';
import type { SplitPart } from '../wheel/split/index.ts';
import type { IndexState } from './existing.ts';
import type { PublishFile } from './publish-file.ts';

/** Findings of `check` over the files given; what the index has already counts here, too. */
export const JUDGED_BY_SPLIT_SETS: readonly string[] = ['split/part-missing', 'split/wrong-part'];

/** The projects of parts that are not among the files: the index is asked for them. */
export function projectsOfParts(files: readonly PublishFile[]): readonly string[] {
  return [...new Set(files.flatMap(({ parts = [] }) => parts.map(projectOf)))].sort();
}

/** Main wheels that would be published without the parts they were cut into. */
export function splitSetProblems(
  files: readonly PublishFile[],
  index: IndexState,
): readonly ErrorReport[] {
  const given = new Map(files.map((file) => [file.filename, file.sha256]));
  return files.flatMap(({ path, filename, parts = [] }) => {
    const lines = parts.flatMap((part) => {
      const here = given.get(part.filename);
      if (here === part.sha256) return [];
      if (here !== undefined) return [`${part.filename}: other bytes than it was split into`];
      return onIndex(part, index);
    });
    if (lines.length === 0) return [];
    return [
      {
        code: 'publish/part-missing',
        message: `${filename} would be published without ${lines.length} of its ${parts.length} parts.`,
        path,
        evidence: lines.join('\n'),
        hint: 'Give all files of the set: nobody can install the wheel without its parts.',
      },
    ];
  });
}

/**
 * Notes on parts that no main wheel among the files was split into. It may be on the index already, or come later: legal,
 * and of no use until then.
 * @param sent those of the files that would be sent
 */
export function partsAlone(
  sent: readonly PublishFile[],
  files: readonly PublishFile[],
): readonly string[] {
  const known = new Set(files.flatMap(({ parts = [] }) => parts.map(({ filename }) => filename)));
  const alone = sent.filter((file) => file.partOf !== undefined && !known.has(file.filename));
  return [...groupBy(alone, ({ partOf = '' }) => partOf)].map(
    ([main, parts]) =>
      `the main wheel of ${main} is not among the files: ${parts.map(({ filename }) => filename).join(', ')} can be used only where it is on the index, or comes next`,
  );
}

function onIndex(part: SplitPart, index: IndexState): readonly string[] {
  const files = index.projects.get(projectOf(part))?.files ?? [];
  const there = files.find(({ filename }) => filename === part.filename);
  if (there === undefined) return [`${part.filename}: neither given nor on the index`];
  const digest = there.hashes['sha256']?.toLowerCase();
  return digest === part.sha256 ? [] : [`${part.filename}: on the index with other bytes`];
}

function projectOf({ distribution }: SplitPart): string {
  return normalizeName(distribution);
}
