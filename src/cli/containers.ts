/** Containers as the options and this machine say: one way for builds and shells. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerPlaceOptions, Containers, ReadyImage } from '../build/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { PlaceOptionValues } from './build-options.ts';
import type { CommandContext } from './context.ts';

/**
 * Containers of the images that jobs name, by short name or by reference. An image is looked for, and fetched, once.
 * @throws WheelworksError `container/invalid-mirror`; its methods `container/*`, `file/*`, `process/cancelled`.
 */
export async function openContainers(
  { network, imageMirror }: PlaceOptionValues,
  context: CommandContext,
): Promise<Containers> {
  const { openContainerPlace, readyImage } = await import('../build/index.ts');
  const { parseImageMirrors, resolveImage } = await import('../platform/index.ts');
  const { openCache } = await import('../support/cache.ts');
  const mirrors = parseImageMirrors(
    [...imageMirror, context.env['WHEELWORKS_IMAGE_MIRROR'] ?? ''].join(' '),
  );
  const told = new Set<string>();
  const tell = (message: string): void => {
    if (!told.has(message)) context.events({ type: 'note', level: 'warning', message });
    told.add(message);
  };
  const { cacheDirectory, env, home, platform, offline, events, signal } = context;
  const cache = openCache(join(cacheDirectory, 'interpreters'), events);
  const placeOptions = ({
    id,
    options,
  }: Parameters<Containers['open']>[0]): ContainerPlaceOptions => {
    const architecture = architectureOf(id);
    if (options.image === undefined) throw noImage(id);
    const { reference, notices } = resolveImage(options.image, architecture, mirrors);
    notices.forEach(tell);
    return {
      image: reference,
      architecture,
      engine: options.engine,
      environmentPass: options.environmentPass,
      env,
      home,
      platform,
      cacheDirectory,
      cache,
      offline,
      events,
      signal,
      ...(network === undefined ? {} : { network }),
    };
  };
  const images = new Map<string, Promise<ReadyImage>>();
  const ready = async (wanted: ContainerPlaceOptions): Promise<ReadyImage> => {
    const key = JSON.stringify([wanted.image, wanted.architecture, wanted.engine.name]);
    const known = images.get(key) ?? readyImage(wanted);
    images.set(key, known);
    return known;
  };
  return {
    imageId: async (job) => (await ready(placeOptions(job))).image.id,
    open: async (job) => {
      const wanted = placeOptions(job);
      return openContainerPlace(wanted, await ready(wanted));
    },
  };
}

/** `x86_64` of `cp312-manylinux_x86_64`. */
function architectureOf(id: string): string {
  return /linux_(.+)$/.exec(id)?.[1] ?? '';
}

function noImage(id: string): WheelworksError {
  return new WheelworksError('container/unknown-image', `There is no image for ${id}.`, {
    hint: 'Jobs beside Linux run on their own system; for Linux name an image in [tool.wheelworks].',
  });
}

/** Whether this is a container already: docker's and podman's marks, and the variable of the manylinux images. */
export async function whereThisIs({ env }: CommandContext): Promise<'host' | 'none'> {
  if (env['AUDITWHEEL_PLAT'] !== undefined) return 'none';
  for (const mark of ['/.dockerenv', '/run/.containerenv'])
    if ((await stat(mark).catch(() => undefined)) !== undefined) return 'none';
  return 'host';
}
