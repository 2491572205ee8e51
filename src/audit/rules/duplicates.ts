/** One library several times: wasted bytes, and two states in one process. */
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';
import { formatBytes } from '../../support/progress/format.ts';
import type { Evaluation } from '../audit.ts';

/** The same bytes twice, one SONAME for different files, several OpenMP runtimes. */
export function duplicateFindings(audit: Evaluation): readonly Finding[] {
  return [...sameBytes(audit), ...sameSoname(audit), ...openMp(audit)];
}

/**
 * Wheels have no symbolic links, so `libx.so` beside `libx.so.1` is a second copy. It only wastes bytes unless files of
 * the wheel need more than one of the copies: then each is loaded, with a state of its own.
 */
function sameBytes({ subject, natives: audited }: Evaluation): readonly Finding[] {
  const targets = new Set(audited.flatMap(({ links }) => links.map(({ target }) => target)));
  const natives = new Set(subject.natives.map(({ path }) => path));
  const members = subject.members.filter(
    ({ path, size, crc32 }) => natives.has(path) && size > 0 && crc32 !== undefined,
  );
  const groups = groupBy(members, ({ size, crc32 }) => `${size} ${crc32}`);
  return [...groups.values()].flatMap((group): readonly Finding[] => {
    const [first] = group;
    if (first === undefined || group.length < 2) return [];
    const isLoadedTwice = group.filter(({ path }) => targets.has(path)).length > 1;
    return [
      {
        code: 'audit/duplicate-library',
        severity: isLoadedTwice ? 'warning' : 'info',
        effect: isLoadedTwice ? 'users-break' : 'advice',
        message: isLoadedTwice
          ? 'Files need several copies of one library, and each copy is loaded with its own state.'
          : 'The same library lies in the wheel several times.',
        path: first.path,
        evidence: `${group.map(({ path }) => path).join(', ')}: ${formatBytes(first.size * (group.length - 1))} too much`,
        hint: 'Keep the one that the others name as DT_NEEDED; wheels hold no symbolic links.',
      },
    ];
  });
}

function sameSoname({ subject }: Evaluation): readonly Finding[] {
  const crcs = new Map(subject.members.map(({ path, crc32 }) => [path, crc32]));
  // Modules that are only imported by path do not meet by name.
  const needed = new Set(subject.natives.flatMap(({ elf }) => elf?.needed ?? []));
  const named = subject.natives.filter(
    ({ loadable, elf }) => loadable && elf?.soname !== undefined && elf.kind === 'shared-library',
  );
  return [...groupBy(named, ({ elf }) => elf?.soname ?? '')].flatMap(
    ([soname, group]): readonly Finding[] => {
      const distinct = new Set(group.map(({ path, size }) => `${size} ${crcs.get(path)}`));
      const [first] = group;
      if (first === undefined || distinct.size < 2 || !needed.has(soname)) return [];
      return [
        {
          code: 'audit/same-soname',
          severity: 'warning',
          effect: 'users-break',
          message: `Different files have the SONAME ${soname}: whichever is loaded first serves all.`,
          path: first.path,
          evidence: group.map(({ path }) => path).join(', '),
          hint: 'Keep one of them, or give each its own SONAME.',
        },
      ];
    },
  );
}

const OPENMP = /(?:^|\/)lib(gomp|omp|iomp5)(?=[-.])[^/]*$/;

/** Each OpenMP runtime keeps its own threads; two of them in a process fight for the processors, or hang. */
function openMp({ subject }: Evaluation): readonly Finding[] {
  const runtimes = subject.natives.filter(({ path, loadable }) => loadable && OPENMP.test(path));
  const [first] = runtimes;
  if (first === undefined || runtimes.length < 2) return [];
  return [
    {
      code: 'audit/several-openmp',
      severity: 'warning',
      effect: 'users-break',
      message: 'The wheel carries several OpenMP runtimes.',
      path: first.path,
      evidence: runtimes.map(({ path }) => path).join(', '),
      hint: 'Build all of it with one compiler family, and link one runtime.',
    },
  ];
}
