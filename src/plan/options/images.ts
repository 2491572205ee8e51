/** Build images by the short names that options give. */
import { buildImages, type BuildTarget } from '../../platform/index.ts';
import { WheelworksError } from '../../support/errors.ts';

/** Short names that cibuildwheel 4 refuses: nobody makes these images any more. */
const RETIRED = ['manylinux1', 'manylinux2010', 'manylinux_2_24', 'musllinux_1_1'];

/**
 * The reference of an image: a short name is one of the table, anything else is taken as it is.
 * @param value of the option; empty for the target's default.
 * @returns undefined where no image of the target is known.
 * @throws WheelworksError `config/retired-image`, `config/unknown-image`.
 */
export function resolveImage(value: string, target: BuildTarget): string | undefined {
  const name = value.trim() === '' ? target.image : value.trim();
  if (name === undefined || !/^(?:many|musl)linux[\w]*$/.test(name)) return name;
  if (RETIRED.includes(name)) {
    throw new WheelworksError('config/retired-image', `The image ${name} is not made any more.`, {
      hint: `Name a newer one, such as ${target.image ?? 'manylinux_2_28'}, or give the full reference of the old one with its tag or digest.`,
    });
  }
  const known = buildImages.find(
    ({ reference, architecture }) =>
      architecture === target.arch && shortName(reference) === `${name}_${target.arch}`,
  );
  if (known !== undefined) return known.reference;
  const names = buildImages
    .filter(({ architecture, retired }) => architecture === target.arch && retired === undefined)
    .map(({ reference }) => shortName(reference).slice(0, -target.arch.length - 1))
    .filter((each) => each.startsWith(target.libc === 'musl' ? 'musl' : 'many'));
  throw new WheelworksError(
    'config/unknown-image',
    `There is no image ${name} for ${target.arch}.`,
    {
      hint: `Known for it: ${names.join(', ')}; any other needs its full reference.`,
    },
  );
}

/** `manylinux_2_28_x86_64`. */
function shortName(reference: string): string {
  return reference.replace(/@.*$/, '').replace(/^.*\//, '').replace(/:.*$/, '');
}

/** Whether a reference names bytes and not only a name for them. */
export function isPinned(reference: string): boolean {
  return /@sha256:[0-9a-f]{64}$/.test(reference);
}
