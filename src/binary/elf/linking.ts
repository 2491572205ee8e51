import { DF, DF_1, DT, ET, PT } from './constants.ts';
import { valueOf, type ElfDynamic } from './dynamic.ts';
import type { ElfHeader } from './header.ts';
import type { ElfSegment } from './segments.ts';

/** What a file is for. A position-independent program is a shared object by its type. */
export type ElfKind = 'relocatable' | 'executable' | 'pie' | 'shared-library' | 'core' | 'other';

/** How a file asks to be linked and hardened at run time: DT_FLAGS, DT_FLAGS_1, older tags of the same meaning. */
export interface ElfLinking {
  /** DT_FLAGS as written; 0 without. */
  readonly flags: number;
  /** DT_FLAGS_1 as written; 0 without. */
  readonly flags1: number;
  /** All symbols are bound before the file runs. */
  readonly bindNow: boolean;
  /** Code pages are written to while loading: hardened systems refuse it. */
  readonly textRelocations: boolean;
  /** The file says that it uses `$ORIGIN`. Loaders expand it without, too. */
  readonly origin: boolean;
  /** The default directories are not searched for its needs. */
  readonly noDefaultLibraries: boolean;
  /** dlclose has no effect. */
  readonly noDelete: boolean;
  /** dlopen refuses it. */
  readonly noOpen: boolean;
  /** Uses the static TLS block, of which dlopen has little to give. */
  readonly staticTls: boolean;
  /** Its own definitions win over those of the program. */
  readonly symbolic: boolean;
  /** `partial`: PT_GNU_RELRO; `full`: all of the GOT too, because symbols are bound at once. */
  readonly relro: 'none' | 'partial' | 'full';
  /**
   * PT_GNU_STACK asks for an executable stack; undefined without PT_GNU_STACK, where the processor's default
   * applies, which on x86 and arm is executable.
   */
  readonly execStack: boolean | undefined;
}

/** Derives it all from the dynamic section and the segments. */
export function readLinking(
  segments: readonly ElfSegment[],
  dynamic: ElfDynamic | undefined,
): ElfLinking {
  const entries = dynamic?.entries ?? [];
  const has = (tag: number): boolean => entries.some((entry) => entry.tag === tag);
  const flags = valueOf(entries, DT.FLAGS) ?? 0;
  const flags1 = valueOf(entries, DT.FLAGS_1) ?? 0;
  const bindNow = has(DT.BIND_NOW) || (flags & DF.BIND_NOW) !== 0 || (flags1 & DF_1.NOW) !== 0;
  const isProtected = segments.some((segment) => segment.type === PT.GNU_RELRO);
  // Kernels and loaders take the last one.
  const stack = segments.findLast((segment) => segment.type === PT.GNU_STACK);
  return {
    flags,
    flags1,
    bindNow,
    textRelocations: has(DT.TEXTREL) || (flags & DF.TEXTREL) !== 0,
    origin: (flags & DF.ORIGIN) !== 0 || (flags1 & DF_1.ORIGIN) !== 0,
    noDefaultLibraries: (flags1 & DF_1.NODEFLIB) !== 0,
    noDelete: (flags1 & DF_1.NODELETE) !== 0,
    noOpen: (flags1 & DF_1.NOOPEN) !== 0,
    staticTls: (flags & DF.STATIC_TLS) !== 0,
    symbolic: has(DT.SYMBOLIC) || (flags & DF.SYMBOLIC) !== 0,
    relro: isProtected ? (bindNow ? 'full' : 'partial') : 'none',
    execStack: stack?.executable,
  };
}

const KINDS: ReadonlyMap<number, ElfKind> = new Map([
  [ET.REL, 'relocatable'],
  [ET.EXEC, 'executable'],
  [ET.DYN, 'shared-library'],
  [ET.CORE, 'core'],
]);

/**
 * Tells programs from libraries. Linkers mark position-independent programs in DT_FLAGS_1; older ones did not, but
 * only programs have DT_DEBUG. An interpreter alone proves nothing: a libc has one.
 */
export function kindOf(header: ElfHeader, dynamic: ElfDynamic | undefined): ElfKind {
  const kind = KINDS.get(header.type) ?? 'other';
  if (kind !== 'shared-library' || dynamic === undefined) return kind;
  const isMarked = ((valueOf(dynamic.entries, DT.FLAGS_1) ?? 0) & DF_1.PIE) !== 0;
  const isProgram = isMarked || valueOf(dynamic.entries, DT.DEBUG) !== undefined;
  return isProgram ? 'pie' : kind;
}
