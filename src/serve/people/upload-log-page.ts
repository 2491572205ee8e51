/** Every upload that was tried. */
import { markup } from '../../pages/index.ts';
import type { Site, UploadAttempt } from './model.ts';
import { siteNotices } from './notices.ts';
import { addressOf, sitePage } from './site-page.ts';
import { uploadTable } from './upload-table.ts';
import { counted, grouped } from './words.ts';

/** What the page is made of. */
export interface UploadLogPage {
  readonly site: Site;
  /** The newest first. */
  readonly uploads: readonly UploadAttempt[];
}

const MOST_UPLOADS = 500;

/** The page as HTML. */
export function uploadLogPage({ site, uploads }: UploadLogPage): string {
  const shown = uploads.slice(0, MOST_UPLOADS);
  const taken = uploads.filter(({ judgement }) => judgement.status < 300).length;
  return sitePage(site, {
    title: 'Uploads',
    description: `${counted(uploads.length, 'upload')} that this index was sent, with its answers.`,
    body: markup`<h1>Uploads</h1>
<p class="verdict">${
      uploads.length === 0
        ? 'Nothing has been sent yet.'
        : `${counted(uploads.length, 'upload')}: ${grouped(taken)} taken, ${grouped(uploads.length - taken)} refused`
    }</p>
${siteNotices(site)}${
      uploads.length === 0 &&
      markup`<p>Send the first: <code class="copy">twine upload --repository-url ${addressOf(site, 'legacy/')} dist/*</code></p>\n`
    }${uploadTable(
      site,
      shown.length === uploads.length
        ? 'The newest first'
        : `The newest ${shown.length} of ${grouped(uploads.length)}`,
      shown,
    )}`,
  });
}
