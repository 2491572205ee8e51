/**
 * A project's page: for installers and for people in one.
 *
 * Installers read every link of it. Hence none of the links but those of the files may look like one of a file, and none
 * may lead within the page: uv takes every fragment for a digest.
 *
 * Specification: Simple repository API, "HTML-based", version 1.4 (PEP 503, 592, 629, 658, 714, 740, 792, 833).
 */
import { SIMPLE_API_VERSION, type SimpleFile, type SimpleProject } from '../../packaging/index.ts';
import {
  coverageMatrix,
  entries,
  markup,
  page,
  table,
  type Html,
  type HtmlValue,
} from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import { coverageOf } from '../coverage.ts';
import type { ProjectFacts } from '../model.ts';
import { newestRelease, releasesOf, type Release } from '../releases.ts';
import { fileAnchor } from './file-anchor.ts';
import { orderedLinks, projectLink } from './links.ts';

/** What a project's page is made of. */
export interface ProjectPage {
  readonly project: SimpleProject;
  /** Of the newest release. */
  readonly facts?: ProjectFacts;
  /** The address of the list of projects, for the command that installs; absolute. */
  readonly indexUrl?: string;
  /** Where the list of projects is, from this page. Default `../`. */
  readonly rootUrl?: string;
  /** What only this index has to say, above the files: a button, a note. */
  readonly extra?: Html;
  /** The last line of the page. */
  readonly note?: string;
}

/** The page as HTML; same data, same bytes. */
export function projectPage(content: ProjectPage): string {
  const { project, facts, extra, note, rootUrl = '../' } = content;
  const files = project.status?.status === 'quarantined' ? [] : project.files;
  const releases = releasesOf(project.name, files);
  const newest = newestRelease(releases);
  const title = facts?.name ?? project.name;
  return page({
    title,
    description: facts?.summary ?? `Files of ${title}.`,
    skipLink: false,
    metas: {
      'pypi:repository-version': SIMPLE_API_VERSION,
      ...(project.status === undefined ? {} : { 'pypi:project-status': project.status.status }),
      ...(project.status?.reason === undefined
        ? {}
        : { 'pypi:project-status-reason': project.status.reason }),
    },
    body: markup`<p class="soft"><a href="${rootUrl}">All projects</a></p>
<h1>${title}${newest !== undefined && markup` <span class="soft">${newest.version}${newest.isYanked && markup`, yanked`}</span>`}</h1>
${facts?.summary !== undefined && markup`<p>${facts.summary}</p>\n`}${statusLine(project)}${yankedLine(releases, newest)}${factLines(content, newest)}
${extra}${newest !== undefined && coverage(newest)}${fileLists(releases, newest)}${unreadable(files, releases)}`,
    ...(note === undefined ? {} : { note }),
  });
}

function statusLine({ status }: SimpleProject): Html | false {
  if (status === undefined || status.status === 'active') return false;
  const { reason } = status;
  return markup`<p class="warn">This project is ${status.status}${reason !== undefined && `: ${reason}`}.</p>\n`;
}

/** Of the newest version, which is then not the one that installers take. */
function yankedLine(
  [latest]: readonly Release<SimpleFile>[],
  shown: Release<SimpleFile> | undefined,
): Html | false {
  if (latest === undefined || shown === undefined || !latest.isYanked) return false;
  const rest =
    latest === shown
      ? 'No version is left that installers take by themselves.'
      : `Installers take ${shown.version}.`;
  return markup`<p class="warn">The newest version, ${latest.version}, is yanked. ${rest}</p>\n`;
}

function factLines({ project, facts, indexUrl }: ProjectPage, newest?: Release<SimpleFile>): Html {
  const links = orderedLinks(facts?.links ?? []).flatMap((link) => projectLink(link) ?? []);
  const requires = newest?.files.find((file) => file.requiresPython !== undefined)?.requiresPython;
  const pre = newest?.isPrerelease === true ? '--pre ' : '';
  return entries(
    [
      {
        term: 'Install',
        lines: [installLine(`${pre}${project.name}`, indexUrl)],
      },
      ...(requires === undefined ? [] : [{ term: 'Python', lines: [requires] }]),
      ...(links.length === 0 ? [] : [{ term: 'Links', lines: [separated(links)] }]),
    ],
    { compact: true },
  );
}

/** Without an address, nothing that can be copied: it would install what PyPI has under that name. */
function installLine(what: string, indexUrl: string | undefined): Html {
  if (indexUrl !== undefined)
    return markup`<code>pip install --index-url ${indexUrl} ${what}</code>`;
  return markup`<code>pip install --index-url &lt;THIS_INDEX&gt; ${what}</code> <span class="soft">THIS_INDEX: the address of the list of projects</span>`;
}

function separated(items: readonly Html[]): HtmlValue {
  return items.map((item, index) => (index === 0 ? item : markup` · ${item}`));
}

function coverage({ version, files, isYanked }: Release<SimpleFile>): Html {
  const { pythons, platforms, cellOf } = coverageOf(files);
  return coverageMatrix({
    caption: `Wheels of ${version}${isYanked ? ', yanked' : ''}`,
    pythons,
    platforms,
    cellOf,
  });
}

/** Older releases are folded away where there are many. */
const OPEN_RELEASES = 3;

function fileLists(
  releases: readonly Release<SimpleFile>[],
  newest: Release<SimpleFile> | undefined,
): Html {
  const ordered =
    newest === undefined ? [] : [newest, ...releases.filter((release) => release !== newest)];
  return markup`<h2>Files</h2>
${ordered.length === 0 && markup`<p class="soft">No files.</p>\n`}${ordered.map((release, index) => releaseFiles(release, index < OPEN_RELEASES))}`;
}

function releaseFiles(release: Release<SimpleFile>, isOpen: boolean): Html {
  const { files } = release;
  const hasTimes = files.some(({ uploadTime }) => uploadTime !== undefined);
  const hasNotes = files.some((file) => noteOf(file) !== undefined);
  const size = files.reduce((sum, each) => sum + (each.size ?? 0), 0);
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  return markup`<details${isOpen && markup` open`}>
<summary><b>${release.version}</b> <span class="soft">${count}, ${formatBytes(size)}${release.isPrerelease && ', pre-release'}${release.isYanked && ', yanked'}</span></summary>
${table({
  caption: `Files of ${release.version}`,
  columns: [
    { title: 'File', breaks: true },
    { title: 'Size', numeric: true },
    ...(hasTimes ? [{ title: 'Uploaded', short: true }] : []),
    ...(hasNotes ? [{ title: 'Note' }] : []),
  ],
  rows: files.map((file) => [
    fileAnchor(file),
    file.size === undefined ? '' : formatBytes(file.size),
    ...(hasTimes ? [(file.uploadTime ?? '').slice(0, 10)] : []),
    ...(hasNotes ? [noteOf(file)] : []),
  ]),
})}</details>
`;
}

function noteOf({ yanked, provenance }: SimpleFile): Html | undefined {
  if (yanked !== undefined)
    return markup`<span class="bad">yanked${yanked !== true && `: ${yanked}`}</span>`;
  return provenance === undefined ? undefined : markup`<span class="good">attested</span>`;
}

/** Installers may still know what to do with them. */
function unreadable(
  files: readonly SimpleFile[],
  releases: readonly Release<SimpleFile>[],
): Html | false {
  const known = new Set(releases.flatMap((release) => release.files));
  const others = files.filter((file) => !known.has(file));
  if (others.length === 0) return false;
  return table({
    caption: 'Files of no version that can be told',
    columns: [{ title: 'File', breaks: true }],
    rows: others.map((file) => [fileAnchor(file)]),
  });
}
