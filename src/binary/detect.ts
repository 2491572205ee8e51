/** The native formats that wheels carry. */
export type BinaryFormat = 'elf' | 'macho' | 'pe';

/** With so many first bytes (or the whole of a shorter file), `detectBinary` errs on no real file. */
export const DETECT_LENGTH: number = 4096;

/** `feedface` and `feedfacf` in both byte orders: mach-o/loader.h. */
const THIN_MACHO = new Set([0xfeedface, 0xcefaedfe, 0xfeedfacf, 0xcffaedfe]);

/** `cafebabe` and `cafebabf`, always big-endian: mach-o/fat.h. */
const FAT_MACHO = new Set([0xcafebabe, 0xcafebabf]);

/**
 * Java classes share `cafebabe`. Where a fat file counts its architectures they have minor and major version, and the
 * first major version ever released was 45.
 */
const MOST_FAT_ARCHITECTURES = 44;

/** Where an MZ header says at which offset the PE header is (PE format, "MS-DOS Stub"). */
const PE_OFFSET_FIELD = 0x3c;

/**
 * The native format of a file, told from its first bytes; undefined for anything else, scripts and archives included.
 * A format is named even when the rest of the file is damaged: whether it can be read is for its reader to say.
 *
 * An MZ file whose PE header lies behind the given bytes counts as PE.
 * @param head the first bytes of the file, best `DETECT_LENGTH` of them
 * @param size bytes in the whole file, when known; an MZ file whose PE header would lie behind its end is no PE
 */
export function detectBinary(head: Uint8Array, size?: number): BinaryFormat | undefined {
  if (head.length < 4) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const magic = view.getUint32(0);
  if (magic === 0x7f454c46) return 'elf';
  if (THIN_MACHO.has(magic)) return 'macho';
  if (FAT_MACHO.has(magic)) return isFat(view) ? 'macho' : undefined;
  if (magic >>> 16 === 0x4d5a) return isPe(view, size) ? 'pe' : undefined;
  return undefined;
}

function isFat(view: DataView): boolean {
  if (view.byteLength < 8) return false;
  const architectures = view.getUint32(4);
  return architectures > 0 && architectures <= MOST_FAT_ARCHITECTURES;
}

function isPe(view: DataView, size: number | undefined): boolean {
  if (view.byteLength < PE_OFFSET_FIELD + 4) return false;
  const offset = view.getUint32(PE_OFFSET_FIELD, true);
  if (size !== undefined && offset + 4 > size) return false;
  if (offset + 4 > view.byteLength) return true;
  return view.getUint32(offset) === 0x50450000;
}
