import { createHash } from 'node:crypto';
import { markup, trusted, type Html } from './html.ts';
import { STYLE } from './style.ts';

/** A page. */
export interface PageContent {
  readonly title: string;
  /** One sentence for search results and screen readers. */
  readonly description: string;
  readonly body: Html;
  /** What a reader should know of how the page came about. */
  readonly note?: string;
  /** Further `<meta>` by name, for programs that read the page. */
  readonly metas?: Readonly<Record<string, string>>;
  /** False leaves the link that skips to the content out: on pages that begin with it, and may have no such links. */
  readonly skipLink?: boolean;
  /** Before the content, the same on every page of a site; the skip link leads past it. */
  readonly header?: Html;
  /** Rules beyond those of every page. Part of the program: text from elsewhere has no place in it. */
  readonly style?: string;
  /** The page has forms, which are sent to where it came from and nowhere else. */
  readonly sendsForms?: boolean;
}

/**
 * A whole document in one file: no script, no request. The content security policy lets nothing in but the style sheet,
 * so that even a hole in the escaping would run nothing.
 */
export function page(content: PageContent): string {
  const { title, description, body, note, metas = {}, skipLink = true, header } = content;
  const styles = [STYLE, ...(content.style === undefined ? [] : [content.style])];
  const policy = `default-src 'none'; style-src ${styles.map(sourceOf).join(' ')}; base-uri 'none'; form-action ${content.sendsForms === true ? "'self'" : "'none'"}`;
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${description}">
<meta name="generator" content="wheelworks">
<meta name="referrer" content="no-referrer">${Object.entries(metas).map(
    ([name, value]) => markup`\n<meta name="${name}" content="${value}">`,
  )}
<title>${title}</title>
${styles.map((style) => markup`<style>${trusted(style)}</style>\n`)}</head>
<body>
${skipLink && markup`<a class="skip" href="#content">Skip to the content</a>\n`}${header}<main id="content" tabindex="-1">
${body}
</main>
${note !== undefined && markup`<footer>${note}</footer>`}
</body>
</html>
`;
  return document.markup;
}

function sourceOf(style: string): string {
  return `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
}

/** A part of a page that can be gone to. */
export interface PagePart {
  /** Its `id`. */
  readonly id: string;
  readonly title: string;
  /** How much is in it. */
  readonly count?: number;
}

/** The parts of a page in one line, each a way to it. */
export function contents(parts: readonly PagePart[]): Html {
  return markup`<nav aria-label="Contents"><ul>${parts.map(
    ({ id, title, count }) =>
      markup`<li><a href="#${id}">${title}</a>${count !== undefined && markup` <span class="soft">${count}</span>`}</li>`,
  )}</ul></nav>`;
}
