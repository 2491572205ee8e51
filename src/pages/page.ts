import { createHash } from 'node:crypto';
import { markup, trusted, type Html } from './html.ts';
import { STYLE } from './style.ts';

/** A page. */
export interface PageContent {
  readonly title: string;
  /** One sentence for search results and screen readers. */
  readonly description: string;
  readonly body: Html;
}

/**
 * A whole document in one file: no script, no request. The content security policy lets nothing in but the style sheet,
 * so that even a hole in the escaping would run nothing.
 */
export function page({ title, description, body }: PageContent): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="description" content="${description}">
<meta name="generator" content="wheelworks">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<main id="content">
${body}
</main>
</body>
</html>
`;
  return document.markup;
}
