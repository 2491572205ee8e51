/** A project, or one version of it, for people. */
import { coverageOf } from '../../index/index.ts';
import {
  breakable,
  contents,
  coverageMatrix,
  markup,
  table,
  type Html,
  type PagePart,
} from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { IndexState, StoredProject } from '../state.ts';
import { dependencyList } from './dependencies.ts';
import { fileTable } from './file-table.ts';
import { fieldOf, fieldsOf } from './form-facts.ts';
import type { Readme, Site } from './model.ts';
import { notice, siteNotices, statusNotice } from './notices.ts';
import { newestOf, releasesOf, type ShownRelease } from './project-releases.ts';
import { readmeBody } from './readme.ts';
import { releaseFacts } from './release-facts.ts';
import { projectPath, sitePage } from './site-page.ts';
import { counted, day, grouped } from './words.ts';

/** What the page is made of. */
export interface ProjectPeoplePage {
  readonly site: Site;
  /** For links to what the release depends on. */
  readonly state: Pick<IndexState, 'projects'>;
  readonly project: StoredProject;
  /** The release that was asked for, of `releasesOf`; the newest when left out. */
  readonly release?: ShownRelease;
  /** Of this release, from `renderReadme`. */
  readonly readme?: Readme;
}

/** The page as HTML. */
export function projectPeoplePage(content: ProjectPeoplePage): string {
  const { site, project } = content;
  const releases = releasesOf(project);
  const newest = newestOf(releases);
  const release = content.release ?? newest;
  const summary = release === undefined ? undefined : fieldOf(release.metadata, 'summary');
  const parts = release === undefined ? [] : partsOf(content, release, releases);
  return sitePage(site, {
    title: release === undefined ? project.name : `${project.name} ${release.version}`,
    description: summary ?? `Releases and files of ${project.name}.`,
    body: markup`<h1>${breakable(project.name)}${release !== undefined && markup` <span class="soft">${release.version}</span>`}</h1>
${summary !== undefined && markup`<p class="summary">${summary}</p>\n`}${siteNotices(site)}${statusNotice(project)}${release !== undefined && releaseNotice(content, release, newest)}${
      release === undefined
        ? markup`<p class="soft">The name is taken; nothing has been uploaded yet.</p>\n`
        : releaseFacts({ site, project, release, isNewest: release === newest })
    }
${parts.length > 1 && contents(parts)}
${parts.map(({ id, title, body }) => markup`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${body}</section>\n`)}`,
  });
}

function releaseNotice(
  { site, project }: ProjectPeoplePage,
  release: ShownRelease,
  newest: ShownRelease | undefined,
): Html {
  const yanked = release.files.find(({ yanked: reason }) => reason !== undefined)?.yanked;
  const reason = typeof yanked === 'string' && yanked !== '' ? `: ${yanked}` : '.';
  return markup`${release.isYanked && notice('bad', 'Yanked', `installers take it only when it is asked for exactly${reason}`)}${
    newest !== undefined &&
    newest !== release &&
    notice(
      'plain',
      'Another version',
      markup`users get <a href="${projectPath(site, project.normalizedName)}">${newest.version}</a>.`,
    )
  }`;
}

type Part = PagePart & { readonly body: Html };

function partsOf(
  { site, state, project, readme }: ProjectPeoplePage,
  release: ShownRelease,
  releases: readonly ShownRelease[],
): readonly Part[] {
  const isOffered = project.status?.status !== 'quarantined';
  const requirements = fieldsOf(release.metadata, 'requires_dist').length;
  return [
    ...coveragePart(site, release, isOffered),
    {
      id: 'files',
      title: 'Files',
      count: release.files.length,
      body: fileTable({
        site,
        caption: `${counted(release.files.length, 'file')} of ${release.version}, ${formatBytes(release.size)}`,
        files: release.files,
        isOffered,
      }),
    },
    ...(requirements === 0
      ? []
      : [
          {
            id: 'dependencies',
            title: 'Dependencies',
            count: requirements,
            body: dependencyList(site, state, release.metadata),
          },
        ]),
    {
      id: 'releases',
      title: 'Releases',
      count: releases.length,
      body: releaseTable({ site, project, release }, releases),
    },
    ...(readme === undefined
      ? []
      : [{ id: 'description', title: 'Description', body: readmeBody(readme) }]),
  ];
}

function coveragePart(site: Site, release: ShownRelease, isOffered: boolean): readonly Part[] {
  const { pythons, platforms, cellOf } = coverageOf(release.files);
  if (pythons.length === 0 || platforms.length === 0) return [];
  const files = new Map(release.files.map((file) => [file.filename, file]));
  const body = coverageMatrix({
    caption: `What users get of ${release.version}`,
    pythons,
    platforms,
    cellOf: (python, platform) => {
      const cell = cellOf(python, platform);
      const file = cell.kind === 'wheel' && isOffered ? files.get(cell.file) : undefined;
      return file === undefined || cell.kind !== 'wheel'
        ? cell
        : { ...cell, href: site.fileUrl(file) };
    },
  });
  return [{ id: 'coverage', title: 'Coverage', body }];
}

function releaseTable(
  { site, project, release }: { site: Site; project: StoredProject; release: ShownRelease },
  releases: readonly ShownRelease[],
): Html {
  return table({
    caption: 'The newest first',
    columns: [
      { title: 'Version', breaks: true },
      { title: 'First upload', short: true },
      { title: 'Files', numeric: true },
      { title: 'Size', numeric: true },
      { title: 'Note' },
    ],
    marked: releases.indexOf(release),
    rows: releases.map((each) => [
      markup`<a href="${projectPath(site, project.normalizedName, each.version)}"${each === release && markup` aria-current="page"`}>${breakable(each.version)}</a>`,
      day(each.created),
      grouped(each.files.length),
      formatBytes(each.size),
      releaseNote(each),
    ]),
  });
}

function releaseNote({ isPrerelease, isYanked, files }: ShownRelease): Html | undefined {
  if (files.length === 0) return markup`<span class="soft">no files</span>`;
  const taken = files.filter(({ yanked }) => yanked !== undefined).length;
  if (isYanked) return markup`<span class="bad">yanked</span>`;
  if (taken > 0) return markup`<span class="warn">${counted(taken, 'file')} yanked</span>`;
  return isPrerelease ? markup`<span class="soft">pre-release</span>` : undefined;
}
