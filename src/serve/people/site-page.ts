/** What every page of the server has: the way home, the uploads, a search. */
import { markup, page, type Html } from '../../pages/index.ts';
import type { Site } from './model.ts';
import { SITE_STYLE } from './style.ts';

/** One page of the server. */
export interface SitePage {
  readonly title: string;
  /** One sentence for screen readers. */
  readonly description: string;
  readonly body: Html;
  /** What was searched for. */
  readonly query?: string;
}

/** The whole document. */
export function sitePage(site: Site, { title, description, body, query }: SitePage): string {
  return page({
    title,
    description,
    body,
    header: bar(site, query),
    style: SITE_STYLE,
    sendsForms: true,
    note: 'A local index to rehearse releases. Served by wheelworks. Times are in UTC.',
  });
}

function bar(site: Site, query = ''): Html {
  return markup`<header class="bar"><a href="${pathOf(site, '')}">Package index</a>
<nav aria-label="Site"><a href="${pathOf(site, 'uploads/')}">Uploads</a><a href="${pathOf(site, 'simple/')}">Simple index</a></nav>
<form action="${pathOf(site, '')}" role="search"><input type="search" name="q" value="${query}" aria-label="Search projects" placeholder="Search projects" autocomplete="off" spellcheck="false"><button>Search</button></form></header>
`;
}

/** A path of the server, from the root of its host. */
export function pathOf(site: Site, path: string): string {
  return new URL(path, site.url).pathname;
}

/** The page of a project or of one version of it. */
export function projectPath(site: Site, normalizedName: string, version?: string): string {
  const parts = ['project', normalizedName, ...(version === undefined ? [] : [version])];
  return pathOf(site, `${parts.map(encodeURIComponent).join('/')}/`);
}

/** An address of the server in full, for commands. */
export function addressOf(site: Site, path: string): string {
  return new URL(path, site.url).href;
}
