/** What the native files of a subject ask of the system they run on, with what they carry themselves taken out. */
import type { ElfFacts, NativeFacts } from './facts.ts';
import { isLoader } from './libc.ts';
import type { Reach } from './reach.ts';
import type { VersionedNames } from './symbols.ts';
import { isOfSystems } from './system-libraries.ts';
import type { SymbolOrigin } from './unversioned.ts';

/** What one ELF file asks of libraries outside the subject. */
export interface ElfNeeds {
  readonly path: string;
  /** Sonames of needed libraries that the subject does not carry; loaders left out. */
  readonly external: readonly string[];
  /** Sonames of needed libraries that the subject carries where the loader does not find them. */
  readonly unreachable: readonly string[];
  /** Library outside the subject to the versions needed of it. */
  readonly versions: ReadonlyMap<string, readonly string[]>;
  /** Where system libraries define the symbols that the file wants from anyone. */
  readonly origins: readonly SymbolOrigin[];
  /** The symbols behind the versions, for libraries that systems have. */
  readonly versioned: VersionedNames;
  readonly deniedSymbols: readonly string[];
  readonly isaLevel: string | undefined;
  /** Symbols that only some builds of old Pythons have: narrow Unicode of Python 2, floating point exceptions. */
  readonly legacySymbols: readonly string[];
}

const LEGACY = /^PyUnicodeUCS2_|^PyFPE_(?:jbuf|dummy|counter)$/;

/** The needs of one loadable file. */
export function needsOf(
  { path }: NativeFacts,
  elf: ElfFacts,
  around: {
    readonly reach: Reach;
    readonly origins: readonly SymbolOrigin[];
    /** Libraries that something else brings; those that every system has are never such. */
    readonly isExcluded: (library: string) => boolean;
  },
): ElfNeeds {
  const { reach, origins } = around;
  // What every system has is the system's, whatever a pattern such as * leaves out: its versions still count.
  const isExcluded = (library: string): boolean =>
    !isOfSystems(library) && around.isExcluded(library);
  const isOutside = (library: string): boolean =>
    !isLoader(library) && !reach.finds(path, library) && !isExcluded(library);
  // Where systems have a library of that name the loader takes theirs.
  const isCarried = (library: string): boolean =>
    !isOfSystems(library) && reach.placesOf(library).length > 0;
  const outside = [...new Set(elf.needed.filter(isOutside))];
  // A library outside may define what the file wants of anyone, and the system's is then not asked.
  const isSelfContained = elf.needed.every(
    (library) => isLoader(library) || isOfSystems(library) || reach.finds(path, library),
  );
  return {
    path,
    external: outside.filter((library) => !isCarried(library)),
    unreachable: outside.filter(isCarried),
    versions: new Map(
      Object.entries(elf.versions).filter(([library]) => isOutside(library) && !isCarried(library)),
    ),
    origins: isSelfContained ? origins : [],
    versioned: new Map([...elf.symbols.versioned].filter(([library]) => isOutside(library))),
    deniedSymbols: elf.symbols.denied,
    isaLevel: elf.isaLevel,
    legacySymbols: elf.symbols.imports.filter((name) => LEGACY.test(name)),
  };
}
