/**
 * The platform tags that a Linux system takes, the best first.
 *
 * Specification: PEP 600 (manylinux) and PEP 656 (musllinux). Source of what those leave open, such as the architectures and
 * the 32-bit rules: `packaging._manylinux`, `packaging._musllinux` and `packaging.tags._linux_platforms` 26.3.
 */
import { legacyManylinuxName, type PlatformVersion } from './platform-tags.ts';
import { countDown } from './supported-tags-range.ts';

/** A Linux system. */
export interface LinuxDescription {
  readonly os: 'linux';
  /** Of the kernel, as `sysconfig.get_platform()` tells it: `x86_64`, `aarch64`, `armv7l`, `riscv64`. */
  readonly arch: string;
  /** Of the interpreter; 32 on a 64-bit kernel makes `x86_64` `i686`, and `aarch64` `armv8l`. Default: 64. */
  readonly pointerBits?: 32 | 64;
  /** What the interpreter is linked with; absent for a static one, which can load portable wheels of neither kind. */
  readonly libc?: { readonly kind: 'glibc' | 'musl'; readonly version: PlatformVersion };
  /**
   * Whether the interpreter's own ELF header confirms the ABI of its architecture: EABI 5 with hard floats for `armv7l`, 32-bit
   * x86 (and not x32) for `i686`. manylinux needs it on these two. Default: true.
   */
  readonly hasStandardAbi?: boolean;
  /** PEP 600 names (`manylinux_2_17_x86_64`) that the system's `_manylinux` module refuses. */
  readonly refusedManylinux?: readonly string[];
}

/** Where the plain `linux_*` tags rank. */
export type NativeLinux = 'first' | 'last';

/** Architectures that have manylinux tags without a look at the interpreter's ELF header. */
const MANYLINUX_ARCHES: ReadonlySet<string> = new Set([
  'x86_64',
  'aarch64',
  'ppc64',
  'ppc64le',
  's390x',
  'loongarch64',
  'riscv64',
]);

/** Architectures whose ABI only the interpreter's ELF header tells. */
const CHECKED_ARCHES: ReadonlySet<string> = new Set(['armv7l', 'i686']);

/** The oldest glibc 2 that tags exist for; x86 has manylinux1. */
const OLDEST_GLIBC_MINOR = 17;
const OLDEST_X86_GLIBC_MINOR = 5;

/** glibc 2 has no last version yet; should there be a glibc 3, this many minor versions of 2 are assumed. */
const LAST_GLIBC_MINOR = 50;

/** The platform tags that the system takes, the best first. */
export function linuxPlatforms(linux: LinuxDescription, native: NativeLinux): readonly string[] {
  const arches = interpreterArches(linux);
  const plain = arches.map((arch) => `linux_${arch}`);
  const portable = portablePlatforms(linux, arches);
  return native === 'first' ? [...plain, ...portable] : [...portable, ...plain];
}

/** What the interpreter itself runs as, and what else that can load. */
function interpreterArches(linux: LinuxDescription): readonly string[] {
  const arch =
    linux.pointerBits === 32 ? (NARROW_ARCHES.get(linux.arch) ?? linux.arch) : linux.arch;
  return arch === 'armv8l' ? ['armv8l', 'armv7l'] : [arch];
}

/** What a 32-bit process on a 64-bit kernel is called. */
const NARROW_ARCHES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'i686'],
  ['aarch64', 'armv8l'],
]);

function portablePlatforms(linux: LinuxDescription, arches: readonly string[]): string[] {
  if (linux.libc === undefined) return [];
  const { version } = linux.libc;
  if (linux.libc.kind === 'musl') return arches.flatMap((arch) => musllinux(version, arch));
  if (!hasManylinux(linux, arches)) return [];
  const isX86 = arches.includes('x86_64') || arches.includes('i686');
  const oldest = isX86 ? OLDEST_X86_GLIBC_MINOR : OLDEST_GLIBC_MINOR;
  const refused = new Set(linux.refusedManylinux);
  return arches.flatMap((arch) =>
    glibcVersions(version, oldest).flatMap((glibc) => manylinux(glibc, arch, refused)),
  );
}

/** musl keeps compatibility within a major version (PEP 656). */
function musllinux(version: PlatformVersion, arch: string): string[] {
  return countDown(version.minor, 0).map((minor) => `musllinux_${version.major}_${minor}_${arch}`);
}

function hasManylinux(linux: LinuxDescription, arches: readonly string[]): boolean {
  if (arches.some((arch) => CHECKED_ARCHES.has(arch))) return linux.hasStandardAbi ?? true;
  return arches.some((arch) => MANYLINUX_ARCHES.has(arch));
}

function glibcVersions(current: PlatformVersion, oldestMinor: number): PlatformVersion[] {
  return countDown(current.major, 2).flatMap((major) => {
    const last = major === current.major ? current.minor : LAST_GLIBC_MINOR;
    return countDown(last, major === 2 ? oldestMinor : 0).map((minor) => ({ major, minor }));
  });
}

/** The PEP 600 tag, then the name that older installers know it by. */
function manylinux(glibc: PlatformVersion, arch: string, refused: ReadonlySet<string>): string[] {
  const tag = `manylinux_${glibc.major}_${glibc.minor}_${arch}`;
  if (refused.has(tag)) return [];
  const legacy = legacyManylinuxName(glibc);
  return legacy === undefined ? [tag] : [tag, `${legacy}_${arch}`];
}
