/**
 * Footnotes as GitHub has them: `[^name]` in the text, `[^name]: what it says` in a block of its own, indented lines below
 * going on with it. They are numbered by their first reference and shown at the end; notes that nothing refers to are not.
 */
import type { MarkdownIt } from 'markdown-it';

/** What one document's rules know together; markdown-it hands it to all of them as `env`. */
interface Notes {
  readonly defined: Map<string, string>;
  /** Those referred to, in the order of their first reference. */
  readonly used: Map<string, { readonly number: number; references: number }>;
}

const DEFINITION = /^\[\^([^\s\]]{1,200})\]:[ \t]*/;
const REFERENCE = /^\[\^([^\s\]]{1,200})\]/;
/** Columns by which the lines of a note are indented. */
const INDENT = 4;

/** Adds the block rule for notes, the inline rule for references, and the list at the end. */
export function addFootnotes(renderer: MarkdownIt): void {
  const notesOf = (env: unknown): Notes => {
    const holder = env as { footnotes?: Notes };
    return (holder.footnotes ??= { defined: new Map(), used: new Map() });
  };

  renderer.block.ruler.before(
    'reference',
    'footnote',
    (state, startLine, endLine, silent) => {
      if ((state.sCount[startLine] ?? 0) - state.blkIndent >= INDENT) return false;
      const lineOf = (line: number): string =>
        state.src.slice(
          (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0),
          state.eMarks[line] ?? 0,
        );
      const match = DEFINITION.exec(lineOf(startLine));
      const name = match?.[1];
      if (match === null || name === undefined) return false;
      if (silent) return true;
      const lines = [lineOf(startLine).slice(match[0].length)];
      let next = startLine + 1;
      for (; next < endLine; next += 1) {
        const isBlank = state.isEmpty(next);
        const isDeep = (state.sCount[next] ?? 0) - state.blkIndent >= INDENT;
        const goesOn = !isBlank && lines.at(-1) !== '' && !REFERENCE.test(lineOf(next));
        if (!isBlank && !isDeep && !goesOn) break;
        lines.push(
          isBlank
            ? ''
            : state.getLines(next, next + 1, isDeep ? INDENT + state.blkIndent : 0, false),
        );
      }
      const { defined } = notesOf(state.env);
      if (!defined.has(name)) defined.set(name, lines.join('\n').trimEnd());
      state.line = next;
      return true;
    },
    { alt: ['paragraph', 'reference'] },
  );

  renderer.inline.ruler.before('link', 'footnote', (state, silent) => {
    if (state.src[state.pos + 1] !== '^' || state.src[state.pos] !== '[') return false;
    const match = REFERENCE.exec(state.src.slice(state.pos, state.pos + 210));
    const { defined, used } = notesOf(state.env);
    const name = match?.[1];
    if (match === null || name === undefined || !defined.has(name)) return false;
    if (!silent) {
      const note = used.get(name) ?? { number: used.size + 1, references: 0 };
      note.references += 1;
      used.set(name, note);
      const { number, references } = note;
      const token = state.push('html_inline', '', 0);
      const id = `fnref-${number}${references === 1 ? '' : `-${references}`}`;
      token.content = `<sup><a href="#fn-${number}" id="${id}">${number}</a></sup>`;
    }
    state.pos += match[0].length;
    return true;
  });

  renderer.core.ruler.push('footnote-list', (state) => {
    const { defined, used } = notesOf(state.env);
    if (used.size === 0) return;
    const raw = (content: string): void => {
      const token = new state.Token('html_block', '', 0);
      token.content = content;
      state.tokens.push(token);
    };
    raw('<section>\n<ol>\n');
    for (const [name, { number }] of used) {
      raw(`<li id="fn-${number}">\n`);
      // With notes of its own, of which there are none: a note that refers to itself would have no end.
      for (const token of renderer.parse(defined.get(name) ?? '', {})) state.tokens.push(token);
      raw(`<p><a href="#fnref-${number}">\u21a9</a></p>\n</li>\n`);
    }
    raw('</ol>\n</section>\n');
  });
}
