/** What a list of edits amounts to for one file: its new dynamic section and version records. */
import { WheelworksError } from '../../../support/errors.ts';
import { DT } from '../constants.ts';
import type { ElfDynamic, ElfDynamicEntry } from '../dynamic.ts';
import type { ElfFile } from '../elf-file.ts';
import type { ElfVersionDefinition } from '../version-model.ts';
import { refuseContradictions } from './contradictions.ts';
import type { ElfEdit } from './model.ts';

/** An entry of the new dynamic section: as it was, or with a string that may need a place. */
export type DynamicSlot =
  | { readonly tag: number; readonly value: number; readonly from?: ElfDynamicEntry }
  | { readonly tag: number; readonly text: string };

/** Everything that is to be different. */
export interface Changes {
  /** The whole dynamic section, without its end mark. */
  readonly slots: readonly DynamicSlot[];
  /** Records of needed versions whose library gets another name: vn_file at the record's offset. */
  readonly versionLibraries: ReadonlyMap<number, string>;
  /** Libraries whose version records go. */
  readonly droppedLibraries: ReadonlySet<string>;
  /** Imported symbols that lose their version. */
  readonly clearedSymbols: ReadonlySet<string>;
  /** The version definition that has the name of the file, and that name. */
  readonly ownDefinition:
    { readonly definition: ElfVersionDefinition; readonly name: string } | undefined;
  readonly clearStack: boolean;
}

/**
 * Works out what the edits mean.
 * @throws WheelworksError `elf/edit-conflict` for edits that contradict each other, `elf/edit-missing` for a library
 *   or symbol that is not there, `elf/edit-text` for a name that cannot be written.
 */
export function changesOf(elf: ElfFile, dynamic: ElfDynamic, edits: readonly ElfEdit[]): Changes {
  refuseContradictions(elf, edits);
  const needed = newNeeded(elf, edits);
  const soname = edits.find((edit) => edit.kind === 'soname');
  const renamed = renamedLibraries(edits);
  const kept = new Set(needed);
  return {
    slots: newSlots(elf, dynamic, { needed, edits }),
    versionLibraries: new Map(
      elf.versions.needs.flatMap(({ library, offset }) => {
        const name = renamed.get(library);
        return name === undefined || name === library ? [] : [[offset, name]];
      }),
    ),
    droppedLibraries: new Set(elf.needed.filter((name) => !kept.has(name) && !renamed.has(name))),
    clearedSymbols: new Set(
      edits.flatMap((edit) => (edit.kind === 'clear-version' ? [edit.symbol] : [])),
    ),
    ownDefinition: soname?.name === undefined ? undefined : definitionOf(elf, soname.name),
    clearStack: edits.some(({ kind }) => kind === 'clear-executable-stack'),
  };
}

/**
 * The file's own name stands there as well; where it did not, it is not the linker's and stays. A version that symbols have
 * may be called like the file, and then share the record of the name: what others are linked against keeps its name.
 */
function definitionOf(elf: ElfFile, name: string): Changes['ownDefinition'] {
  const definition = elf.versions.definitions.find(({ base }) => base);
  if (definition === undefined || definition.name !== elf.soname) return undefined;
  const { nameOffset } = definition;
  const isShared = elf.versions.definitions.some(
    (other) => other !== definition && other.nameOffset === nameOffset,
  );
  if (isShared) return undefined;
  return definition.name === name ? undefined : { definition, name };
}

function renamedLibraries(edits: readonly ElfEdit[]): ReadonlyMap<string, string> {
  return new Map(
    edits.flatMap((edit) =>
      edit.kind === 'replace-needed' || edit.kind === 'rename-version-library'
        ? [[edit.from, edit.to]]
        : [],
    ),
  );
}

function newNeeded(elf: ElfFile, edits: readonly ElfEdit[]): readonly string[] {
  const whole = edits.find((edit) => edit.kind === 'set-needed');
  if (whole !== undefined) return [...new Set(whole.names)];
  const renames = new Map<string, string>();
  const removed = new Set<string>();
  const added: string[] = [];
  for (const edit of edits) {
    if (edit.kind === 'replace-needed') renames.set(requireNeeded(elf, edit.from), edit.to);
    if (edit.kind === 'remove-needed') removed.add(requireNeeded(elf, edit.name));
    if (edit.kind === 'add-needed') added.push(edit.name);
  }
  if (renames.size === 0 && removed.size === 0 && added.length === 0) return elf.needed;
  const names = elf.needed.flatMap((name) =>
    removed.has(name) ? [] : [renames.get(name) ?? name],
  );
  return [...new Set([...names, ...added])];
}

function requireNeeded(elf: ElfFile, name: string): string {
  if (elf.needed.includes(name)) return name;
  throw new WheelworksError('elf/edit-missing', `The file does not need ${name}.`, {
    ...(elf.path === undefined ? {} : { path: elf.path }),
    evidence: `it needs ${elf.needed.join(', ') || 'nothing'}`,
  });
}

function newSlots(
  elf: ElfFile,
  dynamic: ElfDynamic,
  { needed, edits }: { readonly needed: readonly string[]; readonly edits: readonly ElfEdit[] },
): readonly DynamicSlot[] {
  const soname = edits.find((edit) => edit.kind === 'soname');
  const rpath = edits.find((edit) => edit.kind === 'rpath');
  const runpath = edits.find((edit) => edit.kind === 'runpath');
  const groups: readonly Group[] = [
    ...(needed === elf.needed
      ? []
      : [{ tags: [DT.NEEDED], texts: [[DT.NEEDED, needed]] } as const]),
    ...(soname === undefined
      ? []
      : [
          {
            tags: [DT.SONAME],
            texts: [[DT.SONAME, soname.name === undefined ? [] : [soname.name]]],
          } as const,
        ]),
    ...(rpath === undefined && runpath === undefined
      ? []
      : [
          {
            tags: [DT.RPATH, DT.RUNPATH],
            texts: [
              [DT.RPATH, pathOf(rpath?.entries ?? elf.rpath)],
              [DT.RUNPATH, pathOf(runpath?.entries ?? elf.runpath)],
            ],
          } as const,
        ]),
  ];
  let slots: readonly DynamicSlot[] = dynamic.entries.map((entry) => ({
    tag: entry.tag,
    value: entry.value,
    from: entry,
  }));
  for (const group of groups) slots = withGroup(slots, group);
  return slots;
}

function pathOf(entries: readonly string[]): readonly string[] {
  return entries.length === 0 ? [] : [entries.join(':')];
}

/** Entries that are decided on together, and what takes their place. */
interface Group {
  readonly tags: readonly number[];
  readonly texts: readonly (readonly [tag: number, texts: readonly string[]])[];
}

/** Entries keep their places in order; those that are more go behind the last one of theirs, or of DT_NEEDED. */
function withGroup(slots: readonly DynamicSlot[], group: Group): readonly DynamicSlot[] {
  const wanted = group.texts.flatMap(([tag, texts]) => texts.map((text) => ({ tag, text })));
  const isOfGroup = ({ tag }: DynamicSlot): boolean => group.tags.includes(tag);
  const after = Math.max(
    slots.findLastIndex(isOfGroup),
    slots.findLastIndex(({ tag }) => tag === DT.NEEDED),
    slots.findLastIndex(({ tag }) => tag === DT.SONAME),
  );
  const result: DynamicSlot[] = [];
  let next = 0;
  const put = (slot: DynamicSlot): void => {
    const replacement = wanted[next];
    next += 1;
    if (replacement !== undefined) result.push(sameText(slot, replacement) ? slot : replacement);
  };
  if (after === -1) result.push(...wanted);
  for (const [index, slot] of slots.entries()) {
    if (isOfGroup(slot)) put(slot);
    else result.push(slot);
    if (index === after) result.push(...wanted.slice(next));
  }
  return result;
}

function sameText(
  slot: DynamicSlot,
  wanted: { readonly tag: number; readonly text: string },
): boolean {
  return 'value' in slot && slot.tag === wanted.tag && slot.from?.text === wanted.text;
}
