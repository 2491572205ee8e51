/**
 * One version specifier: an operator and a version, `>=1.2` or `==1.4.*`.
 *
 * Specification: Version specifiers (PEP 440), section "Version specifiers".
 * https://packaging.python.org/specifications/version-specifiers/#version-specifiers
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { scanVersion, type Version } from './version-scan.ts';
import { canonicalVersion, formatVersion, isPrerelease, tryParseVersion } from './version.ts';
import { isPythonSpace, skipPythonSpace } from './white-space.ts';

/** The operators that compare versions. */
export type VersionOperator = '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>';

/** A specifier that compares versions. */
export interface VersionSpecifier {
  readonly operator: VersionOperator;
  /** The version as its author wrote it, `.*` included. */
  readonly versionText: string;
  readonly version: Version;
  /** Whether `.*` follows the version; only with `==` and `!=`. */
  readonly wildcard: boolean;
}

/** `===`, which compares texts: an escape hatch for what is not a version. */
export interface ArbitrarySpecifier {
  readonly operator: '===';
  readonly versionText: string;
}

/** One clause of a specifier set; `operator` tells which kind. */
export type Specifier = VersionSpecifier | ArbitrarySpecifier;

/**
 * Reads one specifier, white space around it and after its operator allowed.
 * @throws WheelworksError `packaging/invalid-specifier`, also for a `~=` with one number, a `.*` after anything but a
 * release, and a local label with an operator other than `==` and `!=`.
 */
export function parseSpecifier(text: string): Specifier {
  const specifier = tryParseSpecifier(text);
  if (specifier !== undefined) return specifier;
  throw new WheelworksError(
    'packaging/invalid-specifier',
    `${excerpt(text)} is not a valid version specifier.`,
    {
      hint: 'A specifier is one of ~= == != <= >= < > === and a version; ~= needs two numbers (~=1.4), .* goes with == and != only.',
    },
  );
}

/** Like {@link parseSpecifier}, with undefined for what is not a specifier. */
export function tryParseSpecifier(text: string): Specifier | undefined {
  const scanned = scanSpecifier(text, skipPythonSpace(text, 0));
  if (scanned === undefined || skipPythonSpace(text, scanned.end) < text.length) return undefined;
  return scanned.specifier;
}

/** Reads the longest specifier that starts at `start`, for the parser of requirements; undefined when there is none. */
export function scanSpecifier(
  text: string,
  start: number,
): { readonly specifier: Specifier; readonly end: number } | undefined {
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, start));
  if (operator === undefined) return undefined;
  const from = skipPythonSpace(text, start + operator.length);
  if (operator === '===') {
    const end = endOfArbitraryText(text, from);
    return { specifier: { operator, versionText: text.slice(from, end) }, end };
  }
  const isEquality = operator === '==' || operator === '!=';
  const scanned = scanVersion(text, from, { local: isEquality });
  if (scanned === undefined) return undefined;
  const { version } = scanned;
  // `~=1` would allow everything from 1 on: the specification refuses it.
  if (operator === '~=' && version.release.length < 2) return undefined;
  const wildcard = isEquality && isRelease(version) && text.startsWith('.*', scanned.end);
  const end = wildcard ? scanned.end + 2 : scanned.end;
  return { specifier: { operator, versionText: text.slice(from, end), version, wildcard }, end };
}

/** The specifier without white space, its version as written: what `str(Specifier)` gives. */
export function formatSpecifier(specifier: Specifier): string {
  return `${specifier.operator}${specifier.versionText}`;
}

/** The same text for specifiers that say the same: `==1.0` for `== v1.0.0`. For keys and de-duplication. */
export function canonicalSpecifier(specifier: Specifier): string {
  if (specifier.operator === '===' || specifier.wildcard) return formatSpecifier(specifier);
  // The number of release components decides what `~=` allows, so trailing zeros count there.
  const version =
    specifier.operator === '~='
      ? formatVersion(specifier.version)
      : canonicalVersion(specifier.version);
  return `${specifier.operator}${version}`;
}

/** Whether its author named a pre-release and by that asked for them: `>=1.0rc1` does, `!=1.0rc1` does not. */
export function namesPrerelease(specifier: Specifier): boolean {
  if (specifier.operator === '!=') return false;
  if (specifier.operator !== '===') return isPrerelease(specifier.version);
  const version = tryParseVersion(specifier.versionText);
  return version !== undefined && isPrerelease(version);
}

/** Longest first, so that `==` is not read as the start of `===`. */
const OPERATORS = ['===', '==', '~=', '!=', '<=', '>=', '<', '>'] as const;

/** `===` takes any text up to what ends it inside a requirement: white space, `;` or `)`. */
function endOfArbitraryText(text: string, start: number): number {
  let end = start;
  while (
    end < text.length &&
    !isPythonSpace(text.charCodeAt(end)) &&
    !';)'.includes(text.charAt(end))
  ) {
    end += 1;
  }
  return end;
}

function isRelease(version: Version): boolean {
  return (
    version.pre === undefined &&
    version.post === undefined &&
    version.dev === undefined &&
    version.local === undefined
  );
}
