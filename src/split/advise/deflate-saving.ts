/** Members that are stored, or were compressed with less care than zlib can. */
import type { SavedMember, Saving } from './model.ts';
import { savingOf } from './saving.ts';
import { filesText } from './strip-saving.ts';
import { LEAST_GAIN, type MemberFacts } from './wheel-facts.ts';

/** What level 9 saves over the members that were tried. */
export function deflateSaving(members: readonly MemberFacts[]): Saving | undefined {
  const better = members.filter(({ levelGain }) => (levelGain ?? 0) >= LEAST_GAIN);
  const stored = better.filter(({ isStored }) => isStored).length;
  const isMeasured = better.every(({ bestSize }) => bestSize !== undefined);
  return savingOf({
    kind: 'deflate',
    title: `${filesText(better.length)} that a better compression level makes smaller`,
    effort: 'none',
    installedBasis: 'measured',
    downloadBasis: isMeasured ? 'measured' : 'estimated',
    method: isMeasured
      ? 'compressed again at level 9'
      : 'from half a megabyte of each, compressed again at level 9',
    members: better.map(betterMember),
    evidence: [
      ...(stored === 0 ? [] : [`${filesText(stored)} are stored without compression`]),
      ...better
        .slice(0, 3)
        .map(({ path, levelGain }) => `${path}: ${((levelGain ?? 0) * 100).toFixed(0)} % smaller`),
    ],
    remedy:
      'Compress them at level 9, as zip -9 does; wheelworks unpack and pack, at level 6, come close.',
  });
}

/** Of what stripping cuts off nothing is counted here. */
function betterMember({
  path,
  size,
  compressedSize,
  levelGain,
  bestSize,
  native,
}: MemberFacts): SavedMember {
  const gain =
    bestSize === undefined ? (levelGain ?? 0) : Math.max(0, 1 - bestSize / compressedSize);
  const strip = native?.elf?.strip;
  const kept = strip === undefined || size === 0 ? 1 : strip.size / size;
  return { path, installed: 0, download: Math.round(compressedSize * gain * kept), whole: false };
}
