/** The files of a release. */
import { parseWheelFilename } from '../../packaging/index.ts';
import { breakable, markup, table, type Html, type HtmlValue } from '../../pages/index.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { StoredFile } from '../state.ts';
import type { Site } from './model.ts';
import { moment } from './words.ts';

/** How the table is made. */
export interface FileTable {
  readonly site: Site;
  readonly caption: string;
  readonly files: readonly StoredFile[];
  /** False when the files can not be got. */
  readonly isOffered: boolean;
}

/** The table; nothing for no files. */
export function fileTable({ site, caption, files, isOffered }: FileTable): Html {
  if (files.length === 0) return markup`<p class="soft">No files.</p>\n`;
  const hasNotes = files.some(({ yanked, hasProvenance }) => yanked !== undefined || hasProvenance);
  return table({
    caption,
    columns: [
      { title: 'File', breaks: true },
      ...(hasNotes ? [{ title: 'Note' }] : []),
      { title: 'Size', numeric: true },
      { title: 'Uploaded', short: true },
      { title: 'Tags' },
      { title: 'Metadata', short: true },
      { title: 'SHA-256', short: true },
    ],
    rows: files.map((file) => [
      isOffered
        ? markup`<a href="${site.fileUrl(file)}">${breakable(file.filename)}</a>`
        : breakable(file.filename),
      ...(hasNotes ? [note(site, file)] : []),
      formatBytes(file.size),
      moment(file.uploadTime),
      tags(file),
      isOffered && metadataLink(site, file),
      markup`<code title="${file.sha256}">${file.sha256.slice(0, 10)}…</code>`,
    ]),
  });
}

function note(site: Site, file: StoredFile): HtmlValue {
  const { yanked, hasProvenance } = file;
  const words = [
    yanked !== undefined &&
      markup`<span class="bad">yanked${yanked !== true && yanked !== '' && `: ${yanked}`}</span>`,
    hasProvenance === true && provenance(site, file),
  ].filter((each) => each !== false);
  return words.map((each, index) => (index === 0 ? each : markup`, ${each}`));
}

function provenance(site: Site, file: StoredFile): Html {
  const address = site.provenanceUrl?.(file);
  return address === undefined
    ? markup`<span class="good">attested</span>`
    : markup`<a href="${address}">attested</a>`;
}

function metadataLink(site: Site, file: StoredFile): Html | false {
  if (file.metadataSha256 === undefined) return false;
  return markup`<a href="${site.fileUrl(file)}.metadata" aria-label="Metadata of ${file.filename}">view</a>`;
}

/** Interpreters, ABIs and platforms; a platform has the versions that it stands for beside it. */
function tags({ filename, kind }: StoredFile): HtmlValue {
  if (kind === 'sdist') return markup`<span class="soft">source</span>`;
  try {
    const { interpreters, abis, platforms } = parseWheelFilename(filename).tags;
    return markup`${[interpreters, abis, platforms].map((each, index) => markup`${index > 0 && markup` <span class="soft">·</span> `}${breakable(each.join(', '))}`)}`;
  } catch {
    return markup`<span class="warn">not to be read</span>`;
  }
}
