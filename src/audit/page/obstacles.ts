import { breakable, entries, markup, type Html, type PageEntry } from '../../pages/index.ts';
import { groupBy } from '../../support/group-by.ts';
import type { Audit } from '../audit.ts';
import { nextStricter, type Obstacle } from '../explain.ts';
import { counted, few, prose, type AuditPart } from './words.ts';

/** Obstacles told one by one; a forged file may have thousands. */
const MOST_OBSTACLES = 100;

/** What stands between the input and the baseline that is worth the most. */
export function obstacleList(audit: Audit): AuditPart | undefined {
  const next = nextStricter(audit);
  if (next === undefined || next.holds) return undefined;
  const { tag, obstacles } = next;
  const rest = obstacles.length - MOST_OBSTACLES;
  const groups = groupBy(obstacles.slice(0, MOST_OBSTACLES), ({ remedy }) => remedy);
  const files = new Set(obstacles.flatMap(({ files: each }) => each)).size;
  return {
    id: 'obstacles',
    title: `What stops ${tag}`,
    count: obstacles.length,
    body: markup`<p class="soft">${counted(obstacles.length, 'obstacle')} in ${files} of ${counted(audit.natives.length, 'native file')}</p>
${entries([...groups.values()].flatMap((group) => (group.length === 1 ? group.map(aloneEntry) : [])))}
${[...groups.values()].map((group) => group.length > 1 && together(group))}
${rest > 0 && markup`<p>and ${counted(rest, 'obstacle')} more</p>`}`,
  };
}

/** Obstacles with one remedy: what is the same for all is said once. */
function together(group: readonly Obstacle[]): Html {
  const details = new Set(group.map(restOfDetail));
  const [shared] = details;
  const [first] = group;
  return markup`${details.size === 1 && shared !== undefined && markup`<p class="group">${counted(group.length, 'library', 'libraries')}, of which each ${shared}:</p>`}
${entries(group.map((each) => entryOf(each, { isShared: details.size === 1 })))}
<p class="todo"><b>What to do:</b> ${first !== undefined && prose(first.remedy)}</p>`;
}

function aloneEntry(obstacle: Obstacle): PageEntry {
  const { term, lines } = entryOf(obstacle, { isShared: false });
  return { term, lines: [...lines, prose(obstacle.remedy)] };
}

function entryOf(obstacle: Obstacle, { isShared }: { readonly isShared: boolean }): PageEntry {
  const { kind, library, version, symbols, files, detail } = obstacle;
  const where = markup`<span class="soft">in ${breakable(few(files))}</span>`;
  if (kind === 'symbol' && version !== undefined && library !== undefined) {
    const term = markup`<code>${breakable(version)}</code> of ${breakable(library)}`;
    return { term, lines: [symbols.length > 0 && codeOf(symbols), where] };
  }
  const rest = restOfDetail(obstacle);
  if (library !== undefined && rest !== undefined)
    return { term: markup`<code>${breakable(library)}</code>`, lines: [!isShared && rest, where] };
  return { term: detail, lines: [symbols.length > 0 && codeOf(symbols), where] };
}

/** What is said of a library, without its name. */
function restOfDetail({ kind, library, detail }: Obstacle): string | undefined {
  const isOfLibrary = kind === 'library' && library !== undefined;
  return isOfLibrary && detail.startsWith(`${library} `)
    ? detail.slice(library.length + 1)
    : undefined;
}

function codeOf(symbols: readonly string[]): Html {
  return markup`<code>${few(symbols, 6)}</code>`;
}
