import { parseSpecifierSet, type SpecifierSet } from '../packaging/specifier-set.ts';
import { WheelworksError } from '../support/errors.ts';

/**
 * Which interpreters a user asks for.
 *
 * - `version`: `3.12`, `3.12.1`, `3.13t`, `3.12d`, `3.12-32`, `cp312`, `cp313-cp313t`, `pypy3.11`, `pypy`, `graalpy`;
 *   without a name CPython is meant, without `t` or `d` the ordinary build.
 * - `range`: `>=3.9,<3.13`, `pypy>=3.10`; free-threaded builds included, debug builds not.
 * - `given`: a path of an executable, a prefix such as `/opt/python/cp312-cp312` or `.venv`, or a command on PATH.
 */
export type Selector =
  | {
      readonly kind: 'version';
      readonly text: string;
      readonly implementation: string;
      /** As many numbers as were given; none means any version. */
      readonly release: readonly number[];
      /** `rc1`, when one very pre-release is meant. */
      readonly prerelease?: string;
      readonly freeThreaded: boolean;
      readonly debug: boolean;
      readonly pointerBits?: number;
    }
  | {
      readonly kind: 'range';
      readonly text: string;
      readonly implementation: string;
      readonly range: SpecifierSet;
    }
  | { readonly kind: 'given'; readonly text: string };

const IMPLEMENTATIONS: ReadonlyMap<string, string> = new Map([
  ['', 'cpython'],
  ['python', 'cpython'],
  ['cpython', 'cpython'],
  ['cp', 'cpython'],
  ['pypy', 'pypy'],
  ['pp', 'pypy'],
  ['graalpy', 'graalpy'],
]);

const NAME = '(?<name>python|cpython|cp|pypy|pp|graalpy|)';
const VERSION = new RegExp(
  `^${NAME}-?(?<release>\\d+(?:\\.\\d+){0,2}|)(?<prerelease>(?:a|b|rc)\\d+|)(?<flags>t|d|td|)(?:-(?<bits>32|64))?$`,
  'i',
);
/** A folder of the manylinux images, `cp313-cp313t`, `pp311-pypy311_pp73`: Python tag and ABI tag. */
const TAG_PAIR = /^(?<name>cp|pp|graalpy)(?<release>\d+)-[a-z]+\d+(?<flags>[tdmu]*)(?:_\w+)?$/i;
const RANGE = new RegExp(`^${NAME}\\s*(?<range>(?:[<>]|[~!=]=).*)$`, 'i');

/**
 * Reads what the user wrote. Whether a `given` one exists is only known when it is looked for.
 * @throws WheelworksError `python/bad-selector` for an empty text, `packaging/invalid-specifier` for a wrong range.
 */
export function parseSelector(text: string): Selector {
  const trimmed = text.trim();
  if (trimmed === '')
    throw new WheelworksError('python/bad-selector', 'A Python selector is empty.', {
      hint: 'Name a version (3.12, 3.13t, pypy3.11), a range (>=3.9) or the path of an interpreter.',
    });
  const version = (VERSION.exec(trimmed) ?? TAG_PAIR.exec(trimmed))?.groups;
  if (version !== undefined) return versionSelector(trimmed, version);
  const range = RANGE.exec(trimmed)?.groups;
  if (range !== undefined) {
    return {
      kind: 'range',
      text: trimmed,
      implementation: implementationOf(range['name']),
      range: parseSpecifierSet(range['range'] ?? ''),
    };
  }
  return { kind: 'given', text: trimmed };
}

function versionSelector(text: string, groups: Record<string, string | undefined>): Selector {
  const flags = (groups['flags'] ?? '').toLowerCase();
  const prerelease = (groups['prerelease'] ?? '').toLowerCase();
  const bits = groups['bits'];
  return {
    kind: 'version',
    text,
    implementation: implementationOf(groups['name']),
    release: releaseNumbers(groups['release'] ?? ''),
    freeThreaded: flags.includes('t'),
    debug: flags.includes('d'),
    ...(prerelease === '' ? {} : { prerelease }),
    ...(bits === undefined ? {} : { pointerBits: Number(bits) }),
  };
}

/** `3.12` is two numbers, and so is `312` as tags write it: the first digit is the major version. */
function releaseNumbers(release: string): number[] {
  if (release === '') return [];
  const parts =
    release.includes('.') || release.length === 1
      ? release.split('.')
      : [release.slice(0, 1), release.slice(1)];
  return parts.map(Number);
}

function implementationOf(name: string | undefined): string {
  return IMPLEMENTATIONS.get((name ?? '').toLowerCase()) ?? 'cpython';
}
