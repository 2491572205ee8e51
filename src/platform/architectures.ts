/**
 * The processor architectures that Linux platform tags name, and what a file or a system of each looks like.
 *
 * The facts are data with their sources named inside (data/architectures.json).
 */
import type { PlatformVersion } from '../packaging/platform-tags.ts';
import type { Libc } from './baselines.ts';
import table from './data/architectures.json' with { type: 'json' };

/** What is true of one architecture. */
export interface ArchitectureFacts {
  /** As tags and `uname -m` write it: `armv7l`. */
  readonly name: string;
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** The name of the ELF machine number, without the ABI: `arm` for armv7l. */
  readonly elfName: string;
  /** The calling convention that a tag of this architecture means, where the processor has several. */
  readonly abi?: ArchitectureAbi;
  /** Set where files cannot be told from another architecture's, which is then the one to name: `armv7l`. */
  readonly sameFilesAs?: string;
  /** File names of the program loader, which may stand in DT_NEEDED. */
  readonly loaders: Readonly<Record<Libc, readonly string[]>>;
  /** The soname of musl on Alpine Linux; undefined where Alpine has no port. */
  readonly muslLibc?: string;
  /** The oldest symbol version of the port, `2.2.5`: what was there from the beginning carries it. */
  readonly glibcEpoch: string;
  /** The oldest glibc that ran on it, upstream or backported; tags below promise a system that never was. */
  readonly oldestGlibc: PlatformVersion;
  /** The oldest musl series that ran on it. */
  readonly oldestMusl: PlatformVersion;
  /** The triplet in the names of extension modules, and the CPython from which upstream knows it. */
  readonly triplets: Readonly<Record<Libc, string>> & { readonly sincePython: PlatformVersion };
  /** Which families of tags PyPI takes for this architecture. */
  readonly pypi: PypiAcceptance;
  /** A vendors' port of the same name with another ABI: LoongArch's, from before it was upstream. */
  readonly oldWorld?: OldWorldFacts;
}

/** Which tags of an architecture PyPI takes. */
export interface PypiAcceptance {
  readonly manylinux: boolean;
  readonly musllinux: boolean;
  /** Bare `linux_<arch>`, which promises nothing. */
  readonly linux: boolean;
  /** The day it began, where that was after the tags existed: `2025-07-23`. */
  readonly since?: string;
}

/** A calling convention, in words and as the decoded e_flags show it. */
export interface ArchitectureAbi {
  readonly text: string;
  /** Field of the decoded flags to the values it may have. */
  readonly requires: ReadonlyMap<string, readonly (string | number | boolean)[]>;
}

/** How the other ABI under the same name is told. */
export interface OldWorldFacts {
  readonly loaders: readonly string[];
  readonly glibcEpoch: string;
}

/** What an ELF header says of its processor; the `machine.name`, `class`, `byteOrder` and `abi` of a read file. */
export interface ElfIdentity {
  readonly machine: string;
  readonly class: 32 | 64;
  readonly byteOrder: 'little' | 'big';
  /** e_flags decoded; undefined for processors that do not use it. */
  readonly abi?: object | undefined;
}

interface ArchitectureRecord {
  readonly name: string;
  readonly class: number;
  readonly byteOrder: string;
  readonly elfName: string;
  readonly abi?: {
    readonly text: string;
    readonly requires: Readonly<Record<string, readonly (string | number | boolean)[] | undefined>>;
  };
  readonly sameFilesAs?: string;
  readonly loaders: ArchitectureFacts['loaders'];
  readonly muslLibc?: string;
  readonly glibcEpoch: string;
  readonly oldestMusl: readonly number[];
  readonly triplets: {
    readonly glibc: string;
    readonly musl: string;
    readonly sincePython: readonly number[];
  };
  readonly pypi: PypiAcceptance;
  readonly oldWorld?: OldWorldFacts;
}

const RECORDS: readonly ArchitectureRecord[] = table.architectures;

/** Every known architecture; of those with the same files, the one to name stands first. */
export const architectures: readonly ArchitectureFacts[] = RECORDS.map(fromRecord);

const BY_NAME = new Map(architectures.map((facts) => [facts.name, facts]));

/** What is known of the architecture of a tag; undefined for names that the table does not have. */
export function architectureFacts(name: string): ArchitectureFacts | undefined {
  return BY_NAME.get(name);
}

/**
 * The architecture whose tags an ELF file may carry. Undefined when there is none: another processor, or a calling
 * convention that no tag means, such as soft-float ARM.
 */
export function platformArchitecture(elf: ElfIdentity): ArchitectureFacts | undefined {
  return architectures.find(
    (facts) =>
      facts.sameFilesAs === undefined &&
      (facts.elfName === elf.machine || facts.name === elf.machine) &&
      facts.class === elf.class &&
      facts.byteOrder === elf.byteOrder &&
      hasAbi(facts.abi, elf.abi),
  );
}

/** musl has a triplet of its own from this CPython on (bpo-43112). */
const MUSL_SINCE = 11;

/**
 * The triplet that upstream's CPython 3.`minor` puts into the names of extension modules and looks for there (PEP 3149).
 * Undefined when it knows none for the architecture and uses `.cpython-310.so`. Up to 3.10 it takes musl for glibc.
 */
export function extensionTriplet(
  architecture: string,
  libc: Libc,
  minor: number,
): string | undefined {
  const triplets = BY_NAME.get(architecture)?.triplets;
  if (triplets === undefined || minor < triplets.sincePython.minor) return undefined;
  return libc === 'musl' && minor < MUSL_SINCE ? triplets.glibc : triplets[libc];
}

function hasAbi(wanted: ArchitectureAbi | undefined, found: object | undefined): boolean {
  if (wanted === undefined) return true;
  const fields = new Map<string, unknown>(Object.entries(found ?? {}));
  return [...wanted.requires].every(([field, values]) =>
    values.some((value) => value === fields.get(field)),
  );
}

function fromRecord(record: ArchitectureRecord): ArchitectureFacts {
  const { class: width, byteOrder, abi, oldestMusl, triplets, oldWorld, ...same } = record;
  return {
    ...same,
    class: width === 32 ? 32 : 64,
    byteOrder: byteOrder === 'big' ? 'big' : 'little',
    ...(abi === undefined ? {} : { abi: abiOf(abi) }),
    oldestGlibc: versionOf(record.glibcEpoch.split('.').map(Number)),
    oldestMusl: versionOf(oldestMusl),
    triplets: { ...triplets, sincePython: versionOf(triplets.sincePython) },
    ...(oldWorld === undefined ? {} : { oldWorld }),
  };
}

function abiOf({ text, requires }: NonNullable<ArchitectureRecord['abi']>): ArchitectureAbi {
  return {
    text,
    requires: new Map(Object.entries(requires).map(([field, values]) => [field, values ?? []])),
  };
}

function versionOf([major = 0, minor = 0]: readonly number[]): PlatformVersion {
  return { major, minor };
}
