/**
 * What OpenWrt's feed calls the package of a project on PyPI, and back.
 *
 * The rule and its exceptions are those of the recipes in openwrt/packages; data/names.json has the exceptions, and the
 * projects whose `python-` the rule drops, without which the way back would be a guess.
 */
import { WheelworksError } from '../support/errors.ts';
import { isValidName, normalizeName } from '../packaging/name.ts';
import table from './data/names.json' with { type: 'json' };

/** Whose packages: those of today's interpreter, or of the Python 2 that releases up to 19.07 had beside it. */
export type PackagePrefix = 'python3' | 'python';

const EXCEPTIONS = new Map(table.exceptions.map(({ project, package: name }) => [project, name]));
const PROJECTS = new Map(table.exceptions.map(({ project, package: name }) => [name, project]));
const PREFIXED = new Set(table.prefixed);

/**
 * The package of a project: `python3-requests`, `python3-yaml` for PyYAML, `python3-dateutil` for python-dateutil.
 * @throws WheelworksError `openwrt/bad-name` for what is no name of a project.
 */
export function packageName(project: string, prefix: PackagePrefix = 'python3'): string {
  if (!isValidName(project))
    throw new WheelworksError('openwrt/bad-name', `${JSON.stringify(project)} names no project.`, {
      evidence: project,
      hint: 'Names have ASCII letters, digits, "-", "_" and ".", with a letter or digit at both ends.',
    });
  const name = normalizeName(project);
  return `${prefix}-${EXCEPTIONS.get(name) ?? withoutPython(name)}`;
}

/**
 * The project that a package is made from, in PyPI's normal spelling; undefined when the name is not that of a package for
 * Python. Where nothing is known of a name the rule is turned around, which finds a project called `python-x` under `x`.
 * A name says nothing of whether it is a project's: `python3-light` is a part of the interpreter.
 */
export function projectName(packageName: string): string | undefined {
  const [, name] = /^python3?-(.+?)(?:-src)?$/.exec(packageName) ?? [];
  if (name === undefined) return undefined;
  const prefixed = `python-${normalizeName(name)}`;
  return PROJECTS.get(name) ?? (PREFIXED.has(prefixed) ? prefixed : normalizeName(name));
}

/** As the feed does it: `python3-python-dotenv` would say it twice. */
function withoutPython(name: string): string {
  return name.replace(/^python-/, '');
}
