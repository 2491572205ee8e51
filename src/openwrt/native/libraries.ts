/** Which package has a library that a native file needs: by the target's feed, else by what is known of OpenWrt. */
import table from './data/libraries.json' with { type: 'json' };

/** What a feed's index says of a package. */
export interface FeedPackage {
  /** `libopenssl3`. */
  readonly name: string;
  /** `3`; absent for packages whose name has no such end. */
  readonly abiVersion?: string;
}

/** What came of looking for a library. */
export type LibraryPackage =
  /** The C library, which every device has. */
  | { readonly kind: 'libc' }
  | {
      readonly kind: 'package';
      readonly name: string;
      /** Told by the feed, and not only by what is known. */
      readonly fromFeed: boolean;
    }
  /** The feed has the package for another ABI. */
  | { readonly kind: 'other-abi'; readonly name: string }
  | { readonly kind: 'unknown' };

interface Row {
  readonly soname: string;
  readonly package: string;
  readonly abi: string;
}

const ROWS: ReadonlyMap<string, Row> = new Map(table.libraries.map((row) => [row.soname, row]));

/** musl's loader takes every name that begins with `libc.` for itself. */
const LIBC = /^(?:libc\.(?:so|musl-.*)|ld-musl-.*)/;
const LIBPYTHON = /^libpython(3)\.(\d+)\.so/;

/**
 * The package that has a library, by the library's name (`DT_NEEDED`). Names of packages end with the version of their
 * binary interface (`libopenssl3`), which only the target's own feed tells for certain.
 * @param feed the packages of the target's feed
 */
export function packageOfLibrary(
  needed: string,
  feed: readonly FeedPackage[] | undefined,
): LibraryPackage {
  if (LIBC.test(needed)) return { kind: 'libc' };
  const python = LIBPYTHON.exec(needed);
  if (python !== null)
    return { kind: 'package', name: `libpython3-3.${python[2] ?? ''}`, fromFeed: false };
  const [, stem = needed, version = ''] = /^(.*?\.so)(?:\.(.*))?$/.exec(needed) ?? [];
  const row = ROWS.get(stem);
  const base = row?.package ?? stem.slice(0, -'.so'.length);
  if (feed === undefined)
    return row === undefined
      ? { kind: 'unknown' }
      : {
          kind: 'package',
          name: row.abi === 'soname' ? withAbi(base, version) : base,
          fromFeed: false,
        };
  const named = feed.filter(
    ({ name, abiVersion }) =>
      name === base || (abiVersion !== undefined && name === withAbi(base, abiVersion)),
  );
  const fitting = named.find(
    ({ abiVersion }) => abiVersion === undefined || isAbi(version, abiVersion),
  );
  if (fitting !== undefined) return { kind: 'package', name: fitting.name, fromFeed: true };
  const [other] = named;
  return other === undefined ? { kind: 'unknown' } : { kind: 'other-abi', name: other.name };
}

/** A name with the version of its interface behind it: apart by a dash when the name itself ends in a digit. */
export function withAbi(name: string, abiVersion: string): string {
  if (abiVersion === '') return name;
  return /\d$/.test(name) ? `${name}-${abiVersion}` : `${name}${abiVersion}`;
}

/** Whether an ABI version of a package is that of a library's name: dates and commits, which some have, say nothing. */
function isAbi(soname: string, abiVersion: string): boolean {
  const ours = soname.split('.');
  const theirs = abiVersion.split('.');
  if (theirs.some((part) => !/^\d{1,3}$/.test(part))) return true;
  return theirs.every((part, index) => ours[index] === undefined || ours[index] === part);
}
