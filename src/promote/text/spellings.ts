/**
 * Every spelling of one version, as a pattern over text.
 *
 * Specification: Version specifiers (PEP 440), "Normalization": separators, case, the words for a candidate, leading and
 * trailing zeros. `3.12.0rc1` is also `3.12.0-rc.1`, `3.12.0_RC1`, `3.12.0c1` and `3.12.0.preview1`.
 */
import type { Version } from '../../packaging/index.ts';

const PRE_WORDS = { a: '(?:alpha|a)', b: '(?:beta|b)', rc: '(?:rc|c|preview|pre)' } as const;
const SEPARATOR = '[._-]?';

/** A version as a text searches for it. */
export interface Spellings {
  /** All of them; with `g` and `i`. */
  readonly pattern: RegExp;
  /** Digits that are part of every spelling: a cheap thing to look for first. */
  readonly needle: string;
}

/**
 * How a version may be spelled. A `v` before it is not part of it; digits, or digits and a dot, before or digits after
 * make it another version.
 */
export function spellingsOf(version: Version): Spellings {
  const core = coreRelease(version);
  const number = version.pre?.number.toString() ?? '';
  return {
    pattern: new RegExp(String.raw`(?<![0-9])(?<![0-9][.!])${sourceOf(version, core)}${END}`, 'gi'),
    needle: number.length > core.length ? number : core,
  };
}

/** A plain release ends where no other one goes on: `3.12.0` is not in `3.12.0rc1`. */
const END = '(?![0-9])';
/** A post-release or a development version of a candidate is another version. */
const END_OF_CANDIDATE = String.raw`(?![._-]?(?:post|rev|r|dev)[._-]?[0-9])`;
const END_OF_RELEASE = String.raw`(?![._-]?(?:a|b|c|rc|alpha|beta|pre|preview|post|rev|r|dev)[._-]?[0-9])(?!\.?[0-9])`;

function sourceOf({ epoch, pre, post, dev, local }: Version, core: string): string {
  const numbers = `${core.replaceAll('.', String.raw`\.0*`)}(?:\\.0+)*`;
  const parts = [
    epoch === 0n ? '' : `(?:${epoch}!)?`,
    numbers,
    pre === undefined ? '' : `${SEPARATOR}${PRE_WORDS[pre.kind]}${SEPARATOR}0*${pre.number}`,
    post === undefined ? '' : `(?:${SEPARATOR}(?:post|rev|r)${SEPARATOR}0*${post}|-0*${post})`,
    dev === undefined ? '' : `${SEPARATOR}dev${SEPARATOR}0*${dev}`,
    local === undefined ? '' : String.raw`\+${local.join('[._-]')}`,
  ];
  const isPlain = [pre, post, dev, local].every((part) => part === undefined);
  if (isPlain) return parts.join('') + END_OF_RELEASE;
  return (
    parts.join('') + (post === undefined && dev === undefined ? `${END}${END_OF_CANDIDATE}` : '')
  );
}

/** The release without trailing zeros, which every spelling has. */
function coreRelease({ release }: Version): string {
  let length = release.length;
  while (length > 1 && release[length - 1] === 0n) length -= 1;
  return release.slice(0, length).join('.');
}

/** Whether a text is the version and nothing else, in any spelling. */
export function isSpelled(text: string, { pattern }: Spellings): boolean {
  const match = /^v?(.*)$/is.exec(text.trim())?.[1] ?? '';
  const [found] = match.match(pattern) ?? [];
  return found === match;
}

/** The text with every spelling of the version replaced. */
export function replaceSpelled(text: string, { pattern }: Spellings, by: string): string {
  return text.replace(pattern, () => by);
}
