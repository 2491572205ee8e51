/** Texts that are written beside a version, such as the commit. */
import { formatVersion } from '../packaging/index.ts';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';
import type { ComputedVersion } from './compute.ts';

/**
 * `{version}`, `{base}`, `{kind}`, `{commit}`, `{distance}` and `{tag}` in a text become what they say. Where tags were
 * looked for and there is none, `{tag}` becomes nothing.
 * @throws WheelworksError `config/unknown-placeholder`, `version/not-in-repository` for a commit that is not there,
 * `config/empty-placeholder` for what this kind does not look for.
 */
export function fillTemplate(template: string, result: ComputedVersion): string {
  const values: Readonly<Record<string, string | null>> = {
    version: formatVersion(result.version),
    base: formatVersion(result.base),
    kind: result.kind,
    commit: result.commit,
    distance: result.distance === null ? null : String(result.distance),
    tag: result.distance === null ? null : (result.tag ?? ''),
  };
  return template.replaceAll(/\{([a-z-]+)\}/g, (whole, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === null) throw hasNone(whole, template, result);
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

function hasNone(
  placeholder: string,
  template: string,
  { kind }: ComputedVersion,
): WheelworksError {
  if (placeholder === '{commit}')
    return new WheelworksError(
      'version/not-in-repository',
      'There is no commit: the files are in no git repository that could be read, or it has none yet.',
      { evidence: template, hint: 'Leave {commit} out, or write its value: --set KEY=TEXT.' },
    );
  return new WheelworksError(
    'config/empty-placeholder',
    `${placeholder} is not known of a ${kind} version.`,
    { evidence: template, hint: 'Development versions have it, and versions from tags.' },
  );
}
