import type { Specifier, SpecifierSet, VersionSpecifier } from '../../packaging/index.ts';
import { compareVersions } from '../../packaging/version-order.ts';
import { formatVersion, tryParseVersion, type Version } from '../../packaging/version.ts';
import type { VersionBound, VersionConstraint } from '../package/model.ts';

/** An end of what specifiers let through. */
interface End {
  readonly version: Version;
  /** Whether the version itself is let through. */
  readonly isIncluded: boolean;
}

/**
 * What a package manager is told of the versions that a requirement takes: the exact one, or the narrowest range. Exclusions
 * (`!=`) no manager can spell, nor a text that is no version (`===`).
 */
export function constraintOf(specifier: SpecifierSet): VersionConstraint | undefined {
  const exact = specifier.find(isExact);
  if (exact !== undefined && tryParseVersion(exact.versionText) === undefined) return undefined;
  if (exact !== undefined) return { operator: '=', version: { upstream: exact.versionText } };
  const ranges = specifier.filter((each) => each.operator !== '===');
  const [lowest] = ranges
    .flatMap(lowerEnd)
    .sort((one, other) => compareVersions(other.version, one.version) || -narrower(one, other));
  const [highest] = ranges
    .flatMap(upperEnd)
    .sort((one, other) => compareVersions(one.version, other.version) || -narrower(one, other));
  const below = highest === undefined ? undefined : upperBound(highest);
  if (lowest === undefined) return below;
  return { ...lowerBound(lowest), ...(below === undefined ? {} : { below }) };
}

function isExact(each: Specifier): boolean {
  return each.operator === '===' || (each.operator === '==' && !each.wildcard);
}

function narrower(one: End, other: End): number {
  return Number(other.isIncluded) - Number(one.isIncluded);
}

function lowerEnd({ operator, version, wildcard }: VersionSpecifier): End[] {
  if (operator === '>') return [{ version, isIncluded: false }];
  const isLower = operator === '>=' || operator === '~=' || (operator === '==' && wildcard);
  return isLower ? [{ version, isIncluded: true }] : [];
}

function upperEnd({ operator, version, wildcard }: VersionSpecifier): End[] {
  if (operator === '<' || operator === '<=') return [{ version, isIncluded: operator === '<=' }];
  if (operator === '~=')
    return [{ version: afterSeries(version, version.release.slice(0, -1)), isIncluded: false }];
  if (operator === '==' && wildcard)
    return [{ version: afterSeries(version, version.release), isIncluded: false }];
  return [];
}

/** The first version that does not begin as the series does: 1.5 for 1.4. */
function afterSeries({ epoch }: Version, series: readonly bigint[]): Version {
  const last = series.at(-1) ?? 0n;
  return {
    epoch,
    release: [...series.slice(0, -1), last + 1n],
    pre: undefined,
    post: undefined,
    dev: undefined,
    local: undefined,
  };
}

function lowerBound({ version, isIncluded }: End): VersionConstraint {
  const bound = isIncluded ? withoutZeros(version) : version;
  return { operator: isIncluded ? '>=' : '>', version: { upstream: formatVersion(bound) } };
}

function upperBound({ version, isIncluded }: End): VersionBound {
  const bound = isIncluded ? version : withoutZeros(version);
  return { operator: isIncluded ? '<=' : '<', version: { upstream: formatVersion(bound) } };
}

/** To managers 1.33 is before 1.33.0, which PEP 440 takes for the same: such a bound would refuse it, or let it through. */
function withoutZeros(version: Version): Version {
  if (version.pre !== undefined || version.post !== undefined || version.dev !== undefined)
    return version;
  const length = version.release.findLastIndex((number) => number !== 0n) + 1;
  return { ...version, release: version.release.slice(0, Math.max(1, length)) };
}
