/** Finds projects by what a person types. */
import { normalizeName } from '../../packaging/index.ts';
import type { IndexState, StoredProject } from '../state.ts';
import { fieldOf } from './form-facts.ts';
import { newestOf, releasesOf, type ShownRelease } from './project-releases.ts';

/** A project as lists show it. */
export interface ProjectOverview {
  readonly project: StoredProject;
  readonly summary?: string;
  /** What users get. */
  readonly newest?: ShownRelease;
  /** UTC; of the project itself when it has no file. */
  readonly lastUpload: string;
}

/** What lists say of a project. */
export function overviewOf(project: StoredProject): ProjectOverview {
  const known = made.get(project);
  if (known !== undefined) return known;
  const newest = newestOf(releasesOf(project));
  const summary = newest === undefined ? undefined : fieldOf(newest.metadata, 'summary');
  let lastUpload = project.created;
  for (const { uploadTime } of project.files.values())
    if (uploadTime > lastUpload) lastUpload = uploadTime;
  const overview = {
    project,
    lastUpload,
    ...(summary === undefined ? {} : { summary }),
    ...(newest === undefined ? {} : { newest }),
  };
  made.set(project, overview);
  return overview;
}

// A project that changes is another object, so what was made of this one stays true.
const made = new WeakMap<StoredProject, ProjectOverview>();

/** Longer ones look for nothing. */
const LONGEST_QUERY = 200;

/**
 * Projects whose name or summary has every word that is searched for, the best first: the name itself, names that begin
 * with it, words of names, parts of names, words of summaries, parts of summaries; among equals by name.
 */
export function searchProjects(state: IndexState, query: string): readonly ProjectOverview[] {
  const words = query.slice(0, LONGEST_QUERY).toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return [...state.projects.values()]
    .flatMap((project) => {
      const overview = overviewOf(project);
      const summary = overview.summary?.toLowerCase() ?? '';
      const ranks = words.map((word) => rankOf(word, project.normalizedName, summary));
      return ranks.includes(undefined)
        ? []
        : [{ overview, rank: ranks.reduce<number>((sum, rank) => sum + (rank ?? 0), 0) }];
    })
    .sort(
      (left, right) =>
        left.rank - right.rank ||
        (left.overview.project.normalizedName < right.overview.project.normalizedName ? -1 : 1),
    )
    .map(({ overview }) => overview);
}

/** The lower the better; undefined when it is nowhere. */
function rankOf(word: string, name: string, summary: string): number | undefined {
  const asName = normalizeName(word);
  const trials = [
    () => name === asName,
    () => name.startsWith(asName),
    () => name.includes(`-${asName}`),
    () => name.includes(asName),
    () => summary.split(/[^\p{L}\p{N}]+/u).some((each) => each.startsWith(word)),
    () => summary.includes(word),
  ];
  const rank = trials.findIndex((fits) => fits());
  return rank === -1 ? undefined : rank;
}
