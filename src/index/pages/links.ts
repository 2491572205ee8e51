/** Links of a project's metadata, on pages that installers read. */
import { markup, type Html } from '../../pages/index.ts';
import type { ProjectLink } from '../model.ts';

/** A link that may be followed; undefined for what would run something, and for what an installer would take for a file. */
export function projectLink({ label, url }: ProjectLink): Html | undefined {
  const target = safeAddress(url);
  if (target === undefined) return undefined;
  const text = label.trim() === '' ? target.host : label;
  return markup`<a href="${target.href}" rel="nofollow noopener">${text}</a>`;
}

function safeAddress(text: string): URL | undefined {
  if (!/^https?:\/\/[^\s/]/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  // uv reads every fragment as a digest and refuses the whole page for one that is none.
  url.hash = '';
  return /\.(?:whl|zip|tgz|tbz|txz|tlz|tar(?:\.\w+)?|egg)\/*$/i.test(url.pathname)
    ? undefined
    : url;
}

const CHANGES = /^(?:change ?log|changes|release ?notes|what'?s ?new|history|news)$/i;

/** The changelog first, then as the author has them; each address once. */
export function orderedLinks(links: readonly ProjectLink[]): readonly ProjectLink[] {
  const distinct = [...new Map(links.toReversed().map((link) => [link.url, link])).values()];
  const isChanges = ({ label }: ProjectLink): boolean => CHANGES.test(label.replaceAll('_', ' '));
  const ordered = distinct.toReversed();
  return [...ordered.filter(isChanges), ...ordered.filter((link) => !isChanges(link))];
}
