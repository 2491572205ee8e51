/** Building HTML so that text from elsewhere stays text. */

/** A piece of HTML. Only this module makes one, so a string is never taken for markup. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

/** What a template takes: text (escaped), numbers, HTML, lists of these; nothing for undefined and false. */
export type HtmlValue = string | number | Html | false | undefined | readonly HtmlValue[];

/** A template: what is written is markup, what is put in is text unless it is {@link Html}. */
export function markup(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const pieces = parts.map((part, index) => {
    const value = values[index];
    return index < values.length ? part + render(value) : part;
  });
  return new Html(pieces.join(''));
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeHtml(String(value));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for element content and quoted attributes, with characters that hide or reorder text made visible. */
export function escapeHtml(text: string): string {
  return visible(text).replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/**
 * Control characters, lone surrogates and bidirectional or invisible formatting as `\u202e` or `\u{e0041}`: with them a
 * file name passes for another, and some are not allowed in XML at all.
 */
export function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
    return code.length > 4 ? `\\u{${code}}` : `\\u${code}`;
  });
}

/** A name that may be broken over lines where its parts end: file names and tags have no spaces. */
export function breakable(name: string): Html {
  const parts = name.split(/(?<=[/_-])(?=[^/_-])/);
  return new Html(parts.map(escapeHtml).join('<wbr>'));
}

/** Markup that is known to be safe: a style sheet of ours, an entity. */
export function trusted(markup: string): Html {
  return new Html(markup);
}
