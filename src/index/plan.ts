/** The pages of a static index as data: what will be written where, before anything is written. */
import { formatSimpleIndex, formatSimpleProject, type SimpleProject } from '../packaging/index.ts';
import { groupBy } from '../support/group-by.ts';
import { simpleFileOf, urlPart, type IndexedFile, type ProjectFacts } from './model.ts';
import { findLinksPage } from './pages/find-links-page.ts';
import { projectPage } from './pages/project-page.ts';
import { rootPage, type ProjectRow } from './pages/root-page.ts';
import { newestRelease, releasesOf } from './releases.ts';

/** Path below the index folder, with `/`, to text. */
export type IndexPages = ReadonlyMap<string, string>;

/** A project with all that its pages say. */
export interface PlannedProject {
  readonly project: SimpleProject;
  readonly facts?: ProjectFacts;
}

/** What pages say beside the projects. */
export interface PagesOptions {
  /** The absolute address that the index will have, ending in `/`; for the commands that install from it. */
  readonly baseUrl?: string;
  readonly title?: string;
}

/**
 * Every page for a set of projects: `simple/` (PEP 503 and 691) and `links.html` (find-links). File addresses are absolute,
 * or start from the folder that both lie in. Same projects, same bytes.
 */
export function planPages(
  projects: readonly PlannedProject[],
  options: PagesOptions = {},
): IndexPages {
  const sorted = byName(projects);
  return new Map([
    ...sorted.flatMap((project) => [...planProject(project, options)]),
    ...planLinks(sorted, options),
    ...planRoot(sorted, options),
  ]);
}

/** In the order of all pages. */
export function byName(projects: readonly PlannedProject[]): readonly PlannedProject[] {
  return projects.toSorted((left, right) => (left.project.name < right.project.name ? -1 : 1));
}

/** The flat page. */
export function planLinks(
  sorted: readonly PlannedProject[],
  { baseUrl }: PagesOptions,
): IndexPages {
  const text = findLinksPage({
    projects: sorted.map(({ project }) => ({
      name: project.name,
      files: offered(project).files,
    })),
    ...(baseUrl === undefined ? {} : { pageUrl: `${baseUrl}links.html` }),
  });
  return new Map([['links.html', text]]);
}

/** The lists of projects. */
export function planRoot(
  sorted: readonly PlannedProject[],
  { baseUrl, title }: PagesOptions,
): IndexPages {
  const html = rootPage({
    projects: sorted.map(rowOf),
    ...(baseUrl === undefined ? {} : { indexUrl: `${baseUrl}simple/` }),
    ...(title === undefined ? {} : { title }),
  });
  return new Map([
    ['simple/index.html', html],
    ['simple/index.json', formatSimpleIndex(sorted.map(({ project }) => project.name))],
  ]);
}

/** The two pages of one project. */
export function planProject(
  { project, facts }: PlannedProject,
  { baseUrl }: PagesOptions,
): IndexPages {
  const folder = `simple/${project.name}`;
  const shown = seenFromProject(project);
  return new Map([
    [
      `${folder}/index.html`,
      projectPage({
        project: shown,
        ...(facts === undefined ? {} : { facts }),
        ...(baseUrl === undefined ? {} : { indexUrl: `${baseUrl}simple/` }),
      }),
    ],
    [`${folder}/index.json`, formatSimpleProject(offered(shown))],
  ]);
}

/** PEP 792: of quarantined projects no files are offered. */
function offered(project: SimpleProject): SimpleProject {
  return project.status?.status === 'quarantined' ? { ...project, files: [] } : project;
}

/** Project pages lie two folders deeper than the flat page. */
function seenFromProject(project: SimpleProject): SimpleProject {
  return {
    ...project,
    files: project.files.map((file) => ({
      ...file,
      url: isAbsoluteUrl(file.url) ? file.url : `../../${file.url}`,
    })),
  };
}

function isAbsoluteUrl(url: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(url);
}

function rowOf({ project, facts }: PlannedProject): ProjectRow {
  const newest = newestRelease(releasesOf(project.name, project.files));
  return {
    name: project.name,
    files: project.files.length,
    ...(newest === undefined ? {} : { version: newest.version }),
    ...(facts?.summary === undefined ? {} : { summary: facts.summary }),
  };
}

/** The pages for files that lie in the index folder itself, so that it can be moved or served as it is. */
export function planIndex(
  files: readonly IndexedFile[],
  facts: ReadonlyMap<string, ProjectFacts> = new Map(),
): IndexPages {
  const projects = [...groupBy(files, ({ project }) => project)].map(([name, own]) => {
    const known = facts.get(name);
    return {
      project: {
        name,
        ...inOrder(
          name,
          own.map((file) => simpleFileOf(file, urlPart(file.filename))),
        ),
      },
      ...(known === undefined ? {} : { facts: known }),
    };
  });
  return planPages(projects);
}

/** Versions and files in the order of pages: the oldest first, and names in the order of code units. */
export function inOrder(
  project: string,
  files: SimpleProject['files'],
): Required<Pick<SimpleProject, 'versions' | 'files'>> {
  const releases = releasesOf(project, files).toReversed();
  return {
    versions: releases.map(({ version }) => version),
    files: releases.flatMap((release) => release.files),
  };
}
