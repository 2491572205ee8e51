/** What a person sees where there is nothing to see. */
import { markup } from '../../pages/index.ts';
import type { Site } from './model.ts';
import { pathOf, sitePage } from './site-page.ts';
import { shortened } from './words.ts';

/** What the page is made of. */
export interface ErrorPage {
  readonly site: Site;
  /** Of HTTP. */
  readonly status: number;
  /** What is wrong. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be read',
  401: 'Who is it?',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Not in this way',
  410: 'No longer there',
  500: 'The index failed',
  503: 'Not now',
};

/** The page as HTML. */
export function errorPage({ site, status, message, hint }: ErrorPage): string {
  const title = TITLES[status] ?? (status < 500 ? 'The request is refused' : 'The index failed');
  return sitePage(site, {
    title: `${title} (${status})`,
    description: title,
    body: markup`<h1>${title} <span class="soft">${status}</span></h1>
<p>${shortened(message, 500)}</p>
${hint !== undefined && markup`<p>${hint}</p>\n`}<p><a href="${pathOf(site, '')}">All projects</a></p>
`,
  });
}
