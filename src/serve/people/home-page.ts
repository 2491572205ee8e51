/** The first page of the server: what it serves, and how to use it. */
import { contents, entries, markup, type Html } from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { IndexState } from '../state.ts';
import { useCommands } from './install.ts';
import type { Site, UploadAttempt } from './model.ts';
import { siteNotices } from './notices.ts';
import { projectTable } from './project-list.ts';
import { overviewOf } from './search.ts';
import { pathOf, sitePage } from './site-page.ts';
import { uploadTable } from './upload-table.ts';
import { counted, grouped } from './words.ts';

/** What the first page is made of. */
export interface HomePage {
  readonly site: Site;
  readonly state: IndexState;
  /** The newest first; the first few are shown. */
  readonly uploads?: readonly UploadAttempt[];
}

/** More are found by searching. */
const MOST_PROJECTS = 200;
const MOST_UPLOADS = 5;

/** The page as HTML. */
export function homePage({ site, state, uploads = [] }: HomePage): string {
  const parts = [
    ...(state.projects.size === 0
      ? []
      : [{ id: 'projects', title: 'Projects', body: projects(site, state) }]),
    { id: 'use', title: 'How to use it', body: commands(site) },
    ...(uploads.length === 0
      ? []
      : [{ id: 'uploads', title: 'Last uploads', body: lastUploads(site, uploads) }]),
  ];
  return sitePage(site, {
    title: 'Package index',
    description: `A package index with ${counted(state.projects.size, 'project')}.`,
    body: markup`<h1>Package index</h1>
<p class="verdict">${totals(state)}</p>
${siteNotices(site)}${parts.length > 1 && contents(parts)}
${parts.map(({ id, title, body }) => markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}</section>\n`)}`,
  });
}

function totals({ projects: all }: IndexState): string {
  if (all.size === 0) return 'Nothing has been uploaded yet.';
  let files = 0;
  let bytes = 0;
  for (const project of all.values()) {
    files += project.files.size;
    for (const { size } of project.files.values()) bytes += size;
  }
  return `${counted(all.size, 'project')}, ${counted(files, 'file')}, ${formatBytes(bytes)}`;
}

function projects(site: Site, state: IndexState): Html {
  const newestFirst = [...state.projects.values()]
    .map(overviewOf)
    .sort((left, right) =>
      left.lastUpload === right.lastUpload ? 0 : left.lastUpload < right.lastUpload ? 1 : -1,
    );
  const shown = newestFirst.slice(0, MOST_PROJECTS);
  const isAll = shown.length === newestFirst.length;
  return markup`${projectTable(site, isAll ? 'By last upload' : `The ${shown.length} with the last uploads`, shown)}${
    !isAll &&
    markup`<p class="soft">${grouped(newestFirst.length - shown.length)} more are found by searching, or in the <a href="${pathOf(site, 'simple/')}">simple index</a>.</p>\n`
  }`;
}

function commands(site: Site): Html {
  return entries(
    useCommands(site).map(({ title, command }) => ({
      term: title,
      lines: [markup`<code class="copy">${command}</code>`],
    })),
    { compact: true },
  );
}

function lastUploads(site: Site, uploads: readonly UploadAttempt[]): Html {
  return markup`${uploadTable(site, 'The newest first', uploads.slice(0, MOST_UPLOADS))}${
    uploads.length > MOST_UPLOADS &&
    markup`<p><a href="${pathOf(site, 'uploads/')}">All ${grouped(uploads.length)} uploads</a></p>\n`
  }`;
}
