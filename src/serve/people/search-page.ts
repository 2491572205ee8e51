/** What a search finds. */
import { markup } from '../../pages/index.ts';
import type { IndexState } from '../state.ts';
import type { Site } from './model.ts';
import { projectTable } from './project-list.ts';
import { searchProjects } from './search.ts';
import { pathOf, sitePage } from './site-page.ts';
import { counted, shortened } from './words.ts';

/** What the page is made of. */
export interface SearchPage {
  readonly site: Site;
  readonly state: IndexState;
  /** As it was typed. */
  readonly query: string;
}

const MOST_RESULTS = 100;

/** The page as HTML. */
export function searchPage({ site, state, query }: SearchPage): string {
  const found = searchProjects(state, query);
  const words = shortened(query.trim(), 80);
  const verdict =
    found.length === 0
      ? 'No project has it in its name or summary.'
      : counted(found.length, 'project');
  return sitePage(site, {
    title: `Search: ${words}`,
    description: `Projects found for ${words}.`,
    query,
    body: markup`<h1>Search: ${words}</h1>
<p class="verdict">${verdict}</p>
${projectTable(site, 'The best first', found.slice(0, MOST_RESULTS))}${
      found.length > MOST_RESULTS &&
      markup`<p class="soft">The first ${MOST_RESULTS} are shown; more words find less.</p>\n`
    }<p><a href="${pathOf(site, '')}">All projects</a></p>
`,
  });
}
