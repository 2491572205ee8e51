/**
 * The container images in which wheels for a baseline are built.
 *
 * The table is data with its sources named inside (data/images.json).
 */
import { parseLibcTag, type LibcTag } from './baseline-tags.ts';
import type { Baseline } from './baselines.ts';
import table from './data/images.json' with { type: 'json' };

/** A build image for one architecture. */
export interface BuildImage {
  /** What a container engine takes: `quay.io/pypa/manylinux2014_x86_64`. */
  readonly reference: string;
  /** What is built in it satisfies this and all newer baselines. */
  readonly baseline: string;
  readonly architecture: string;
  /** The distribution inside. */
  readonly base: string;
  readonly compiler: string;
  /** The day its makers stopped building it; it can still be had, but ages. */
  readonly retired?: string;
  /** What to look out for. */
  readonly caveat?: string;
  /** What the reference stood for when the table was made; absent where nobody recorded it. */
  readonly pin?: ImagePin;
}

/** One build of an image. */
export interface ImagePin {
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /** Its makers' tag for that build, `2026.08.15-1`. */
  readonly release: string;
}

interface ImageRecord extends Omit<BuildImage, 'reference' | 'architecture' | 'pin'> {
  readonly name: string;
  readonly registry: string;
  readonly architectures: readonly string[];
  readonly pins?: Readonly<Record<string, ImagePin | undefined>>;
}

const RECORDS: readonly ImageRecord[] = table.images;

interface RankedImage {
  readonly image: BuildImage;
  readonly libc: LibcTag['libc'];
  /** The libc's version as one number. */
  readonly level: number;
}

const IMAGES: readonly RankedImage[] = RECORDS.flatMap((record) =>
  record.architectures.flatMap((architecture) => {
    const { name, registry, architectures: _, pins, ...same } = record;
    const tag = parseLibcTag(`${record.baseline}_${architecture}`);
    const pin = pins?.[architecture];
    const image = {
      ...same,
      architecture,
      reference: `${registry}/${name}_${architecture}`,
      ...(pin === undefined ? {} : { pin }),
    };
    return tag === undefined ? [] : [{ image, libc: tag.libc, level: levelOf(tag) }];
  }),
);

/** Every known build image. */
export const buildImages: readonly BuildImage[] = IMAGES.map(({ image }) => image);

/**
 * The newest image whose wheels still satisfy a baseline on an architecture. An image that is no longer maintained is only
 * named when no maintained one is old enough. Undefined when there is none at all.
 */
export function imageFor(
  baseline: Pick<Baseline, 'name'>,
  architecture: string,
): BuildImage | undefined {
  const wanted = parseLibcTag(`${baseline.name}_${architecture}`);
  if (wanted === undefined) return undefined;
  const fitting = IMAGES.filter(
    ({ image, libc, level }) =>
      image.architecture === architecture && libc === wanted.libc && level <= levelOf(wanted),
  ).toSorted((one, other) => other.level - one.level);
  const maintained = fitting.find(({ image }) => image.retired === undefined);
  return (maintained ?? fitting[0])?.image;
}

/** Minor numbers stay far below a thousand. */
function levelOf({ version }: LibcTag): number {
  return version.major * 1000 + version.minor;
}
