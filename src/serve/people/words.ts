/** Words and small pieces that several pages share. */
import { markup, type Html } from '../../pages/index.ts';

/** `1 file`, `2,000 files`. */
export function counted(count: number, singular: string, several = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : several}`;
}

/** `2,000`. */
export function grouped(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A moment in UTC by the minute, the whole of it for programs and for who asks. */
export function moment(time: string): Html {
  return markup`<time datetime="${time}" title="${time}">${time.slice(0, 16).replace('T', ' ')}</time>`;
}

/** The same by the day. */
export function day(time: string): Html {
  return markup`<time datetime="${time}" title="${time}">${time.slice(0, 10)}</time>`;
}

/** Text of strangers with an end. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Half of a character outside the first 65536 is none.
  return `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A link to another site, when following it can do no more than that; else the text alone. */
export function outerLink(label: string, address: string): Html {
  const target = webAddress(address);
  const text = label.trim() === '' ? (target?.host ?? address) : label;
  if (target === undefined)
    return text === address
      ? markup`${text}`
      : markup`${text}: <span class="soft">${address}</span>`;
  return markup`<a href="${target.href}" rel="nofollow noopener">${text}</a>`;
}

/** Only what a browser gets with a request: `javascript:`, `data:` and their like are text. */
function webAddress(address: string): URL | undefined {
  if (!/^https?:\/\/[^\s/]/i.test(address) || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  // With a name before the host, an address passes for one of another host.
  return url.username === '' && url.password === '' ? url : undefined;
}

/** Pieces in one line. */
export function separated(items: readonly Html[]): readonly Html[] {
  return items.map((item, index) => (index === 0 ? item : markup` · ${item}`));
}
