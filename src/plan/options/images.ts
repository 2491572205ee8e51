/** The build image of a job: its option's value, or the usual one of its target. */
import { resolveImage, type BuildTarget } from '../../platform/index.ts';
import { WheelworksError } from '../../support/errors.ts';

/** Short names that cibuildwheel 4 refuses, because nobody maintains these images. */
const RETIRED = ['manylinux1', 'manylinux2010', 'manylinux_2_24', 'musllinux_1_1'];

/**
 * The reference of an image, pinned where it is a known one.
 * @param value of the option; empty for the target's own.
 * @returns undefined where no image is known for the target.
 * @throws WheelworksError `config/retired-image`, `container/unknown-image`.
 */
export function jobImage(value: string, target: BuildTarget): string | undefined {
  const name = value.trim() === '' ? target.image : value.trim();
  if (name === undefined) return undefined;
  if (RETIRED.includes(name)) {
    throw new WheelworksError(
      'config/retired-image',
      `Nobody maintains the image ${name} any more.`,
      {
        hint: `Name a newer one, such as ${target.image ?? 'manylinux_2_28'}, or give the full reference of this one with its tag or digest.`,
      },
    );
  }
  return resolveImage(name, target.arch).reference;
}
