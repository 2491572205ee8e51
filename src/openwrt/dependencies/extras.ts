/** Extras that are asked for, beside those that projects have. */
import type { MetadataView } from '../../packaging/index.ts';
import { normalizeName } from '../../packaging/name.ts';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import { extrasIn } from './requirements.ts';

/** The extras of a project: those that it names, and those that only markers name, as in old metadata. Normal spelling. */
export function extrasOf({
  providesExtra,
  requiresDist,
}: Pick<MetadataView, 'providesExtra' | 'requiresDist'>): string[] {
  const asked = requiresDist.flatMap(extrasIn);
  return [...new Set([...providesExtra, ...asked].map((extra) => normalizeName(extra)))].sort();
}

/**
 * Refuses an extra that none of the projects has; of several, it is for those that have it.
 * @throws WheelworksError `openwrt/unknown-extra`.
 */
export function refuseUnknownExtras(
  extras: readonly string[],
  projects: readonly { readonly name: string; readonly extras: readonly string[] }[],
): void {
  const known = [...new Set(projects.flatMap((each) => each.extras))].sort();
  const names = projects.map(({ name }) => name).join(', ');
  for (const extra of extras) {
    if (projects.length === 0 || known.includes(normalizeName(extra))) continue;
    const nearest = closestName(normalizeName(extra), known);
    const have = projects.length === 1 ? 'has' : 'have';
    throw new WheelworksError(
      'openwrt/unknown-extra',
      `${names} ${have} no extra ${extra}${known.length === 0 ? ', nor any other' : ''}.`,
      {
        ...(known.length === 0 ? {} : { evidence: `Provides-Extra: ${known.join(', ')}` }),
        hint:
          nearest === undefined
            ? `Leave out --extra ${extra}${known.length === 0 ? '' : ', or name one of these'}.`
            : `Did you mean --extra ${nearest}?`,
      },
    );
  }
}
