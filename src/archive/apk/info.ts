/** What a package says of itself: the object that packages and indexes have in common (schema `pckg` and `indx`). */
import { readDependency, writeDependencies, type ApkDependency } from './dependency.ts';
import { FETCH_AGAIN, apkProblem } from './problem.ts';
import { isAdbObject, type AdbObject, type AdbValue } from './value.ts';
import { NULL_WORD, type AdbWord, type AdbWriter } from './write-value.ts';

export interface ApkInfo {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** `noarch`, or an architecture of OpenWrt. */
  readonly arch?: string;
  readonly license?: string;
  /** The recipe it comes from. */
  readonly origin?: string;
  readonly maintainer?: string;
  readonly url?: string;
  /** Hexadecimal. */
  readonly repoCommit?: string;
  /** Seconds since 1970. */
  readonly buildTime?: number;
  /** Bytes of all files. */
  readonly installedSize?: number;
  /** Bytes of the file it was read from; in an index only. */
  readonly fileSize?: number;
  readonly providerPriority?: number;
  readonly depends: readonly ApkDependency[];
  readonly provides: readonly ApkDependency[];
  readonly replaces: readonly ApkDependency[];
  readonly installIf: readonly ApkDependency[];
  readonly recommends: readonly ApkDependency[];
  readonly layer?: number;
  readonly tags: readonly string[];
}

/** The fields in the order of the format; the first has number 1 there. `hashes` is made by whoever writes. */
const FIELDS = [
  ['name', 'text'],
  ['version', 'text'],
  ['hashes', 'hashes'],
  ['description', 'text'],
  ['arch', 'text'],
  ['license', 'text'],
  ['origin', 'text'],
  ['maintainer', 'text'],
  ['url', 'text'],
  ['repoCommit', 'hex'],
  ['buildTime', 'number'],
  ['installedSize', 'number'],
  ['fileSize', 'number'],
  ['providerPriority', 'number'],
  ['depends', 'dependencies'],
  ['provides', 'dependencies'],
  ['replaces', 'dependencies'],
  ['installIf', 'dependencies'],
  ['recommends', 'dependencies'],
  ['layer', 'number'],
  ['tags', 'texts'],
] as const satisfies readonly (readonly [keyof ApkInfo | 'hashes', string])[];

export const HASHES_SLOT = FIELDS.findIndex(([name]) => name === 'hashes');
export const INSTALLED_SIZE_SLOT = FIELDS.findIndex(([name]) => name === 'installedSize');
export const FILE_SIZE_SLOT = FIELDS.findIndex(([name]) => name === 'fileSize');

/** The slots of an info object but those that a writer knows only at the end: hashes and sizes. */
export function infoSlots(writer: AdbWriter, info: ApkInfo): AdbWord[] {
  return FIELDS.map(([name, kind], index): AdbWord => {
    if (name === 'hashes' || index === INSTALLED_SIZE_SLOT || index === FILE_SIZE_SLOT)
      return NULL_WORD;
    const value = info[name];
    if (value === undefined) return NULL_WORD;
    if (typeof value === 'number') return writer.int(value);
    if (typeof value === 'string')
      return writer.blob(kind === 'hex' ? Buffer.from(value, 'hex') : value);
    if (kind === 'texts')
      return writer.object((value as readonly string[]).map((text) => writer.blob(text)));
    return writeDependencies(writer, value as readonly ApkDependency[]);
  });
}

/** An info object that was read, with what is stored as hashes: an identity, or a digest. */
export interface ReadInfo {
  readonly info: ApkInfo;
  readonly hashes?: Uint8Array;
}

/**
 * Reads info objects of one file; arrays of dependencies that packages share are read once.
 * @throws WheelworksError `apk/bad-schema`.
 */
export function infoReader(path: string): (value: AdbValue) => ReadInfo {
  const text = textReader(path);
  const lists = new Map<AdbObject, readonly ApkDependency[]>();
  const dependencies = (value: AdbValue, name: string): readonly ApkDependency[] => {
    if (value === null) return [];
    if (!isAdbObject(value)) throw badField(name, path);
    const known = lists.get(value);
    if (known !== undefined) return known;
    const read = value.slots.map((slot) => {
      const dependency = readDependency(slot, text);
      if (dependency === undefined) throw badField(name, path);
      return dependency;
    });
    lists.set(value, read);
    return read;
  };
  const field = (value: AdbValue, [name, kind]: (typeof FIELDS)[number]): unknown => {
    if (kind === 'dependencies') return dependencies(value, name);
    if (kind === 'texts') return texts(value, text, () => badField(name, path));
    if (value === null) return undefined;
    if (kind === 'text') return text(value);
    if (kind === 'number' && typeof value === 'number') return value;
    if (kind === 'hex' && value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    throw badField(name, path);
  };
  return (value) => {
    if (!isAdbObject(value)) throw badField('info', path);
    const slots = value.slots;
    const hashes = slots[HASHES_SLOT] ?? null;
    if (hashes !== null && !(hashes instanceof Uint8Array)) throw badField('hashes', path);
    const info = Object.fromEntries(
      FIELDS.flatMap((each, index) => {
        if (each[0] === 'hashes') return [];
        const read = field(slots[index] ?? null, each);
        return read === undefined ? [] : [[each[0], read]];
      }),
    ) as unknown as ApkInfo;
    if (!isName(info.name)) throw badField('name', path, info.name);
    if (!isName(info.version)) throw badField('version', path, info.version);
    return { info, ...(hashes === null ? {} : { hashes }) };
  };
}

/** Names and versions become parts of file names, and lines of lists. */
function isName(text: string | undefined): boolean {
  return text !== undefined && /^[\w.+~-]+$/.test(text) && !text.startsWith('.');
}

/** The strings of an array. */
export function texts(
  value: AdbValue,
  text: (value: AdbValue) => string | undefined,
  problem: () => Error,
): string[] {
  if (value === null) return [];
  if (!isAdbObject(value)) throw problem();
  return value.slots.map((slot) => {
    const read = text(slot);
    if (read === undefined) throw problem();
    return read;
  });
}

/**
 * Reads strings of a database, which must be UTF-8 without NUL.
 * @throws WheelworksError `apk/bad-schema`.
 */
export function textReader(path: string): (value: AdbValue) => string | undefined {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  return (value) => {
    if (value === null) return undefined;
    if (!(value instanceof Uint8Array)) throw badField('text', path);
    try {
      const text = decoder.decode(value);
      if (!text.includes('\0')) return text;
    } catch {
      // Told below.
    }
    throw apkProblem('apk/bad-schema', `${path} has text that contains a NUL or is not UTF-8.`, {
      path,
      evidence: Buffer.from(value.subarray(0, 40)).toString('hex'),
    });
  };
}

/** The error for a field that is not of the type it must have. */
export function badField(name: string, path: string, evidence?: string): Error {
  return apkProblem('apk/bad-schema', `${path} has no proper ${name} where one must be.`, {
    path,
    hint: FETCH_AGAIN,
    ...(evidence === undefined ? {} : { evidence }),
  });
}
