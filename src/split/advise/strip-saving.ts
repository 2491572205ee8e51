/** Debug sections, symbol tables, and files of nothing but debug information. */
import { formatBytes } from '../../support/progress/format.ts';
import type { SavedMember, Saving } from './model.ts';
import type { Part } from './native-facts.ts';
import { downloadOf, savingOf, wholeMember } from './saving.ts';
import type { MemberFacts } from './wheel-facts.ts';

/** What stripping saves: exactly what `wheelworks repair --strip` takes out. */
export function stripSaving(members: readonly MemberFacts[]): Saving | undefined {
  const stripped = members.filter((member) => stripOf(member) !== undefined);
  const anew = stripped.some(({ native }) => native?.strippedSize !== undefined);
  return savingOf({
    kind: 'strip',
    title: `debug sections and symbol tables of ${filesText(stripped.length)}`,
    effort: 'none',
    installedBasis: 'measured',
    downloadBasis: 'measured',
    method: anew
      ? 'the stripped files were compressed anew'
      : 'from where the sections lie in the compressed data',
    members: stripped.map(strippedMember),
    evidence: [
      [...removedText(stripped), ...holesText(stripped)].join(', '),
      ...compressedText(stripped),
    ],
    remedy:
      'Run wheelworks repair --strip, or link with -s; keep the unstripped files for those who debug.',
    caution: 'Stack traces of crashes lose the names of static functions, debuggers lose lines.',
  });
}

function stripOf({ native }: MemberFacts): { size: number; removed: readonly Part[] } | undefined {
  return native?.elf?.isSeparateDebug === true ? undefined : native?.elf?.strip;
}

function strippedMember(member: MemberFacts): SavedMember {
  const strip = stripOf(member) ?? { size: member.size, removed: [] };
  const anew = member.native?.strippedSize;
  return {
    path: member.path,
    installed: member.size - strip.size,
    download:
      anew === undefined
        ? strip.removed.reduce((sum, part) => sum + downloadOf(member, part), 0)
        : Math.max(0, member.compressedSize - anew),
    whole: false,
  };
}

/** What goes, by kind of section. */
function removedText(members: readonly MemberFacts[]): readonly string[] {
  const parts = members.flatMap((member) => stripOf(member)?.removed ?? []);
  const sum = (pick: (name: string) => boolean): number =>
    parts.reduce((bytes, { name, size }) => (pick(name) ? bytes + size : bytes), 0);
  const debug = sum(isDebug);
  const symbols = sum((name) => name === '.symtab' || name === '.strtab');
  const rest = sum(() => true) - debug - symbols;
  const texts = [
    [debug, 'of debug sections'],
    [symbols, 'of .symtab and .strtab'],
    [rest, 'of relocations for linkers and the like'],
  ] as const;
  return texts.flatMap(([bytes, what]) => (bytes === 0 ? [] : [`${formatBytes(bytes)} ${what}`]));
}

/** Where something loaded lies behind, as patchelf puts it, what goes leaves zeros. */
function holesText(members: readonly MemberFacts[]): readonly string[] {
  const zeros = members.reduce((sum, member) => {
    const { size, removed } = stripOf(member) ?? { size: member.size, removed: [] };
    return sum + removed.reduce((bytes, part) => bytes + part.size, 0) - (member.size - size);
  }, 0);
  // A few bytes are of alignment.
  return zeros < LEAST_ZEROS
    ? []
    : [`of which ${formatBytes(zeros)} stay as zeros in front of what patchelf added`];
}

const LEAST_ZEROS = 64 << 10;

function isDebug(name: string): boolean {
  return /^\.(?:z?debug|gdb_index|stab|gnu\.debuglto_|gnu_debugaltlink)/.test(name);
}

function compressedText(members: readonly MemberFacts[]): readonly string[] {
  const count = members.filter(({ native }) => native?.elf?.hasCompressedDebug === true).length;
  return count === 0
    ? []
    : [
        `debug sections of ${filesText(count)} are compressed already: the wheel cannot shrink them again`,
      ];
}

/** Files that hold nothing but debug information, as `objcopy --only-keep-debug` makes them. */
export function separateDebugSaving(members: readonly MemberFacts[]): Saving | undefined {
  const files = members.filter(({ native }) => native?.elf?.isSeparateDebug === true);
  return savingOf({
    kind: 'separate-debug',
    title: `${filesText(files.length)} of nothing but debug information`,
    effort: 'none',
    installedBasis: 'measured',
    downloadBasis: 'measured',
    members: files.map(wholeMember),
    evidence: files.slice(0, 3).map(({ path }) => path),
    remedy: 'Leave them out; publish them beside the wheel for those who debug.',
  });
}

/** `1 file`, `3 files`. */
export function filesText(count: number): string {
  return `${count} ${count === 1 ? 'file' : 'files'}`;
}
