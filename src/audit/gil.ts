/**
 * Whether an extension module declares that it needs no GIL.
 *
 * Specification: CPython's moduleobject.h and slots.h. Single-phase modules call PyUnstable_Module_SetGIL; others have, in
 * an array of slots, Py_mod_gil with the value 1 (Py_MOD_GIL_NOT_USED). An array is of PyModuleDef_Slot
 * `{int slot; void *value}` or, from 3.15 on (PEP 820), of PySlot
 * `{uint16_t id, flags; uint32_t reserved; 8 bytes of value}`. Neither number is an address, so both stand in the file as
 * the compiler wrote them, whatever is relocated around them.
 */
import { PT, type ElfFile } from '../binary/elf/index.ts';
import { WheelworksError } from '../support/errors.ts';
import { readPointers, type Pointers } from './pointers.ts';
import { parseModuleName } from './rules/module-names.ts';

/**
 * `unknown` when the data is not at hand, or when the slots may be put together at run time, as pybind11 3 does: what the
 * file does not show is not taken for missing.
 */
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
    const data = dataOf(elf);
    const arrays = data.flatMap((segment) => layoutsOf(elf).map((layout) => ({ segment, layout })));
    if (arrays.some(({ segment, layout }) => hasGilSlot(segment, layout))) return 'declared';
    if (isSinglePhase(imports)) return 'not-declared';
    const pointers = readPointers(elf);
    if (pointers === undefined) return 'unknown';
    return arrays.some(({ segment, layout }) => hasModuleSlots(segment, layout, pointers))
      ? 'not-declared'
      : 'unknown';
  } catch (error) {
    if (error instanceof WheelworksError) return 'unknown';
    throw error;
  }
}

/** Nothing but the call it does not make could declare it. */
function isSinglePhase(imports: readonly string[]): boolean {
  return imports.includes('PyModule_Create2') && !imports.includes('PyModuleDef_Init');
}

interface DataSegment {
  readonly address: number;
  readonly view: DataView;
}

/** What is loaded and not executed: slots are constant data, relocated or not. @throws WheelworksError `elf/*`. */
function dataOf(elf: ElfFile): readonly DataSegment[] {
  const segments = elf.segments.filter(
    ({ type, executable, fileSize }) => type === PT.LOAD && !executable && fileSize > 0,
  );
  const size = segments.reduce((sum, { fileSize }) => sum + fileSize, 0);
  if (size > LARGEST_DATA)
    throw new WheelworksError(
      'elf/part-too-large',
      'The data of the module is too large to search.',
    );
  return segments.map(({ address, offset, fileSize }) => {
    const bytes = elf.bytes.range(offset, fileSize, 'data segment');
    return { address, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
  });
}

/** How the entries of an array lie in memory. */
interface Layout {
  readonly size: number;
  readonly alignment: number;
  /** From the start of an entry to its value. */
  readonly valueAt: number;
  /** Undefined where no entry can be: outside the data, or with reserved bits set. */
  id(view: DataView, at: number): number | undefined;
  value(view: DataView, at: number): number;
}

function layoutsOf({ class: bits, byteOrder }: ElfFile): readonly Layout[] {
  const isLittle = byteOrder === 'little';
  const wide = (view: DataView, at: number): number => {
    const [low, high] = isLittle ? [8, 12] : [12, 8];
    return view.getUint32(at + low, isLittle) + view.getUint32(at + high, isLittle) * 2 ** 32;
  };
  const unified: Layout = {
    size: 16,
    alignment: bits === 64 ? 8 : 4,
    valueAt: bits === 64 || isLittle ? 8 : 12,
    id: (view, at) =>
      view.getUint16(at + 2, isLittle) > ALL_FLAGS || view.getUint32(at + 4, isLittle) !== 0
        ? undefined
        : view.getUint16(at, isLittle),
    value: wide,
  };
  const plain: Layout =
    bits === 64
      ? {
          ...unified,
          id: (view, at) =>
            view.getUint32(at + 4, isLittle) === 0 ? view.getUint32(at, isLittle) : undefined,
        }
      : {
          size: 8,
          alignment: 4,
          valueAt: 4,
          id: (view, at) => view.getUint32(at, isLittle),
          value: (view, at) => view.getUint32(at + 4, isLittle),
        };
  return [plain, unified];
}

/** PySlot_OPTIONAL, PySlot_STATIC and PySlot_INTPTR, and room for one more. */
const ALL_FLAGS = 0xf;
const CREATE_OR_EXEC: ReadonlySet<number> = new Set([1, 2, 84, 85]);
/** The second number is that of 3.15, where slots of modules and types no longer share numbers. */
const GIL: ReadonlySet<number> = new Set([4, 87]);
const GIL_NOT_USED = 1;

/** Slots of modules and of nested arrays, in both numberings; those of types are none. */
function isModuleSlot(id: number): boolean {
  return (id >= 1 && id <= 4) || (id >= 84 && id <= 87) || (id >= 92 && id <= 110);
}

function hasGilSlot({ view }: DataSegment, layout: Layout): boolean {
  for (let at = 0; at + layout.size <= view.byteLength; at += layout.alignment) {
    const id = layout.id(view, at);
    if (id === undefined || !GIL.has(id) || layout.value(view, at) !== GIL_NOT_USED) continue;
    // Four and one stand side by side by chance as well; here an array follows them to its end.
    if (idsFrom(view, layout, at) !== undefined) return true;
  }
  return false;
}

/** Whether an array with a function that makes or fills a module is there, and something points to it. */
function hasModuleSlots(
  { address, view }: DataSegment,
  layout: Layout,
  pointers: Pointers,
): boolean {
  for (const target of new Set(pointers.values())) {
    const start = target - address;
    if (start < 0 || start + layout.size > view.byteLength) continue;
    const ids = idsFrom(view, layout, start) ?? [];
    const isOfFunctions = ids.every(
      (id, index) =>
        !CREATE_OR_EXEC.has(id) || pointers.has(target + index * layout.size + layout.valueAt),
    );
    if (isOfFunctions && ids.some((id) => CREATE_OR_EXEC.has(id))) return true;
  }
  return false;
}

/** More than any module has. */
const MOST_SLOTS = 64;

/** The slots from here to the end mark; undefined when this is no array of them. */
function idsFrom(view: DataView, layout: Layout, start: number): readonly number[] | undefined {
  const ids: number[] = [];
  for (let at = start; at + layout.size <= view.byteLength; at += layout.size) {
    const id = layout.id(view, at);
    if (id === 0) return layout.value(view, at) === 0 ? ids : undefined;
    if (id === undefined || !isModuleSlot(id) || ids.length === MOST_SLOTS) return undefined;
    ids.push(id);
  }
  return undefined;
}
