/**
 * Compatibility tags: what a wheel says it runs on.
 *
 * Specification: Platform compatibility tags (PEP 425) with compressed tag sets.
 * https://packaging.python.org/specifications/platform-compatibility-tags/
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';

/** One tag: an interpreter, an ABI and a platform, always in lower case. */
export interface Tag {
  /** `cp312`, `py3`, `pp311`. */
  readonly interpreter: string;
  /** `cp312`, `abi3`, `none`. */
  readonly abi: string;
  /** `manylinux_2_28_x86_64`, `win_amd64`, `any`. */
  readonly platform: string;
}

/** A compressed tag set as file names carry it: every combination of its three lists is meant. */
export interface TagSet {
  /** As written, order and case kept: `py2.py3` is `['py2', 'py3']`. */
  readonly interpreters: readonly string[];
  readonly abis: readonly string[];
  readonly platforms: readonly string[];
  /** Every combination once, interpreters varying slowest. */
  readonly tags: readonly Tag[];
}

/**
 * Most combinations that a tag set may stand for. Real wheels stay below 50; without a limit a file name of a few kilobytes
 * would stand for a thousand million tags.
 */
export const MOST_TAGS = 1024;

const INTERPRETER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ABI_OR_PLATFORM = /^[A-Za-z0-9_]+$/;

/**
 * The tags that a (compressed) tag stands for: `py2.py3-none-any` are two.
 * @throws WheelworksError `packaging/invalid-tag` or `packaging/too-many-tags`.
 */
export function parseTag(text: string): readonly Tag[] {
  return parseTagSet(text).tags;
}

/**
 * Reads a compressed tag set, keeping how it is written.
 * @throws WheelworksError `packaging/invalid-tag` or `packaging/too-many-tags`.
 */
export function parseTagSet(text: string): TagSet {
  const [interpreter, abi, platform, ...more] = text.split('-');
  if (interpreter === undefined || abi === undefined || platform === undefined || more.length > 0) {
    throw invalidTag(text, 'it must have three parts: interpreter, ABI and platform');
  }
  return tagSet({
    interpreters: interpreter.split('.'),
    abis: abi.split('.'),
    platforms: platform.split('.'),
  });
}

/**
 * A tag set of the given members.
 * @throws WheelworksError `packaging/invalid-tag` or `packaging/too-many-tags`.
 */
export function tagSet(parts: Omit<TagSet, 'tags'>): TagSet {
  const written = writeParts(parts);
  const count = parts.interpreters.length * parts.abis.length * parts.platforms.length;
  if (count > MOST_TAGS) {
    throw new WheelworksError(
      'packaging/too-many-tags',
      `The tag set ${excerpt(written)} stands for ${count} tags; at most ${MOST_TAGS} are read.`,
    );
  }
  for (const [what, members, grammar] of [
    ['interpreter', parts.interpreters, INTERPRETER],
    ['ABI', parts.abis, ABI_OR_PLATFORM],
    ['platform', parts.platforms, ABI_OR_PLATFORM],
  ] as const) {
    const wrong = members.length === 0 ? '' : members.find((member) => !grammar.test(member));
    if (wrong === '') throw invalidTag(written, `its ${what} is empty`);
    if (wrong !== undefined) throw invalidTag(written, `${excerpt(wrong)} cannot be its ${what}`);
  }
  return { ...parts, tags: expand(parts) };
}

/** `cp312-abi3-win_amd64`. */
export function formatTag(tag: Tag): string {
  return `${tag.interpreter}-${tag.abi}-${tag.platform}`;
}

/** The tag set as it was written: the inverse of {@link parseTagSet}. */
export function formatTagSet(set: TagSet): string {
  return writeParts(set);
}

/**
 * The one canonical text of a set of tags: members sorted as PEP 425 asks, each once.
 * @throws WheelworksError `packaging/tags-not-a-product` when no compressed tag set stands for exactly these tags, also
 * for no tags at all, `packaging/invalid-tag` or `packaging/too-many-tags`.
 */
export function compressTags(tags: readonly Tag[]): string {
  const wanted = new Set(tags.map((tag) => formatTag(lowerCase(tag))));
  const set = {
    interpreters: sortedUnique(tags.map((tag) => tag.interpreter)),
    abis: sortedUnique(tags.map((tag) => tag.abi)),
    platforms: sortedUnique(tags.map((tag) => tag.platform)),
  };
  const count = set.interpreters.length * set.abis.length * set.platforms.length;
  // The product of the members contains every tag, so equal counts mean equal sets.
  if (wanted.size === 0 || count !== wanted.size) {
    const missing = firstMissing(set, wanted);
    throw new WheelworksError(
      'packaging/tags-not-a-product',
      'No single tag in a file name stands for exactly these tags.',
      {
        hint: 'A compressed tag means all combinations of its members: make one wheel for each set that is a product.',
        evidence:
          missing === undefined
            ? 'no tags'
            : `${excerpt(missing)} would be claimed too by ${excerpt(writeParts(set))}`,
      },
    );
  }
  return formatTagSet(tagSet(set));
}

/** Whether two tags are the same one; tags compare without case. */
export function isSameTag(left: Tag, right: Tag): boolean {
  return formatTag(lowerCase(left)) === formatTag(lowerCase(right));
}

function writeParts(parts: Omit<TagSet, 'tags'>): string {
  return `${parts.interpreters.join('.')}-${parts.abis.join('.')}-${parts.platforms.join('.')}`;
}

function expand(parts: Omit<TagSet, 'tags'>): Tag[] {
  const tags = new Map<string, Tag>();
  for (const interpreter of parts.interpreters) {
    for (const abi of parts.abis) {
      for (const platform of parts.platforms) {
        const tag = lowerCase({ interpreter, abi, platform });
        tags.set(formatTag(tag), tag);
      }
    }
  }
  return [...tags.values()];
}

function firstMissing(
  parts: Omit<TagSet, 'tags'>,
  wanted: ReadonlySet<string>,
): string | undefined {
  for (const interpreter of parts.interpreters) {
    for (const abi of parts.abis) {
      for (const platform of parts.platforms) {
        const tag = formatTag({ interpreter, abi, platform });
        if (!wanted.has(tag)) return tag;
      }
    }
  }
  return undefined;
}

function lowerCase(tag: Tag): Tag {
  return {
    interpreter: tag.interpreter.toLowerCase(),
    abi: tag.abi.toLowerCase(),
    platform: tag.platform.toLowerCase(),
  };
}

function sortedUnique(members: readonly string[]): string[] {
  return [...new Set(members.map((member) => member.toLowerCase()))].sort();
}

function invalidTag(text: string, reason: string): WheelworksError {
  return new WheelworksError(
    'packaging/invalid-tag',
    `${excerpt(text)} is not a valid tag: ${reason}.`,
  );
}
