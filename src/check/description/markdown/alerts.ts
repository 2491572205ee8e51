import type { MarkdownIt } from 'markdown-it';

const ALERT = /^\[!(note|tip|important|warning|caution)\][ \t]*$/i;

/**
 * GitHub's alerts: a quotation whose first line is `[!NOTE]` or one of its four siblings becomes an aside with a title,
 * marked up as docutils marks its admonitions.
 */
export function addAlerts(renderer: MarkdownIt): void {
  renderer.core.ruler.after('inline', 'alerts', ({ tokens }) => {
    const open: { alert: boolean }[] = [];
    for (const [index, token] of tokens.entries()) {
      if (token.type === 'blockquote_close' && open.pop()?.alert === true) token.tag = 'aside';
      if (token.type !== 'blockquote_open') continue;
      const inline = tokens[index + 2];
      const kind = inline?.type === 'inline' ? takeTitle(inline.children ?? []) : undefined;
      open.push({ alert: kind !== undefined });
      if (kind === undefined) continue;
      token.tag = 'aside';
      token.attrSet('class', `admonition ${kind}`);
      const title = `<p class="admonition-title">${kind[0]?.toUpperCase() ?? ''}${kind.slice(1)}</p>\n`;
      token.meta = { title };
    }
  });
  renderer.renderer.rules['blockquote_open'] = (tokens, index, options, _env, self) => {
    const meta: unknown = tokens[index]?.meta;
    const title = isTitled(meta) ? meta.title : '';
    return `${self.renderToken(tokens, index, options)}${title}`;
  };
}

function isTitled(meta: unknown): meta is { readonly title: string } {
  return typeof meta === 'object' && meta !== null && 'title' in meta;
}

/** Takes the first line away when it is that of an alert, and says of which. */
function takeTitle(children: { type: string; content: string }[]): string | undefined {
  const [first, second] = children;
  if (first?.type !== 'text' || (second !== undefined && second.type !== 'softbreak'))
    return undefined;
  const kind = ALERT.exec(first.content)?.[1]?.toLowerCase();
  if (kind !== undefined) children.splice(0, 2);
  return kind;
}
