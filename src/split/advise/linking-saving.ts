/**
 * What linker and compiler could write shorter, as far as the bytes of a file prove it: relative relocations, a second
 * hash table, exported symbols that nobody asks for, unwind tables that nobody uses.
 */
import { formatBytes } from '../../support/progress/format.ts';
import { parsePlatformTag } from '../../packaging/platform-tags.ts';
import type { SavedMember, Saving } from './model.ts';
import type { Part } from './native-facts.ts';
import { downloadOf, savingOf } from './saving.ts';
import { filesText } from './strip-saving.ts';
import type { MemberFacts, WheelFacts } from './wheel-facts.ts';

/** The savings that another link or another compilation brings. */
export function linkingSavings({ members, filename }: WheelFacts): readonly Saving[] {
  const platforms = filename.tags.platforms;
  return [
    relrSaving(members, platforms),
    hashSaving(members),
    exportsSaving(members),
    unwindSaving(members),
  ].flatMap((saving) => saving ?? []);
}

/** The first glibc whose loader knows DT_RELR, and with it every musl since 1.2.4. */
const RELR_GLIBC = 36;

function relrSaving(
  members: readonly MemberFacts[],
  platforms: readonly string[],
): Saving | undefined {
  const packable = members.filter(({ native }) => native?.packed !== undefined);
  const older = platforms.filter((tag) => !knowsRelr(tag));
  const count = packable.reduce((sum, { native }) => sum + (native?.packed?.count ?? 0), 0);
  return savingOf({
    kind: 'relr',
    title: `relative relocations that fit in a bitmap, of ${filesText(packable.length)}`,
    effort: 'rebuild',
    installedBasis: 'measured',
    downloadBasis: 'estimated',
    method: 'from where the table lies in the compressed data, against bitmap and addends',
    members: packable.map(packedMember),
    evidence: [`${count} relative relocations of 24 bytes or less each`],
    remedy: 'Link with -Wl,-z,pack-relative-relocs.',
    ...(older.length === 0
      ? {}
      : {
          isExcluded: true,
          caution: `It needs glibc 2.36 or musl 1.2.4 to load: ${older.join(', ')} promises less.`,
        }),
  });
}

function knowsRelr(tag: string): boolean {
  const parsed = parsePlatformTag(tag);
  if (parsed.kind === 'manylinux') return parsed.glibc.minor >= RELR_GLIBC;
  // musllinux tags tell no patch release.
  return parsed.kind === 'linux' || (parsed.kind === 'musllinux' && parsed.musl.minor > 2);
}

function packedMember(member: MemberFacts): SavedMember {
  const packed = member.native?.packed ?? { before: 0, after: 0, deflated: 0 };
  const table = member.native?.elf?.relocations ?? { offset: 0, size: 0 };
  const share = table.size === 0 ? 0 : packed.before / table.size;
  const now = downloadOf(member, table) * share;
  return {
    path: member.path,
    installed: Math.max(0, packed.before - packed.after),
    download: Math.max(0, Math.round(now - packed.deflated)),
    whole: false,
  };
}

function hashSaving(members: readonly MemberFacts[]): Saving | undefined {
  const files = members.filter(({ native }) => native?.elf?.spareHash !== undefined);
  return savingOf({
    kind: 'sysv-hash',
    title: `hash tables that no loader of today uses, of ${filesText(files.length)}`,
    effort: 'rebuild',
    installedBasis: 'measured',
    downloadBasis: 'measured',
    method: 'from where they lie in the compressed data',
    members: files.map((member) => {
      const part = member.native?.elf?.spareHash ?? { offset: 0, size: 0 };
      return {
        path: member.path,
        installed: part.size,
        download: downloadOf(member, part),
        whole: false,
      };
    }),
    evidence: ['.hash stands beside .gnu.hash, which glibc since 2.5 and musl prefer'],
    remedy: 'Link with -Wl,--hash-style=gnu.',
  });
}

/** Fewer exports are not worth hiding. */
const FEW_EXPORTS = 200;

function exportsSaving(members: readonly MemberFacts[]): Saving | undefined {
  const needed = new Set(members.flatMap(({ native }) => native?.elf?.needed ?? []));
  // A module that another file needs by name is a library as well.
  const modules = members.filter(
    ({ path, native }) =>
      native?.elf?.isModule === true &&
      native.elf.exports.count >= FEW_EXPORTS &&
      !needed.has(path.slice(path.lastIndexOf('/') + 1)) &&
      !needed.has(native.elf.soname ?? ''),
  );
  return savingOf({
    kind: 'exports',
    title: `symbols that ${filesText(modules.length)} of extension modules export to nobody`,
    effort: 'rebuild',
    installedBasis: 'measured',
    downloadBasis: 'estimated',
    method: 'by their share of the tables; code that nothing else uses would go besides',
    members: modules.map(exportsMember),
    evidence: modules
      .toSorted((left, right) => exportCount(right) - exportCount(left))
      .slice(0, 3)
      .map(
        (member) => `${member.path}: ${exportCount(member)} beside the one that Python asks for`,
      ),
    remedy:
      'Compile with -fvisibility=hidden -fvisibility-inlines-hidden, link with -Wl,--gc-sections.',
    caution: 'Exceptions and type information that cross files need their classes exported.',
  });
}

function exportCount({ native }: MemberFacts): number {
  return native?.elf?.exports.count ?? 0;
}

const EXPORT_TABLES = new Set(['.dynsym', '.dynstr', '.gnu.hash', '.gnu.version', '.hash']);

function exportsMember(member: MemberFacts): SavedMember {
  const elf = member.native?.elf;
  const { count, names, entry } = elf?.exports ?? { count: 0, names: 0, entry: 0 };
  const tables = (elf?.sections ?? []).filter(({ name }) => EXPORT_TABLES.has(name));
  const size = tables.reduce((sum, section) => sum + section.size, 0);
  const download = tables.reduce((sum, section) => sum + downloadOf(member, section), 0);
  // Names share endings, so that the table may have fewer bytes than they do.
  const installed = Math.min(size, names + count * entry);
  return {
    path: member.path,
    installed,
    download: size === 0 ? 0 : Math.round((download * installed) / size),
    whole: false,
  };
}

/** Less is not worth losing backtraces for. */
const LEAST_UNWIND = 64 << 10;

function unwindSaving(members: readonly MemberFacts[]): Saving | undefined {
  const files = members.filter(
    (member) => unwindTables(member).reduce((sum, { size }) => sum + size, 0) >= LEAST_UNWIND,
  );
  const bytes = files.flatMap(unwindTables).reduce((sum, { size }) => sum + size, 0);
  return savingOf({
    kind: 'unwind-tables',
    title: `unwind tables of ${filesText(files.length)} that throw nothing`,
    effort: 'rebuild',
    installedBasis: 'measured',
    downloadBasis: 'measured',
    method: 'from where they lie in the compressed data',
    members: files.map((member) => ({
      path: member.path,
      installed: unwindTables(member).reduce((sum, { size }) => sum + size, 0),
      download: unwindTables(member).reduce((sum, part) => sum + downloadOf(member, part), 0),
      whole: false,
    })),
    evidence: [
      `${formatBytes(bytes)} of .eh_frame, without .gcc_except_table or a function that unwinds`,
    ],
    remedy: 'Compile C without -fexceptions, with -fno-asynchronous-unwind-tables.',
    caution: 'Debuggers, profilers and exceptions that pass through from C++ lose their way in it.',
  });
}

/** The tables of a file that has no use for them. */
function unwindTables({ native }: MemberFacts): readonly Part[] {
  const { elf } = native ?? {};
  if (elf === undefined || elf.needsUnwinding) return [];
  return elf.sections.filter(({ name }) => name.startsWith('.eh_frame'));
}
