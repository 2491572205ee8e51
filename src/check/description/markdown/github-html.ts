import type { MarkdownIt } from 'markdown-it';

/**
 * Writes strikethrough and the alignment of table cells with the elements and attributes that PyPI's sanitiser lets
 * through: `del` for `s`, `align` for a style.
 */
export function addGitHubHtml({ renderer }: MarkdownIt): void {
  renderer.rules['s_open'] = () => '<del>';
  renderer.rules['s_close'] = () => '</del>';
  for (const rule of ['th_open', 'td_open']) {
    renderer.rules[rule] = (tokens, index) => {
      const token = tokens[index];
      const align = /left|center|right/.exec(String(token?.attrGet('style') ?? ''))?.[0];
      return align === undefined
        ? `<${token?.tag ?? ''}>`
        : `<${token?.tag ?? ''} align="${align}">`;
    };
  }
}
