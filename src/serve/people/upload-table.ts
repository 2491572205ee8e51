/** Uploads as rows. */
import { breakable, markup, table, type Html } from '../../pages/index.ts';
import type { Site, UploadAttempt } from './model.ts';
import { pathOf } from './site-page.ts';
import { moment, shortened } from './words.ts';

const LONGEST_NAME = 160;
const LONGEST_CLIENT = 60;
const LONGEST_REASON = 200;

/** The table; nothing for no uploads. */
export function uploadTable(site: Site, caption: string, uploads: readonly UploadAttempt[]): Html {
  if (uploads.length === 0) return markup``;
  return table({
    caption,
    columns: [
      { title: 'File', breaks: true },
      { title: 'Time', short: true },
      { title: 'Answer' },
      { title: 'Violations', numeric: true },
      { title: 'Client', short: true },
    ],
    rows: uploads.map((upload) => [
      markup`<a href="${uploadPath(site, upload)}">${fileName(upload)}</a>`,
      moment(upload.time),
      answer(upload),
      upload.judgement.violations.length || markup`<span class="soft">none</span>`,
      upload.client === undefined
        ? markup`<span class="soft">not told</span>`
        : shortened(upload.client, LONGEST_CLIENT),
    ]),
  });
}

/** Where the page of an upload is. */
export function uploadPath(site: Site, { id }: UploadAttempt): string {
  return pathOf(site, `uploads/${encodeURIComponent(id)}/`);
}

/** What the client named the file. */
export function fileName({ filename }: UploadAttempt): Html {
  return filename === undefined || filename === ''
    ? markup`a form without a file`
    : breakable(shortened(filename, LONGEST_NAME));
}

function answer({ judgement }: UploadAttempt): Html {
  const { status, message, isThere } = judgement;
  if (status < 300)
    return markup`<span class="good">${status}</span> ${isThere ? 'was there already' : 'taken'}`;
  return markup`<span class="bad">${status}</span> ${shortened(message, LONGEST_REASON)}`;
}
