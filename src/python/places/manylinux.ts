import { interpretersOfPrefixes, subfolders } from '../executables.ts';
import { wellKnown } from '../search-environment.ts';
import type { Place } from './place.ts';

/** `/opt/python/<tag>` of the manylinux and musllinux images, one prefix for each interpreter tag. */
export const manylinux: Place = {
  name: 'manylinux',
  async find(host) {
    return interpretersOfPrefixes(await subfolders(wellKnown(host, '/opt/python')), host);
  },
};
