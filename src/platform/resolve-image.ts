/** From what a project calls an image to what a container engine fetches. */
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';
import { mirrored, type ImageMirror } from './image-mirrors.ts';
import { buildImages, type BuildImage } from './images.ts';

/** An image as an engine takes it. */
export interface ResolvedImage {
  /** Pinned by digest where that is known; from the mirror where there is one. */
  readonly reference: string;
  /** Whether it names one build of the image for good. */
  readonly pinned: boolean;
  /** The known image behind it, by its short name or by its reference. */
  readonly known?: BuildImage;
  /** What the user should know: not pinned, or no longer maintained. */
  readonly notices: readonly string[];
}

/**
 * Resolves an image: a short name (`manylinux_2_28`, `manylinux2014`, `musllinux_1_2`) is the known image of that name for the
 * architecture, pinned by the digest of the table; anything else is a reference and stays as it is. The `pypy_` of
 * architectures in option names makes no difference.
 * @throws WheelworksError `container/unknown-image` for what looks like a short name and is none for the architecture.
 */
export function resolveImage(
  nameOrReference: string,
  architecture: string,
  mirrors: readonly ImageMirror[] = [],
): ResolvedImage {
  const arch = architecture.replace(/^pypy_/, '');
  const named = isShortName(nameOrReference) ? knownImage(nameOrReference, arch) : undefined;
  const known = named ?? buildImages.find(({ reference }) => reference === nameOrReference);
  const reference = named === undefined ? nameOrReference : pinnedReference(named);
  const pinned = /@sha256:[0-9a-f]{64}$/.test(reference);
  const unpinned = `image ${reference} is not pinned by a digest, so that builds may differ from day to day`;
  const retired = `image ${reference} is not maintained since ${known?.retired ?? ''}`;
  return {
    reference: mirrored(reference, mirrors),
    pinned,
    ...(known === undefined ? {} : { known }),
    notices: [...(pinned ? [] : [unpinned]), ...(known?.retired === undefined ? [] : [retired])],
  };
}

function pinnedReference({ reference, pin }: BuildImage): string {
  return pin === undefined ? reference : `${reference}@${pin.digest}`;
}

/** A short name cannot be a reference that anybody means: Docker Hub has no image of its own with such a name. */
function isShortName(text: string): boolean {
  return /^(?:many|musl)linux[\w.-]*$/.test(text);
}

function knownImage(name: string, architecture: string): BuildImage {
  const named = buildImages.filter((image) => shortName(image) === name || image.baseline === name);
  const found = named.find((image) => image.architecture === architecture);
  if (found !== undefined) return found;
  const libc = name.startsWith('musl') ? 'musl' : 'many';
  const names = buildImages
    .filter((image) => image.architecture === architecture && image.baseline.startsWith(libc))
    .map(shortName);
  const near = named.length > 0 ? undefined : closestName(name, names);
  throw new WheelworksError(
    'container/unknown-image',
    named.length > 0
      ? `There is no image ${name} for ${architecture}.`
      : `${name} is no known build image.`,
    {
      hint:
        near === undefined
          ? `Known for ${architecture}: ${names.join(', ') || 'none'}. Any other image can be given by its full reference.`
          : `Did you mean ${near}? Any other image can be given by its full reference.`,
    },
  );
}

/** `quay.io/pypa/manylinux_2_28_x86_64` without registry and architecture. */
function shortName({ reference, architecture }: BuildImage): string {
  return reference.slice(reference.lastIndexOf('/') + 1, -(architecture.length + 1));
}
