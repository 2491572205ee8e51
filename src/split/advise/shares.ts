/** What makes the size of a wheel: members, their parts, and folders. */
import { groupBy } from '../../support/group-by.ts';
import type { FolderShare, MemberShare, PartShare } from './model.ts';
import { downloadOf } from './saving.ts';
import type { MemberFacts, WheelFacts } from './wheel-facts.ts';

/** As many members are told of; the rest is in the folders. */
const MOST_MEMBERS = 20;
const MOST_PARTS = 8;

/** The members that take most of the download. */
export function memberShares({ members, size }: WheelFacts): readonly MemberShare[] {
  return members
    .toSorted((left, right) => right.compressedSize - left.compressedSize)
    .slice(0, MOST_MEMBERS)
    .map((member) => ({
      path: member.path,
      installed: member.size,
      download: member.compressedSize,
      share: member.compressedSize / size,
      parts: partShares(member),
    }));
}

/** Sections by what they are for; what is not listed stands under its own name. */
const KINDS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['debug sections', /^\.(?:z?debug|gdb_index)/],
  ['symbol tables', /^\.(?:symtab|strtab|gnu_debugdata)$/],
  ['code', /^\.(?:text|init|fini|plt)/],
  ['constants', /^\.(?:rodata|lrodata)/],
  ['data', /^\.(?:l?data|tdata|init_array|fini_array|got)/],
  ['unwind tables', /^\.(?:eh_frame|gcc_except_table)/],
  ['dynamic symbols', /^\.(?:dynsym|dynstr|gnu\.hash|hash|gnu\.version)/],
  ['relocations', /^\.(?:rela?|relr)\./],
];

function partShares(member: MemberFacts): readonly PartShare[] {
  const sections = member.native?.elf?.sections ?? [];
  const kindOf = (name: string): string =>
    KINDS.find(([, pattern]) => pattern.test(name))?.[0] ?? name;
  return [...groupBy(sections, ({ name }) => kindOf(name))]
    .map(([name, group]) => ({
      name,
      installed: group.reduce((sum, section) => sum + section.size, 0),
      download: group.reduce((sum, section) => sum + downloadOf(member, section), 0),
    }))
    .sort((left, right) => right.download - left.download)
    .slice(0, MOST_PARTS);
}

/** Top folders with what lies in them; files beside them are under their own names. */
export function folderShares({ members, size }: WheelFacts): readonly FolderShare[] {
  return [...groupBy(members, ({ path }) => topOf(path))]
    .map(([path, group]) => {
      const download = group.reduce((sum, member) => sum + member.compressedSize, 0);
      return {
        path,
        files: group.length,
        installed: group.reduce((sum, member) => sum + member.size, 0),
        download,
        share: download / size,
      };
    })
    .sort((left, right) => right.download - left.download);
}

/** Two levels: the package, and what it is made of. */
function topOf(path: string): string {
  const parts = path.split('/');
  return parts.length <= 2 ? (parts[0] ?? path) : parts.slice(0, 2).join('/');
}
