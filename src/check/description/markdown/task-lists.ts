import type { MarkdownIt } from 'markdown-it';

/** GFM 5.3: a box at the beginning of a list item's first paragraph. */
const BOX = /^\[([ xX])\](?=\s)/;

/** Turns `[ ]` and `[x]` at the start of list items into disabled checkboxes. */
export function addTaskLists(renderer: MarkdownIt): void {
  renderer.core.ruler.after('inline', 'task-lists', ({ tokens, Token }) => {
    for (const [index, token] of tokens.entries()) {
      const first = token.children?.[0];
      if (token.type !== 'inline' || first?.type !== 'text') continue;
      if (tokens[index - 1]?.type !== 'paragraph_open') continue;
      if (tokens[index - 2]?.type !== 'list_item_open') continue;
      const box = BOX.exec(first.content);
      if (box === null) continue;
      first.content = first.content.slice(box[0].length);
      const input = new Token('html_inline', '', 0);
      const checked = box[1] === ' ' ? '' : ' checked';
      input.content = `<input type="checkbox"${checked} disabled />`;
      token.children?.unshift(input);
    }
  });
}
