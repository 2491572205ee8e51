/** Files that are there twice, and different files of one library. */
import { groupBy } from '../../support/group-by.ts';
import type { Saving } from './model.ts';
import { savingOf, wholeMember } from './saving.ts';
import { filesText } from './strip-saving.ts';
import type { MemberFacts } from './wheel-facts.ts';

/** Smaller files are alike by chance. */
const SMALLEST_COPY = 1024;

/** Files of the same content: all but one of each. */
export function duplicateSaving(members: readonly MemberFacts[]): Saving | undefined {
  const large = members.filter(({ size }) => size >= SMALLEST_COPY);
  const groups = [...groupBy(large, ({ identity, size }) => `${identity} ${size}`).values()]
    .filter((group) => group.length > 1)
    .map(keptFirst);
  const copies = groups.flatMap(([, ...rest]) => rest);
  const isNative = copies.some(({ native }) => native !== undefined);
  return savingOf({
    kind: 'duplicate',
    title: `${filesText(copies.length)} whose content another one has`,
    effort: 'choice',
    installedBasis: 'measured',
    downloadBasis: 'measured',
    members: copies.map(wholeMember),
    evidence: groups
      .toSorted((left, right) => weight(right) - weight(left))
      .slice(0, 3)
      .map((group) => group.map(({ path }) => path).join(' = ')),
    remedy: isNative
      ? 'Keep the library under its SONAME alone: wheels have no symbolic links, so links of a build become copies. Read other files from one place.'
      : 'Keep one of each, and read or import it from the other places.',
  });
}

function weight(group: readonly MemberFacts[]): number {
  return (group.length - 1) * (group[0]?.compressedSize ?? 0);
}

/** The file that others name comes first: it is the one to keep. */
function keptFirst(group: readonly MemberFacts[]): readonly MemberFacts[] {
  const soname = group.find(({ native }) => native?.elf?.soname !== undefined)?.native?.elf?.soname;
  const kept = group.find(({ path }) => path.endsWith(`/${soname ?? ''}`)) ?? group[0];
  return kept === undefined ? [] : [kept, ...group.filter((member) => member !== kept)];
}

/** Different files with one SONAME: a process loads one of them. */
export function sameLibrarySaving(members: readonly MemberFacts[]): Saving | undefined {
  const libraries = members.filter(
    ({ native }) => native?.elf?.isShared === true && !native.elf.isModule,
  );
  const groups = [...groupBy(libraries, ({ native }) => native?.elf?.soname).entries()]
    .filter(([soname]) => soname !== undefined)
    .map(([, group]) => [...new Map(group.map((member) => [member.identity, member])).values()])
    .filter((group) => group.length > 1);
  const spare = groups.flatMap((group) =>
    group.toSorted((left, right) => right.compressedSize - left.compressedSize).slice(1),
  );
  return savingOf({
    kind: 'same-library',
    title: `${filesText(spare.length)} of libraries that are there in another build`,
    effort: 'choice',
    installedBasis: 'measured',
    downloadBasis: 'measured',
    members: spare.map(wholeMember),
    evidence: groups
      .slice(0, 3)
      .map(
        (group) =>
          `${group[0]?.native?.elf?.soname ?? ''}: ${group.map(({ path }) => path).join(', ')}`,
      ),
    remedy: 'Build everything against one of them.',
    caution: 'Whether one serves all is for their versions to say.',
  });
}
