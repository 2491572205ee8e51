/**
 * Edits of linked ELF files, laid out once and written once.
 *
 * What is loaded stays at its address and offset. New strings go where old ones stood that nothing uses any more, else
 * the string table moves: behind a segment, into bytes that the linker left unused, or into one new read-only segment
 * at the end of the file. The dynamic section stays where it is (inside PT_GNU_RELRO) as long as its spare entries
 * suffice. Section headers follow where there are any; nothing depends on them.
 */
import { WheelworksError } from '../../../support/errors.ts';
import { PF, PT } from '../constants.ts';
import type { ElfDynamic } from '../dynamic.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfPart } from '../faults.ts';
import type { ElfPatch } from '../patch.ts';
import type { StringTable } from '../strings.ts';
import { changesOf, type Changes } from './changes.ts';
import { slotsWithVersions, writeDynamic, writeMovedDynamicSymbols } from './dynamic.ts';
import { STACK_FLAGS, writeProgramHeaders, type SegmentChange } from './header-table.ts';
import { layOut, type Layout } from './lay-out.ts';
import type { ElfEdit } from './model.ts';
import { PatchBuilder } from './patch-builder.ts';
import { moveSections } from './sections.ts';
import { placeStrings, type NewStrings } from './strings.ts';
import { newVersions, writeVersionNames, writeVersions } from './versions.ts';

/**
 * What makes the edited file of a file. Editing in several steps gives files that load the same; given together, edits
 * take less room. A file that is as asked already stays as it is.
 * @throws WheelworksError `elf/not-dynamic` for what no loader links; `elf/edit-damaged` when a part that is to be
 *   changed cannot be read; `elf/edit-conflict`, `elf/edit-missing`, `elf/edit-text` for edits that cannot be made;
 *   `elf/no-room` when there is no place for what has to be added.
 */
export function planElfEdit(elf: ElfFile, edits: readonly ElfEdit[]): ElfPatch {
  if (edits.length === 0) return { size: elf.bytes.size, writes: [] };
  const dynamic = requireEditable(elf);
  const changes = changesOf(elf, dynamic, edits);
  const versions = newVersions(elf, {
    libraries: changes.droppedLibraries,
    symbols: changes.clearedSymbols,
  });
  const strings = placeStrings(elf, dynamic, changes);
  const slots = slotsWithVersions(elf, changes.slots, versions.needs);
  const stack = changes.clearStack ? stackOf(elf) : 'fine';
  const layout = layOut(elf, dynamic, {
    stringBytes: strings.bytes.length,
    slotCount: slots.length,
    addsStack: stack === 'missing',
  });
  const patch = new PatchBuilder(elf.bytes, {
    is64: elf.class === 64,
    littleEndian: elf.byteOrder === 'little',
  });
  writeStrings(dynamic, { strings, layout, patch });
  writeVersions(elf, versions, patch);
  writeVersionNames(changes, strings.indexes, patch);
  writeDynamic(elf, dynamic, { slots, strings, layout, patch });
  if (layout.dynamic !== undefined) writeMovedDynamicSymbols(elf, dynamic, layout.dynamic, patch);
  moveBlock(elf, layout, patch);
  moveSections(elf, dynamic, { layout, stringBytes: strings.bytes.length, patch });
  writeHeaders(elf, { layout, changes, stack, patch });
  return patch.finish();
}

type EditableDynamic = ElfDynamic & {
  readonly strings: StringTable;
  readonly terminatorOffset: number;
};

/** What is changed must have been understood. */
const EDITED_PARTS: ReadonlySet<ElfPart> = new Set([
  'header',
  'segments',
  'dynamic',
  'strings',
  'versions',
]);

function requireEditable(elf: ElfFile): EditableDynamic {
  const details = elf.path === undefined ? {} : { path: elf.path };
  const { dynamic } = elf;
  if (dynamic === undefined && elf.faults.every(({ part }) => !EDITED_PARTS.has(part)))
    throw new WheelworksError(
      'elf/not-dynamic',
      'The file has no dynamic section: it is linked statically, or not linked yet.',
      { ...details, hint: 'It needs no libraries and has no search path to change.' },
    );
  elf.symbolTable();
  const fault = elf.faults.find(({ part }) => EDITED_PARTS.has(part));
  const strings = dynamic?.strings;
  const terminatorOffset = dynamic?.terminatorOffset;
  if (
    fault === undefined &&
    dynamic !== undefined &&
    strings !== undefined &&
    terminatorOffset !== undefined
  )
    return { ...dynamic, strings, terminatorOffset };
  throw new WheelworksError(
    'elf/edit-damaged',
    `The file is damaged where it would be changed: ${fault?.message ?? 'its dynamic section is incomplete.'}`,
    {
      ...details,
      ...(fault?.evidence === undefined ? {} : { evidence: fault.evidence }),
      hint: 'Build it again; editing it could only make it worse.',
    },
  );
}

/** Without the header most processors' loaders take the stack for executable. */
function stackOf(elf: ElfFile): 'missing' | 'executable' | 'fine' {
  const header = elf.segments.find(({ type }) => type === PT.GNU_STACK);
  if (header === undefined) return 'missing';
  return header.executable ? 'executable' : 'fine';
}

function writeStrings(
  dynamic: EditableDynamic,
  {
    strings,
    layout,
    patch,
  }: { readonly strings: NewStrings; readonly layout: Layout; readonly patch: PatchBuilder },
): void {
  const { offset, size } = dynamic.strings.range;
  const place = layout.strings?.offset ?? offset;
  if (place !== offset && strings.isExclusive) patch.clear(offset, size);
  patch.put(place, strings.bytes);
}

function moveBlock(elf: ElfFile, { block }: Layout, patch: PatchBuilder): void {
  if (block === undefined) return;
  patch.put(block.to.offset, elf.bytes.range(block.from.offset, block.from.length, 'moved part'));
}

function writeHeaders(
  elf: ElfFile,
  {
    layout,
    stack,
    patch,
  }: {
    readonly layout: Layout;
    readonly changes: Changes;
    readonly stack: ReturnType<typeof stackOf>;
    readonly patch: PatchBuilder;
  },
): void {
  const changes = new Map<ElfFile['segments'][number], SegmentChange>();
  for (const segment of elf.segments) {
    if (segment === layout.extended?.segment) changes.set(segment, { size: layout.extended.size });
    if (segment.type === PT.GNU_STACK && stack === 'executable')
      changes.set(segment, { flags: segment.flags & ~PF.X });
    const { block, dynamic } = layout;
    if (segment.type === PT.DYNAMIC && dynamic !== undefined)
      changes.set(segment, { place: dynamic, size: dynamic.size });
    if (block === undefined || segment.type === PT.LOAD || segment.fileSize === 0) continue;
    const inside = segment.offset - block.from.offset;
    if (inside < 0 || inside >= block.from.length) continue;
    changes.set(segment, {
      place: { offset: block.to.offset + inside, address: block.to.address + inside },
    });
  }
  if (changes.size === 0 && layout.added.length === 0 && stack !== 'missing') return;
  const stackHeader = {
    type: PT.GNU_STACK,
    flags: STACK_FLAGS,
    offset: 0,
    address: 0,
    size: 0,
    alignment: 16,
  };
  writeProgramHeaders(elf, patch, {
    offset: layout.headers?.offset ?? elf.header.programHeaders.offset,
    address: layout.headers?.address,
    added: [...layout.added, ...(stack === 'missing' ? [stackHeader] : [])],
    changes,
  });
}
