/** What is asked of a search for libraries, and what comes back. */
import type { Libc } from '../../platform/index.ts';
import type { ElfFacts, NativeFacts } from '../facts.ts';

/** A file that needs libraries, as far as a loader's search depends on it. */
export interface Requester {
  readonly elf: ElfFacts;
  /** The folder of this machine that `$ORIGIN` stands for; undefined for what is on no disk, such as a wheel's files. */
  readonly folder: string | undefined;
}

/** A library that is looked for. */
export interface LibraryRequest {
  readonly name: string;
  /** The file that needs it comes last, before it the files that loaded it, the first one loaded first. */
  readonly chain: readonly Requester[];
  /** What is found must run where the file that needs it runs. */
  readonly architecture: string;
  readonly libc: Libc;
}

/** A library found outside the subject. */
export interface FoundLibrary {
  readonly name: string;
  /** Where it is, with every symbolic link followed. */
  readonly path: string;
  /** Where the loader finds it: its folder is what `$ORIGIN` means in it. */
  readonly foundAt: string;
  readonly facts: NativeFacts;
}

/** Where libraries are looked for. */
export interface LibrarySource {
  /** The first fitting file, or undefined. */
  find(request: LibraryRequest): Promise<FoundLibrary | undefined>;
  /** The folders that are looked in for a request, in order: what to tell when nothing was found. */
  foldersFor(request: LibraryRequest): Promise<readonly string[]>;
  /** Whether there is a system whose own folders are searched for such files. */
  hasSystem(kind: Pick<LibraryRequest, 'architecture' | 'libc'>): boolean;
}
