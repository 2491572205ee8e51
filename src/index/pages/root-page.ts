/**
 * The list of projects, for installers and for people.
 *
 * Specification: Simple repository API, "HTML-based", version 1.4 (PEP 503, 629).
 */
import { SIMPLE_API_VERSION } from '../../packaging/index.ts';
import { markup, page, table, type Html } from '../../pages/index.ts';
import { projectFolder } from '../model.ts';

/** A project as a row. */
export interface ProjectRow {
  /** Normalised. */
  readonly name: string;
  readonly summary?: string;
  /** The newest. */
  readonly version?: string;
  /** How many files it has. */
  readonly files?: number;
}

/** What the list of projects is made of. */
export interface RootPage {
  /** In the order that they are to stand in. */
  readonly projects: readonly ProjectRow[];
  readonly title?: string;
  /** Its own address, for the command that installs; absolute. */
  readonly indexUrl?: string;
  /** What only this index has to say, above the list. */
  readonly extra?: Html;
  /** The last line of the page. */
  readonly note?: string;
}

/** The page as HTML; same data, same bytes. */
export function rootPage({
  projects,
  title = 'Simple index',
  indexUrl,
  extra,
  note,
}: RootPage): string {
  const hasVersions = projects.some(({ version }) => version !== undefined);
  const hasFiles = projects.some(({ files }) => files !== undefined);
  const hasSummaries = projects.some(({ summary }) => summary !== undefined);
  const count = `${projects.length} ${projects.length === 1 ? 'project' : 'projects'}`;
  return page({
    title,
    description: `A package index with ${count}.`,
    skipLink: false,
    metas: { 'pypi:repository-version': SIMPLE_API_VERSION },
    body: markup`<h1>${title}</h1>
<p class="soft">${count}</p>
${indexUrl !== undefined && markup`<p><code>pip install --index-url ${indexUrl} PROJECT</code></p>\n`}${extra}${
      projects.length > 0 &&
      table({
        caption: 'Projects',
        columns: [
          { title: 'Project', breaks: true },
          ...(hasVersions ? [{ title: 'Newest', short: true }] : []),
          ...(hasFiles ? [{ title: 'Files', numeric: true }] : []),
          ...(hasSummaries ? [{ title: 'Summary' }] : []),
        ],
        rows: projects.map(({ name, version, files, summary }) => [
          markup`<a href="${projectFolder(name)}">${name}</a>`,
          ...(hasVersions ? [version] : []),
          ...(hasFiles ? [files] : []),
          ...(hasSummaries ? [summary] : []),
        ]),
      })
    }`,
    ...(note === undefined ? {} : { note }),
  });
}
