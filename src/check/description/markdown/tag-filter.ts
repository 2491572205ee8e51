import type { MarkdownIt } from 'markdown-it';

/** GFM 6.11: elements that change how the rest of a page is read; their tags are shown instead of obeyed. */
const FILTERED =
  /<(?=\/?(?:title|textarea|style|xmp|iframe|noembed|noframes|script|plaintext)(?:[\s/>]|$))/gi;

/** Shows the tags that GitHub filters as text. */
export function addTagFilter(renderer: MarkdownIt): void {
  for (const rule of ['html_block', 'html_inline'] as const) {
    renderer.renderer.rules[rule] = (tokens, index) =>
      (tokens[index]?.content ?? '').replace(FILTERED, '&lt;');
  }
}
