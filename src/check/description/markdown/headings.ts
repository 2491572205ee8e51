import type { MarkdownIt } from 'markdown-it';
import { ID_PREFIX } from '../sanitize.ts';

/** Gives each heading an id made from its text, numbered when it stands several times, so that it can be linked to. */
export function addHeadingIds(renderer: MarkdownIt): void {
  renderer.core.ruler.after('inline', 'heading-ids', ({ tokens }) => {
    const seen = new Map<string, number>();
    for (const [index, token] of tokens.entries()) {
      if (token.type !== 'heading_open') continue;
      const children = tokens[index + 1]?.children ?? [];
      const text = children.map(({ type, content }) => (type.startsWith('html') ? '' : content));
      const slug = slugOf(text.join(''));
      const earlier = seen.get(slug) ?? 0;
      seen.set(slug, earlier + 1);
      token.attrSet('id', `${ID_PREFIX}${slug}${earlier === 0 ? '' : `-${earlier}`}`);
    }
  });
}

/** As GitHub: lower case, only letters, digits, `-` and `_`, and `-` for each space. */
function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}
