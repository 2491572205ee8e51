/** Which package has a library that a file of the interpreter needs: by what the user says, a feed, what is known. */
import { packageOfLibrary, type FeedPackage, type LibraryPackage } from '../native/index.ts';

/** What is known of libraries besides OpenWrt's own table. */
export interface LibraryOwners {
  /** Name of a library, as NEEDED has it, to the package that the user says has it. */
  readonly mapped?: ReadonlyMap<string, string>;
  /** The packages of the target's feeds. */
  readonly feed?: readonly FeedPackage[];
}

/** A library that no package is known to have. */
export interface UnknownLibrary {
  /** `libtinfo.so.6`. */
  readonly library: string;
  /** The first file that needs it. */
  readonly path: string;
  /** The package of a feed that has it for another ABI. */
  readonly otherAbi?: string;
  /** Where the tree has it, although no package of the split does. */
  readonly inTree?: string;
}

/**
 * What a user says comes first; feeds may be a part of all there are, so that the table is asked after them. Neither of
 * them knows the interpreter's own library, which must be of this build.
 */
export function ownerOfLibrary(
  library: string,
  { mapped, feed }: LibraryOwners,
): Exclude<LibraryPackage, { readonly kind: 'libc' }> | undefined {
  const name = mapped?.get(library);
  if (name !== undefined) return { kind: 'package', name, fromFeed: false };
  if (library.startsWith('libpython')) return { kind: 'unknown' };
  const listed = packageOfLibrary(library, feed);
  const owner = listed.kind === 'unknown' ? packageOfLibrary(library, undefined) : listed;
  return owner.kind === 'libc' ? undefined : owner;
}
