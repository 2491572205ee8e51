import { isExport, readElf, SHN, type ElfFile, type SymbolView } from '../binary/elf/index.ts';
import { platformArchitecture, type Libc } from '../platform/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { sha256 } from '../support/hash.ts';
import type { BaselineAbi, BaselineLibrary, BaselineVersion } from './model.ts';
import { byCodeUnit } from './model.ts';
import { compareVersions } from './versions.ts';

/** What one library file of a root says. */
export interface LibraryFacts extends BaselineLibrary {
  readonly soname: string;
  /** Inside the root, links resolved. */
  readonly path: string;
  readonly architecture: string;
  readonly abi: BaselineAbi;
  /** The C library it is linked to; undefined when it needs none. */
  readonly libc: Libc | undefined;
  /** PT_INTERP, which C libraries have because they are programs too. */
  readonly interpreter: string | undefined;
  readonly sha256: string;
  readonly buildId: string | undefined;
}

/**
 * Reads what a library gives. Versions whose names end in `_PRIVATE` are left out: they are between the libraries of one build of glibc and promise
 * nothing.
 * @throws WheelworksError `elf/*` when it is damaged; `baseline/unknown-architecture` when no platform tag is for its processor.
 */
export function readLibrary(
  bytes: Uint8Array,
  place: { readonly soname: string; readonly path: string },
): LibraryFacts {
  const elf = readElf(bytes, { path: place.path });
  const architecture = platformArchitecture({
    machine: elf.machine.name,
    class: elf.class,
    byteOrder: elf.byteOrder,
    abi: elf.abi,
  });
  if (architecture === undefined)
    throw new WheelworksError(
      'baseline/unknown-architecture',
      `${place.path} is for a processor or calling convention that no platform tag names.`,
      { path: place.path, evidence: elf.machine.name },
    );
  const versions = readVersions(elf);
  refuseDamage(elf);
  return {
    ...place,
    architecture: architecture.name,
    abi: {
      class: elf.class,
      byteOrder: elf.byteOrder,
      machine: elf.machine.number,
      ...(elf.abi === undefined ? {} : { flags: elf.header.flags }),
    },
    libc: libcOf(elf.needed),
    interpreter: elf.interpreter,
    needed: [...new Set(elf.needed)].sort(byCodeUnit),
    versions,
    sha256: sha256(bytes),
    buildId: elf.known.buildId,
  };
}

/** A table that is only half there would make a baseline that forbids what every system has. */
function refuseDamage(elf: ElfFile): void {
  const parts = new Set(['segments', 'dynamic', 'strings', 'symbols', 'versions']);
  const fault = elf.faults.find(({ part }) => parts.has(part));
  if (fault === undefined) return;
  throw new WheelworksError(fault.code, fault.message, {
    ...(elf.path === undefined ? {} : { path: elf.path }),
    ...(fault.evidence === undefined ? {} : { evidence: fault.evidence }),
  });
}

function libcOf(needed: readonly string[]): Libc | undefined {
  if (needed.some((name) => /^libc\.so\.6(?:\.1)?$/.test(name))) return 'glibc';
  return needed.some((name) => /^libc\.(?:so$|musl-)/.test(name)) ? 'musl' : undefined;
}

interface Collected {
  readonly parents: readonly string[];
  readonly symbols: Set<string>;
  readonly defaults: Set<string>;
  readonly objects: Map<string, number>;
  readonly threadLocals: Map<string, number>;
}

function readVersions(elf: ElfFile): ReadonlyMap<string, BaselineVersion> {
  const versions = new Map<string, Collected>();
  for (const { name, parents, base } of elf.versions.definitions)
    if (!base && !isPrivate(name)) versions.set(name, collect(parents));
  elf.scanSymbols((symbol) => {
    if (!isExport(symbol)) return;
    const version = symbol.version();
    const name = version?.name ?? '';
    // The absolute symbol that stands for a version itself.
    const isMarker = symbol.section === SHN.ABS && symbol.name() === name;
    if (isPrivate(name) || isMarker || version?.library !== undefined) return;
    const known = versions.get(name) ?? collect([]);
    versions.set(name, known);
    add(known, symbol, version?.hidden === true);
  });
  return new Map(
    [...versions]
      .sort(([one], [other]) => compareVersions(one, other))
      .map(([name, found]) => [name, finished(found)]),
  );
}

function isPrivate(version: string): boolean {
  return version.endsWith('_PRIVATE');
}

function collect(parents: readonly string[]): Collected {
  return {
    parents,
    symbols: new Set(),
    defaults: new Set(),
    objects: new Map(),
    threadLocals: new Map(),
  };
}

function add(version: Collected, symbol: SymbolView, isHidden: boolean): void {
  const name = symbol.name();
  version.symbols.add(name);
  if (!isHidden) version.defaults.add(name);
  if (symbol.type === 'object' || symbol.type === 'common') version.objects.set(name, symbol.size);
  if (symbol.type === 'tls') version.threadLocals.set(name, symbol.size);
}

function finished({
  parents,
  symbols,
  defaults,
  objects,
  threadLocals,
}: Collected): BaselineVersion {
  const sorted = [...symbols].sort(byCodeUnit);
  return {
    parents,
    symbols: sorted,
    hidden: sorted.filter((name) => !defaults.has(name)),
    objects,
    threadLocals,
  };
}
