import type { MarkdownIt } from 'markdown-it';

/** GFM 6.9: a valid domain with at least one period behind the `www.`, and a path. */
const DOMAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z0-9-]+(?:[:/?#][^\s<]*)?/i;
/** Punctuation at the end belongs to the sentence. */
const TRAILING = /[?!.,:*_~'"]+$/;
const LONGEST = 2000;

/** Links whole URLs, addresses of people, and hosts that begin with `www.`; a bare `setup.py` is no host in Paraguay. */
export function addAutolinks({ linkify }: MarkdownIt): void {
  linkify.set({ fuzzyLink: false, fuzzyIP: false, fuzzyEmail: true });
  linkify.add('www.', {
    validate: (text: string, position: number) => {
      const url = DOMAIN.exec(text.slice(position, position + LONGEST))?.[0] ?? '';
      return withoutTrailing(url).length;
    },
    normalize: (match: { url: string }) => {
      match.url = `http://${match.url}`;
    },
  });
}

/** Without what ends a sentence, and closing brackets that nothing in the address opens. */
function withoutTrailing(url: string): string {
  let rest = url.replace(TRAILING, '');
  let surplus = rest.split(')').length - rest.split('(').length;
  for (; surplus > 0 && rest.endsWith(')'); surplus -= 1)
    rest = rest.slice(0, -1).replace(TRAILING, '');
  return rest;
}
