/** Texts that are written beside a version, such as the commit. */
import { formatVersion } from '../packaging/index.ts';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';
import type { ComputedVersion } from './compute.ts';

/**
 * `{version}`, `{base}`, `{kind}`, `{commit}`, `{distance}` and `{tag}` in a text become what they say; what does not
 * apply becomes nothing.
 * @throws WheelworksError `config/unknown-placeholder`.
 */
export function fillTemplate(template: string, result: ComputedVersion): string {
  const values: Readonly<Record<string, string>> = {
    version: formatVersion(result.version),
    base: formatVersion(result.base),
    kind: result.kind,
    commit: result.commit ?? '',
    distance: result.distance === null ? '' : String(result.distance),
    tag: result.tag ?? '',
  };
  return template.replaceAll(/\{([a-z-]+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value !== undefined) return value;
    const known = Object.keys(values);
    const suggestion = closestName(name, known);
    throw new WheelworksError('config/unknown-placeholder', `${whole} stands for nothing.`, {
      evidence: template,
      hint:
        suggestion === undefined
          ? `Known: ${known.map((each) => `{${each}}`).join(', ')}.`
          : `Did you mean {${suggestion}}?`,
    });
  });
}
