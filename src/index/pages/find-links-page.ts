/** One flat page with the files of all projects, for `pip install --find-links` and what is like it. */
import { SIMPLE_API_VERSION, type SimpleFile } from '../../packaging/index.ts';
import { markup, page, table } from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import { fileAnchor } from './file-anchor.ts';

/** What the flat page is made of. */
export interface FindLinksPage {
  readonly projects: readonly { readonly name: string; readonly files: readonly SimpleFile[] }[];
  readonly title?: string;
  /** Its own address, for the command that installs; absolute. */
  readonly pageUrl?: string;
  readonly note?: string;
}

/** The page as HTML; same data, same bytes. As on a project's page, there are no links but those of files. */
export function findLinksPage({
  projects,
  title = 'All files',
  pageUrl,
  note,
}: FindLinksPage): string {
  return page({
    title,
    description: 'Every file of this index on one page.',
    skipLink: false,
    metas: { 'pypi:repository-version': SIMPLE_API_VERSION },
    body: markup`<h1>${title}</h1>
${pageUrl !== undefined && markup`<p><code>pip install --no-index --find-links ${pageUrl} PROJECT</code></p>\n`}${projects.map(
      ({ name, files }) => markup`<section>
<h2>${name}</h2>
${table({
  caption: `Files of ${name}`,
  columns: [
    { title: 'File', breaks: true },
    { title: 'Size', numeric: true },
  ],
  rows: files.map((file) => [
    fileAnchor(file),
    file.size === undefined ? '' : formatBytes(file.size),
  ]),
})}</section>
`,
    )}`,
    ...(note === undefined ? {} : { note }),
  });
}
