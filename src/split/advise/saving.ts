import type { SavedMember, Saving } from './model.ts';
import type { Part } from './native-facts.ts';
import type { MemberFacts } from './wheel-facts.ts';

/** What a saving is made of besides its sums. */
export type SavingParts = Omit<Saving, 'installed' | 'download'>;

/** A saving with the sums of its members, the largest first; undefined where nothing is saved. */
export function savingOf(parts: SavingParts): Saving | undefined {
  const members = parts.members.toSorted((left, right) => right.download - left.download);
  const installed = members.reduce((sum, member) => sum + member.installed, 0);
  const download = members.reduce((sum, member) => sum + member.download, 0);
  return installed <= 0 && download <= 0 ? undefined : { ...parts, members, installed, download };
}

/** Compressed bytes of a part of a member: from where it lies in the compressed data, or by its share of the whole. */
export function downloadOf(member: MemberFacts, { offset, size }: Omit<Part, 'name'>): number {
  const positions = member.native?.positions;
  if (positions !== undefined) return positions.between(offset, offset + size);
  return member.size === 0 ? 0 : Math.round((member.compressedSize * size) / member.size);
}

/** A member that goes whole. */
export function wholeMember({ path, size, compressedSize }: MemberFacts): SavedMember {
  return { path, installed: size, download: compressedSize, whole: true };
}
