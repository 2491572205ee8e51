/**
 * Which of LoongArch's two worlds a file is from.
 *
 * The vendors' port (glibc 2.28, "old world") and the one that went upstream (glibc 2.36, "new world") share machine number,
 * instructions, calling convention and tags, and neither loads the files of the other. No single field tells them apart in
 * every file, so the evidence is weighed in the order of what a loader would stumble over first.
 *
 * Sources: shlib-versions of both glibc ports, the LoongArch ELF psABI (e_flags), areweloongyet's notes on both worlds.
 */
import { architectureFacts } from '../platform/index.ts';
import type { ElfFacts } from './facts.ts';

/** A world, or that the file does not tell. */
export type World = 'old' | 'new' | 'undecidable';

/** One thing in a file that only files of one world have, or that says nothing although it could. */
export interface WorldEvidence {
  readonly what: string;
  readonly says: World;
}

/** What a file is, and why; the first evidence that says something decides. */
export interface WorldVerdict {
  readonly world: World;
  /** The strongest first. */
  readonly evidence: readonly WorldEvidence[];
}

type Judged = Pick<
  ElfFacts,
  'versions' | 'needed' | 'interpreter' | 'abi' | 'abiTag' | 'debug' | 'libc'
>;

/** Weighs a LoongArch file. */
export function loongArchWorld(elf: Judged): WorldVerdict {
  const evidence = [
    ...fromVersions(elf),
    ...fromLoaders(elf),
    ...fromFlags(elf),
    ...fromAbiTag(elf),
    ...fromLibraries(elf),
    ...fromCompilers(elf),
  ];
  return {
    world: evidence.find(({ says }) => says !== 'undecidable')?.says ?? 'undecidable',
    evidence,
  };
}

/** The compiler's run time has GLIBC_2.0 in both worlds: it is the version of functions that once were glibc's. */
const COMPILER_RUNTIME = 'libgcc_s.so.1';
/** Before it was merged the new world's port called itself by the glibc under development. */
const FIRST_NEW_MINOR = 35;
/** The oldest version of the vendors' port; only their libpthread goes back to 2.0. */
const FIRST_OLD_MINOR = 27;

function fromVersions({ versions }: Judged): readonly WorldEvidence[] {
  return Object.entries(versions).flatMap(([library, names]) =>
    library === COMPILER_RUNTIME
      ? []
      : names.flatMap((name): readonly WorldEvidence[] => {
          const says = worldOfVersion(library, name);
          return says === undefined ? [] : [{ what: `${name} of ${library}`, says }];
        }),
  );
}

function worldOfVersion(library: string, name: string): World | undefined {
  const match = /^GLIBC_2\.(\d+)$/.exec(name);
  if (match === null) return undefined;
  const minor = Number(match[1]);
  if (minor >= FIRST_NEW_MINOR) return 'new';
  if (minor >= FIRST_OLD_MINOR) return 'old';
  return minor === 0 && library === 'libpthread.so.0' ? 'old' : undefined;
}

const FACTS = architectureFacts('loongarch64');
const OLD_LOADERS: ReadonlySet<string> = new Set(FACTS?.oldWorld?.loaders);
const NEW_LOADERS: ReadonlySet<string> = new Set(Object.values(FACTS?.loaders ?? {}).flat());

function fromLoaders({ interpreter, needed, libc }: Judged): readonly WorldEvidence[] {
  const named = [
    ...(interpreter === undefined ? [] : [['PT_INTERP', interpreter] as const]),
    ...needed.map((name) => ['DT_NEEDED', name] as const),
  ];
  const loaders = named.flatMap(([where, name]): readonly WorldEvidence[] => {
    const base = name.slice(name.lastIndexOf('/') + 1);
    if (OLD_LOADERS.has(base)) return [{ what: `${where} ${name}`, says: 'old' }];
    return NEW_LOADERS.has(base) ? [{ what: `${where} ${name}`, says: 'new' }] : [];
  });
  return libc === 'musl'
    ? [...loaders, { what: 'linked against musl, which has no old port', says: 'new' }]
    : loaders;
}

function fromFlags({ abi }: Judged): readonly WorldEvidence[] {
  if (abi?.kind !== 'loongarch') return [];
  if (abi.objectAbi === 1) return [{ what: 'e_flags with object ABI 1', says: 'new' }];
  return [
    {
      what: `e_flags with object ABI ${abi.objectAbi}, which binutils before 2.40 wrote in both worlds`,
      says: 'undecidable',
    },
  ];
}

/** The kernel that brought the architecture upstream. */
const UPSTREAM_KERNEL = [5, 19] as const;

function fromAbiTag({ abiTag }: Judged): readonly WorldEvidence[] {
  if (abiTag?.os !== 'linux') return [];
  const [major = 0, minor = 0] = abiTag.version.split('.').map(Number);
  const isNew =
    major > UPSTREAM_KERNEL[0] || (major === UPSTREAM_KERNEL[0] && minor >= UPSTREAM_KERNEL[1]);
  return [{ what: `.note.ABI-tag for Linux ${abiTag.version}`, says: isNew ? 'new' : 'old' }];
}

/** Parts of glibc that ports begun after 2.34 do not have as files of their own. */
const OLD_LIBRARIES: ReadonlySet<string> = new Set(['libanl.so.1', 'libutil.so.1']);

function fromLibraries({ needed }: Judged): readonly WorldEvidence[] {
  return needed
    .filter((name) => OLD_LIBRARIES.has(name))
    .map((name) => ({ what: `DT_NEEDED ${name}`, says: 'old' }));
}

/** GCC came with the new world in 12, clang in 16; the vendors' compiler is GCC 8.3. */
function fromCompilers({ debug }: Judged): readonly WorldEvidence[] {
  return debug.producers.flatMap((producer): readonly WorldEvidence[] => {
    const what = `.comment ${producer}`;
    const gcc = /^GCC: .*?\b(\d+)\.\d+(?:\.\d+)?(?:\s|$)/.exec(producer);
    if (gcc !== null) return [{ what, says: Number(gcc[1]) >= 12 ? 'new' : 'old' }];
    const clang = /\bclang version (\d+)\./.exec(producer);
    if (clang !== null) return [{ what, says: Number(clang[1]) >= 16 ? 'new' : 'old' }];
    return [];
  });
}
