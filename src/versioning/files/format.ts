/** What every kind of version file has in common. */
import { WheelworksError } from '../../support/errors.ts';

/** A version found in a text, and how to put another one there. */
export interface Located {
  /** The key as it would be given; null where the whole file is the version. */
  readonly key: string | null;
  /** What stands there, without quotes. */
  readonly value: string;
  /** The part of the text that is replaced, quotes included. */
  readonly start: number;
  readonly end: number;
  /** A version as it is written there. */
  encode(version: string): string;
  /** Takes numbers only, as CMake's `project` does. */
  readonly numbersOnly?: boolean;
}

/** A kind of version file. */
export interface VersionFormat {
  readonly name: 'json' | 'toml' | 'python' | 'cmake' | 'text';
  /**
   * Finds the version.
   * @param key undefined for the usual ones of such a file.
   * @throws WheelworksError `version/bad-file`, `version/no-version`, `version/ambiguous`.
   */
  locate(text: string, key: string | undefined, path: string): Located;
  /** The text of a new file that holds a version alone; undefined where there is no such thing. */
  create?(key: string | undefined, version: string): string;
  /**
   * A further key with a text as its value, changed or added.
   * @throws WheelworksError `version/bad-file`.
   */
  set?(text: string, entry: KeyValue, path: string): string;
  /** What a file holds under a key besides the version; undefined when it has no such key, or no text there. */
  get?(text: string, key: string, path: string): string | undefined;
}

/** A key and the text it is given. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/** A file that cannot be read as what its name says. */
export function badFile(path: string, what: string, evidence: string): WheelworksError {
  return new WheelworksError('version/bad-file', `${path} is not ${what}.`, { path, evidence });
}

/** There is nothing under the key, or under none of the usual ones. */
export function noVersion(
  path: string,
  key: string | undefined,
  usual: readonly string[],
): WheelworksError {
  const message =
    key === undefined
      ? `${path} has no version under ${usual.join(', ')}.`
      : `${path} has no ${key}.`;
  return new WheelworksError('version/no-version', message, {
    path,
    hint: `Name the place after a #, as in ${path}#${usual[0] ?? 'version'}.`,
  });
}

/** There are several, and no telling which one is meant. */
export function ambiguous(path: string, keys: readonly string[]): WheelworksError {
  return new WheelworksError('version/ambiguous', `${path} has more than one version.`, {
    path,
    evidence: keys.join(', '),
    hint:
      new Set(keys).size > 1
        ? `Name one after a #, as in ${path}#${keys[0] ?? 'version'}.`
        : `Leave one ${keys[0] ?? 'version'} in the file.`,
  });
}

/** What stands under the key is no text. */
export function notText(path: string, key: string, value: unknown): WheelworksError {
  const shown = JSON.stringify(value) ?? String(value);
  const isNumber = typeof value === 'number';
  return new WheelworksError(
    'version/not-a-version',
    `${key} of ${path} is ${isNumber ? 'a number' : 'no text'}: ${shown}.`,
    {
      path,
      evidence: shown,
      hint: isNumber
        ? 'Write the version in quotes: as a number, 3.10 is 3.1.'
        : 'Write a version there, such as "1.2.3".',
    },
  );
}

/** The candidate keys for a dotted one: as a name that has dots in it, and as a way through tables. */
export function keyPaths(key: string): readonly (readonly string[])[] {
  return key.includes('.') ? [[key], key.split('.')] : [[key]];
}
