/** Segments that kernels with large pages cannot map. */
import { groupBy } from '../../support/group-by.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import { counted, shown } from './shown.ts';

const KB = 1024;

/**
 * Pages, in bytes, that systems of a processor really have, where they are larger than 4 KiB: RHEL 7 and 8 on aarch64 and the
 * distributions on POWER use 64 KiB, LoongArch kernels 16 KiB.
 */
const LARGE_PAGES: ReadonlyMap<string, number> = new Map([
  ['aarch64', 64 * KB],
  ['loongarch64', 16 * KB],
  ['ppc64', 64 * KB],
  ['ppc64le', 64 * KB],
]);

/** One finding for each architecture and alignment. */
export function alignmentFindings({ subject }: Evaluation): readonly Finding[] {
  const narrow = subject.natives.flatMap(({ path, arch = '', loadable, elf }) => {
    const alignment = elf?.segments.alignment;
    const page = LARGE_PAGES.get(arch);
    return !loadable || page === undefined || alignment === undefined || alignment >= page
      ? []
      : [{ path, arch, alignment, page }];
  });
  const groups = groupBy(narrow, ({ arch, alignment }) => `${arch} ${alignment}`);
  return [...groups.values()].flatMap((group): readonly Finding[] => {
    const [first] = group;
    if (first === undefined) return [];
    const { arch, alignment, page, path } = first;
    return [
      {
        code: 'audit/segment-alignment',
        severity: 'warning',
        effect: 'users-break',
        message: `${counted(group.length, 'native file')} cannot be loaded by ${arch} systems with pages of ${page / KB} KiB.`,
        path,
        evidence: `segments are aligned to ${alignment} bytes: ${shown(group.map((each) => each.path))}`,
        hint: `Link with -Wl,-z,max-page-size=${page}; patchelf before 0.18 needs --page-size ${page}.`,
      },
    ];
  });
}
