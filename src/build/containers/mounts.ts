/** What of this machine a container sees, and the folders in which caches outlive it. */
import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileError } from '../../support/errors.ts';
import { sha256 } from '../../support/hash.ts';
import type { Engine } from './engine.ts';
import type { LocalImage } from './image.ts';

export interface CacheMounts {
  /** Arguments of `create`. */
  readonly args: readonly string[];
  /** Variables that name the folders in the container. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where caches stand in a container. */
const FOLDER = '/wheelworks-cache';

/**
 * The caches of pip, uv, ccache and sccache. Where root of a container is the user who runs it, they are folders of this
 * machine; else they are volumes of the engine, since root's files in a user's folder could not be removed by that user.
 *
 * pip and uv keep wheels that they built, which fit one image only; compilers' caches look at the compiler itself.
 * @param directory the cache folder of wheelworks
 * @throws WheelworksError `file/*`.
 */
export async function cacheMounts(
  engine: Engine,
  image: LocalImage,
  {
    directory,
    env,
  }: { readonly directory: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<CacheMounts> {
  const own = image.id.slice(0, 16);
  const caches = [
    {
      name: 'installers',
      key: `installers-${own}`,
      host: join(directory, 'containers', own, 'installers'),
    },
    {
      name: 'ccache',
      key: 'ccache',
      host: nonEmpty(env['CCACHE_DIR']) ?? join(directory, 'ccache'),
    },
    {
      name: 'sccache',
      key: 'sccache',
      host: nonEmpty(env['SCCACHE_DIR']) ?? join(directory, 'sccache'),
    },
  ];
  const bind = belongsToCaller(engine);
  if (bind)
    await Promise.all(
      caches.map(({ host }) =>
        mkdir(host, { recursive: true }).catch((error: unknown) => {
          throw fileError(error, host);
        }),
      ),
    );
  const scope = sha256(`${userId()} ${directory}`).slice(0, 8);
  return {
    args: caches.map(({ name, key, host }) => {
      const source = bind ? host : `wheelworks-${scope}-${key}`;
      return `--volume=${source}:${FOLDER}/${name}`;
    }),
    env: {
      PIP_CACHE_DIR: `${FOLDER}/installers/pip`,
      UV_CACHE_DIR: `${FOLDER}/installers/uv`,
      CCACHE_DIR: `${FOLDER}/ccache`,
      SCCACHE_DIR: `${FOLDER}/sccache`,
    },
  };
}

/** Whether a file that root of a container makes in a mounted folder belongs to the user who runs us. */
export function belongsToCaller(engine: Engine): boolean {
  return engine.rootless || userId() <= 0;
}

/** -1 where there are no users by number. */
function userId(): number {
  return userInfo().uid;
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
