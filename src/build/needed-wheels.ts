/** Wheels of the same run that a package needs to be built or tested: installers find them. */
import type { BuildPlace } from './place.ts';
import type { OpenPlace } from './places.ts';

/** A finished wheel of another package. */
export interface NeededWheel {
  /** On this machine. */
  readonly path: string;
  readonly sha256: string;
}

/**
 * The place with the wheels among what pip and uv find.
 * @throws WheelworksError `file/*`, `process/*`.
 */
export async function withNeededWheels(
  open: OpenPlace,
  needed: readonly NeededWheel[],
): Promise<BuildPlace> {
  const { place } = open;
  if (needed.length === 0) return place;
  const key = needed.map(({ sha256 }) => sha256).join(' ');
  const folder = await open.share(
    key,
    needed.map(({ path }) => path),
  );
  const added = (links: string | undefined, separator: string): string =>
    links === undefined || links === '' ? folder : `${links}${separator}${folder}`;
  const env = {
    ...place.env,
    PIP_FIND_LINKS: added(place.env['PIP_FIND_LINKS'], ' '),
    UV_FIND_LINKS: added(place.env['UV_FIND_LINKS'], ','),
  };
  // Methods of a place may use `this`.
  return Object.assign(Object.create(place) as BuildPlace, { env });
}
