/**
 * Whether an extension module declares that it needs no GIL.
 *
 * Specification: CPython's moduleobject.h. Single-phase modules call PyUnstable_Module_SetGIL; others have, in the array of
 * PyModuleDef_Slot `{int slot; void *value}`, one with slot 4 (Py_mod_gil) and value 1 (Py_MOD_GIL_NOT_USED). Neither of
 * the two numbers is an address, so they stand in the file as the compiler wrote them, whatever is relocated around them.
 */
import { PT, type ElfFile } from '../binary/elf/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { parseModuleName } from './rules/module-names.ts';

/** `unknown` when the data is not at hand. */
export type GilDeclaration = 'declared' | 'not-declared' | 'unknown';

/** Modules with more data than this have more than slots in it. */
const LARGEST_DATA = 64 << 20;

/** Looked for in modules of free-threaded Pythons alone; undefined for all other files. */
export function gilDeclaration(
  path: string,
  elf: ElfFile,
  imports: readonly string[],
): GilDeclaration | undefined {
  const name = parseModuleName(path);
  const isFreeThreaded =
    name?.stable === 'abi3t' || (name?.cpython !== undefined && (name.abi ?? '').endsWith('t'));
  if (!isFreeThreaded) return undefined;
  if (imports.includes('PyUnstable_Module_SetGIL')) return 'declared';
  try {
    return dataOf(elf).some((data) => hasSlot(data, elf)) ? 'declared' : 'not-declared';
  } catch (error) {
    if (error instanceof WheelworksError) return 'unknown';
    throw error;
  }
}

/** What is loaded and not executed: slots are constant data, relocated or not. @throws WheelworksError `elf/*`. */
function dataOf(elf: ElfFile): readonly DataView[] {
  const segments = elf.segments.filter(
    ({ type, executable, fileSize }) => type === PT.LOAD && !executable && fileSize > 0,
  );
  const size = segments.reduce((sum, { fileSize }) => sum + fileSize, 0);
  if (size > LARGEST_DATA)
    throw new WheelworksError(
      'elf/part-too-large',
      'The data of the module is too large to search.',
    );
  return segments.map(({ offset, fileSize }) => {
    const bytes = elf.bytes.range(offset, fileSize, 'data segment');
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  });
}

const PY_MOD_GIL = 4;
const GIL_NOT_USED = 1;
/** More kinds of slots than any release has. */
const MOST_SLOTS = 64;

function hasSlot(data: DataView, { class: bits, byteOrder }: ElfFile): boolean {
  const isLittle = byteOrder === 'little';
  const size = bits === 64 ? 16 : 8;
  const slotAt = (at: number): { readonly slot: number; readonly value: number } | undefined => {
    if (at < 0 || at + size > data.byteLength) return undefined;
    const slot = data.getInt32(at, isLittle);
    if (size === 8) return { slot, value: data.getUint32(at + 4, isLittle) };
    if (data.getInt32(at + 4, isLittle) !== 0) return undefined;
    const value = data.getBigUint64(at + 8, isLittle);
    return { slot, value: value > 0xffffffffn ? Number.NaN : Number(value) };
  };
  for (let at = 0; at + size <= data.byteLength; at += size / 2) {
    const here = slotAt(at);
    if (here?.slot !== PY_MOD_GIL || here.value !== GIL_NOT_USED) continue;
    // Four and one stand side by side by chance; in an array of slots the end mark or another slot follows.
    const next = slotAt(at + size);
    if (next !== undefined && next.slot >= 0 && next.slot < MOST_SLOTS) return true;
  }
  return false;
}
