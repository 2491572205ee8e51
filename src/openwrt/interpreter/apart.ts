/** A path is in one package only: of two, opkg and apk refuse the second. */
import { WheelworksError } from '../../support/errors.ts';
import type { BinaryPackage } from '../package/index.ts';

/**
 * Folders may be in any number of packages.
 * @throws WheelworksError `openwrt/path-in-two-packages` with all such paths.
 */
export function requireApart(packages: Iterable<BinaryPackage>): void {
  const owners = new Map<string, string>();
  const shared: { readonly path: string; readonly names: string }[] = [];
  for (const { description, tree } of packages)
    for (const [path, { kind }] of tree.entries()) {
      if (kind === 'directory') continue;
      const owner = owners.get(path);
      if (owner === undefined) owners.set(path, description.name);
      else shared.push({ path, names: `${owner} and ${description.name}` });
    }
  const [first] = shared;
  if (first === undefined) return;
  throw new WheelworksError(
    'openwrt/path-in-two-packages',
    `${first.path} would be in two packages, ${first.names}, and only one of them could be installed.`,
    {
      path: first.path,
      evidence: shared.map(({ path, names }) => `${path}: ${names}`).join('\n'),
      hint: 'Let one package of the definition name it; a line -| of any package takes it out of all.',
    },
  );
}
