import { tryParseVersion, withoutLocal, type Version } from '../../packaging/version.ts';
import type { PackageDependency, VersionBound, VersionConstraint } from '../package/model.ts';
import type { PackageManager } from '../targets/index.ts';
import { apkVersionBegins, compareApkVersions } from './apk-order.ts';
import { compareOpkgVersions } from './opkg-order.ts';
import { spellParsed, spellVersion } from './spell.ts';

/** How the version of a package is compared, as its manager does it. */
export function comparePackageVersions(
  manager: PackageManager,
  one: string,
  other: string,
): number {
  return manager === 'apk' ? compareApkVersions(one, other) : compareOpkgVersions(one, other);
}

/** A dependency in the manager's spelling, taken apart; operators are those of {@link VersionConstraint}, and `~` of apk. */
export interface SpelledDependency {
  readonly name: string;
  readonly operator?: VersionConstraint['operator'] | '~';
  readonly version?: string;
}

/**
 * A dependency as those that the manager compares: one, two for an exact version, and for apk two for a range.
 *
 * Without a release a constraint is about upstream's version alone: 1.0-r1 must meet `= 1.0`, `<= 1.0`, and not `> 1.0`,
 * though to a manager it is later than 1.0. So what follows 1.0 begins where PEP 440 has the next version, 1.0.post0.dev0.
 * @throws WheelworksError as `spellVersion`.
 */
export function spellDependency(
  { name, constraint }: PackageDependency,
  manager: PackageManager,
): readonly SpelledDependency[] {
  if (constraint === undefined) return [{ name }];
  const { below } = constraint;
  // A project with an epoch has packages for apk in versions of somebody's own.
  const { epoch = 0n } = tryParseVersion(constraint.version.upstream) ?? {};
  if (manager === 'apk' && epoch !== 0n) return [{ name }];
  const spelled = spellBound(name, constraint, manager);
  // opkg takes the highest that meets one of two, and then another for the other: of several versions it takes wrong ones.
  return below === undefined || manager === 'opkg'
    ? spelled
    : [...spelled, ...spellBound(name, below, manager)];
}

function spellBound(
  name: string,
  { operator, version: asked }: VersionBound,
  manager: PackageManager,
): readonly SpelledDependency[] {
  const parsed = tryParseVersion(asked.upstream);
  const isLocal = manager === 'apk' && parsed?.local !== undefined;
  const version = isLocal
    ? spellParsed(withoutLocal(parsed), manager)
    : spellVersion(asked, manager);
  const isWhole = asked.release !== undefined || operator === '>=' || operator === '<';
  if (isWhole || parsed === undefined) return [{ name, operator, version }];
  const next = spellParsed(nextVersion(parsed), manager);
  if (operator === '>') return [{ name, operator: '>=', version: next }];
  const below: SpelledDependency = { name, operator: '<', version: next };
  return operator === '=' ? [{ name, operator: '>=', version }, below] : [below];
}

/** The lowest version after this one and its local versions. */
function nextVersion(version: Version): Version {
  const base = { ...version, local: undefined };
  if (version.dev !== undefined) return { ...base, dev: version.dev + 1n };
  return { ...base, post: version.post === undefined ? 0n : version.post + 1n, dev: 0n };
}

/** `a (>= 1.0)` or `a>=1.0`; `<` alone means `<=` to opkg. */
export function formatDependency(
  { name, operator, version }: SpelledDependency,
  manager: PackageManager,
): string {
  if (operator === undefined || version === undefined) return name;
  if (manager === 'apk') return `${name}${operator}${version}`;
  return `${name} (${operator === '<' || operator === '>' ? operator.repeat(2) : operator} ${version})`;
}

/**
 * Reads what {@link formatDependency} writes, and what OpenWrt's own packages say; undefined for anything else.
 * Of alternatives (`a | b`), which only opkg has, it takes one each.
 */
export function parseDependency(
  text: string,
  manager: PackageManager,
): SpelledDependency | undefined {
  const form =
    manager === 'apk'
      ? /^([^\s<>=~!()]+)(?:(<=|>=|[<>=~])(\S+))?$/
      : /^([^\s<>=~!()]+)(?:\s*\(\s*(<<|>>|<=|>=|[<>=])\s*([^\s)]+)\s*\))?(?:\s*\*)?$/;
  const [, name, operator, version] = form.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  if (operator === undefined || version === undefined) return { name };
  return { name, operator: OPERATORS[manager][operator] ?? '=', version };
}

type Operator = VersionConstraint['operator'] | '~';

const OPERATORS: Readonly<Record<PackageManager, Readonly<Record<string, Operator>>>> = {
  apk: { '<': '<', '<=': '<=', '=': '=', '>=': '>=', '>': '>', '~': '~' },
  opkg: { '<<': '<', '<': '<=', '<=': '<=', '=': '=', '>=': '>=', '>': '>=', '>>': '>' },
};

/** Whether a version of a package meets a dependency on it, by the rule of the manager. */
export function meetsDependency(
  { operator, version }: SpelledDependency,
  found: string,
  manager: PackageManager,
): boolean {
  if (operator === undefined || version === undefined) return true;
  if (operator === '~') return apkVersionBegins(found, version);
  const order = comparePackageVersions(manager, found, version);
  if (order === 0) return operator.includes('=');
  return operator.startsWith(order < 0 ? '<' : '>');
}
