/** The groups of Pythons that are planned only when they are enabled. */
import { knownPythons, type KnownPython } from '../../platform/index.ts';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';

/** Of cibuildwheel 4.2; those without a Python of ours change nothing here. */
const CIBUILDWHEEL_GROUPS = [
  'cpython-prerelease',
  'graalpy',
  'pypy',
  'pypy-eol',
  'pyodide-eol',
  'pyodide-prerelease',
];

/** Every group by name. */
export const ENABLE_GROUPS: readonly string[] = [
  ...new Set([...CIBUILDWHEEL_GROUPS, ...knownPythons.flatMap(({ group }) => group ?? [])]),
].sort();

/**
 * Reads `enable`.
 * @param onlyKnown groups of cibuildwheel alone.
 * @throws WheelworksError `config/unknown-group`.
 */
export function enabledGroups(
  text: string,
  onlyKnown: boolean,
  from: readonly string[] = [],
): ReadonlySet<string> {
  const names = onlyKnown ? CIBUILDWHEEL_GROUPS : ENABLE_GROUPS;
  const groups = new Set<string>();
  for (const group of text.split(/\s+/).filter((each) => each !== '')) {
    if (group === 'all') return new Set(names);
    if (!names.includes(group)) throw unknownGroup(group, names, from);
    groups.add(group);
  }
  return groups;
}

/** Whether a Python is planned with these groups. */
export function isEnabled({ group }: KnownPython, groups: ReadonlySet<string>): boolean {
  return group === undefined || groups.has(group);
}

function unknownGroup(
  group: string,
  names: readonly string[],
  from: readonly string[],
): WheelworksError {
  const suggestion = closestName(group, names);
  return new WheelworksError('config/unknown-group', `Unknown enable group: ${group}.`, {
    ...(from.length === 0 ? {} : { evidence: from.join(', ') }),
    hint: `${suggestion === undefined ? '' : `Did you mean ${suggestion}? `}Valid groups: ${names.join(', ')}, all.`,
  });
}
