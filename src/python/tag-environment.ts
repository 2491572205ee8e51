import { abiOfExtensionSuffix, type InterpreterDescription } from '../packaging/supported-tags.ts';
import type { PlatformDescription } from '../packaging/supported-tags-platforms.ts';
import type { InterpreterFacts, Libc } from './interpreter.ts';

/** What decides which wheels an interpreter takes, as `supportedTags` wants it. */
export function tagEnvironment(interpreter: InterpreterFacts): InterpreterDescription {
  const { implementation, version, freeThreaded, debug, pymalloc, wideUnicode } = interpreter;
  const abi =
    implementation.name === 'cpython' || interpreter.extensionSuffix === null
      ? undefined
      : abiOfExtensionSuffix(interpreter.extensionSuffix);
  return {
    implementation: implementation.name,
    version: { major: version.major, minor: version.minor },
    freeThreaded,
    debug,
    pymalloc,
    wideUnicode,
    ...(abi === undefined ? {} : { abi }),
    platform: platformOf(interpreter),
  };
}

function platformOf(interpreter: InterpreterFacts): PlatformDescription {
  const { platform, macos } = interpreter;
  if (macos !== null)
    return { os: 'macos', version: twoNumbers(macos.version), arch: interpreter.machine };
  const [os, ...rest] = platform.split('-');
  if (os === 'linux') return linux(interpreter, rest.join('_'));
  if (os === 'win32') return { os: 'windows', arch: 'x86' };
  if (os === 'win') return { os: 'windows', arch: rest.join('_') };
  // android-24-arm64_v8a, PEP 738.
  if (os === 'android')
    return { os: 'android', apiLevel: Number(rest[0]), arch: rest.slice(1).join('_') };
  return { os: 'other', sysconfigPlatform: platform };
}

function linux(interpreter: InterpreterFacts, arch: string): PlatformDescription {
  const { pointerBits, libc, manylinuxVerdicts } = interpreter;
  const narrow = pointerBits === 32 ? (NARROW_ARCHES.get(arch) ?? arch) : arch;
  const hasStandardAbi = standardAbi(interpreter);
  const known = libc === null ? undefined : libcVersion(libc);
  return {
    os: 'linux',
    arch,
    pointerBits,
    ...(known === undefined ? {} : { libc: known }),
    ...(hasStandardAbi === undefined ? {} : { hasStandardAbi }),
    refusedManylinux: Object.entries(manylinuxVerdicts)
      .filter(([, taken]) => !taken)
      .map(([glibc]) => `manylinux_${glibc}_${narrow}`),
  };
}

/** What manylinux tags call a 32-bit process on a 64-bit kernel. */
const NARROW_ARCHES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'i686'],
  ['aarch64', 'armv7l'],
]);

function libcVersion({ family, version }: Libc) {
  return version === null ? undefined : { kind: family, version: twoNumbers(version) };
}

const EM_386 = 3;
const EM_ARM = 40;
/** EABI version 5 and hard floats (ELF for the Arm Architecture, 5.2). */
const ARM_ABI = 0x05000400;
const ARM_ABI_MASK = 0xff000400;

/**
 * Whether the executable's header confirms the ABI that 32-bit tags stand for, as `packaging` reads it; undefined where
 * nobody asks.
 */
function standardAbi({ pointerBits, elf, platform }: InterpreterFacts): boolean | undefined {
  if (pointerBits === 64) return undefined;
  if (elf === null || elf.class !== 32 || !elf.littleEndian) return false;
  if (/arm|aarch64/.test(platform))
    return elf.machine === EM_ARM && (elf.flags & ARM_ABI_MASK) >>> 0 === ARM_ABI;
  return elf.machine === EM_386;
}

/** `2.36`, `2.36.9000`, `14.5`, and `14` of a macOS without its minor version. */
function twoNumbers(version: string): { major: number; minor: number } {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return { major, minor };
}
