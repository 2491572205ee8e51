/** Registries that hold copies of others: `quay.io/pypa=mirror.example/pypa`. */
import { WheelworksError } from '../support/errors.ts';

/** What begins with `from` is fetched from `to`. */
export interface ImageMirror {
  readonly from: string;
  readonly to: string;
}

/**
 * Reads mirrors as options and variables give them, `from=to`, separated by white space or commas.
 * @throws WheelworksError `container/invalid-mirror`.
 */
export function parseImageMirrors(text: string): readonly ImageMirror[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(parseMirror);
}

function parseMirror(part: string): ImageMirror {
  const [, from, to] = /^([\w.:/-]+?)\/*=([\w.:/-]+?)\/*$/.exec(part) ?? [];
  if (from !== undefined && to !== undefined) return { from, to };
  throw new WheelworksError('container/invalid-mirror', `${part} is no mirror of images.`, {
    hint: 'Write the beginning of the references and what stands for it: quay.io/pypa=mirror.example/pypa.',
  });
}

/**
 * A reference as it is fetched: the mirror of its longest beginning, at a whole part of its path, stands for that. A
 * digest stays, so that a mirror cannot give something else.
 */
export function mirrored(reference: string, mirrors: readonly ImageMirror[]): string {
  const [best] = mirrors
    .filter(({ from }) => isBelow(reference, from))
    .toSorted((one, other) => other.from.length - one.from.length);
  return best === undefined ? reference : best.to + reference.slice(best.from.length);
}

function isBelow(reference: string, beginning: string): boolean {
  return reference.startsWith(beginning) && /^(?:[/:@]|$)/.test(reference.slice(beginning.length));
}
