/**
 * The platform tags that a system takes, the best first: macOS, Windows and the small systems; Linux has a file of its own.
 *
 * Source of the ranges and orders: `packaging.tags` 26.3 (`mac_platforms`, `ios_platforms`, `android_platforms`,
 * `_emscripten_platforms`, `_generic_platforms`).
 */
import type { PlatformVersion } from './platform-tags.ts';
import { linuxPlatforms, type LinuxDescription, type NativeLinux } from './supported-tags-linux.ts';
import { countDown } from './supported-tags-range.ts';

/** A system, as far as wheels can tell. */
export type PlatformDescription =
  | LinuxDescription
  | {
      readonly os: 'macos';
      /** The version of the running system; Python's own 10.16 for 11 and later must have been resolved. */
      readonly version: PlatformVersion;
      /** What the process runs as: `arm64`, `x86_64`, `i386`, `ppc64` or `ppc`. */
      readonly arch: string;
    }
  | {
      readonly os: 'windows';
      /** Of the interpreter, not of the machine: `x86`, `amd64`, `arm64`, `arm32`. */
      readonly arch: string;
    }
  | {
      readonly os: 'android';
      readonly apiLevel: number;
      /** `arm64_v8a`, `armeabi_v7a`, `x86_64` or `x86`. */
      readonly arch: string;
    }
  | {
      readonly os: 'ios';
      readonly version: PlatformVersion;
      /** `arm64` or `x86_64`. */
      readonly arch: string;
      readonly sdk: 'iphoneos' | 'iphonesimulator';
    }
  | {
      readonly os: 'emscripten';
      /** `PYEMSCRIPTEN_PLATFORM_VERSION` (PEP 783), such as `2026_0`; absent before. */
      readonly platformVersion?: string;
      /** `sysconfig.get_platform()`, such as `emscripten-4.0.9-wasm32`. */
      readonly sysconfigPlatform: string;
    }
  | {
      /** A system with no rules of its own: FreeBSD, AIX, WASI, Cygwin. */
      readonly os: 'other';
      /** `sysconfig.get_platform()`, such as `freebsd-14.1-release-amd64`. */
      readonly sysconfigPlatform: string;
    };

/** The platform tags that the system takes, the best first. */
export function supportedPlatforms(
  platform: PlatformDescription,
  nativeLinux: NativeLinux,
): readonly string[] {
  switch (platform.os) {
    case 'linux':
      return linuxPlatforms(platform, nativeLinux);
    case 'macos':
      return macosPlatforms(platform.version, platform.arch);
    case 'windows':
      return [platform.arch === 'x86' ? 'win32' : `win_${platform.arch}`];
    case 'android':
      return androidPlatforms(platform.apiLevel, platform.arch);
    case 'ios':
      return iosPlatforms(platform.version, `${platform.arch}_${platform.sdk}`);
    case 'emscripten':
      return [
        ...(platform.platformVersion === undefined
          ? []
          : [`pyemscripten_${platform.platformVersion}_wasm32`]),
        platformWord(platform.sysconfigPlatform),
      ];
    case 'other':
    default:
      return [platformWord(platform.sysconfigPlatform)];
  }
}

/** `sysconfig.get_platform()` as a tag. */
function platformWord(text: string): string {
  return text.replaceAll(/[-. ]/g, '_');
}

/** The last minor version that macOS 10 could have, and the first one that files for x86_64 existed for. */
const LAST_MACOS_10 = 16;
const FIRST_X86_MACOS_10 = 4;

function macosPlatforms(version: PlatformVersion, arch: string): string[] {
  if (version.major === 10) {
    return countDown(version.minor, 0).flatMap((minor) =>
      macosTags(10, minor, macosFormats(10, minor, arch)),
    );
  }
  // Since 11 every year has a new major version, and tags always say minor 0.
  const yearly = countDown(version.major, 11).flatMap((major) =>
    macosTags(major, 0, macosFormats(major, 0, arch)),
  );
  // Files for macOS 10 still run: all on x86_64; on arm64 only those with both, whose x86_64 half set the version.
  const older = countDown(LAST_MACOS_10, FIRST_X86_MACOS_10).flatMap((minor) =>
    macosTags(10, minor, arch === 'x86_64' ? macosFormats(10, minor, arch) : ['universal2']),
  );
  return version.major < 10 ? [] : [...yearly, ...older];
}

function macosTags(major: number, minor: number, formats: readonly string[]): string[] {
  return formats.map((format) => `macosx_${major}_${minor}_${format}`);
}

/** The single architecture first, then the sets of architectures that contain it, the smallest first. */
function macosFormats(major: number, minor: number, arch: string): readonly string[] {
  const isBefore = (tenMinor: number): boolean => major === 10 && minor < tenMinor;
  const isAfter = (tenMinor: number): boolean => major > 10 || minor > tenMinor;
  switch (arch) {
    case 'arm64':
      return ['arm64', 'universal2'];
    case 'x86_64':
      return isBefore(4) ? [] : ['x86_64', 'intel', 'fat64', 'fat3', 'universal2', 'universal'];
    case 'i386':
      return isBefore(4) ? [] : ['i386', 'intel', 'fat3', 'fat', 'universal'];
    case 'ppc64':
      return isBefore(4) || isAfter(5) ? [] : ['ppc64', 'fat64', 'universal'];
    case 'ppc':
      return isAfter(6) ? [] : ['ppc', 'fat3', 'fat', 'universal'];
    case 'intel':
      return ['intel', 'universal'];
    case 'other':
    default:
      return [arch];
  }
}

/** The first iOS with what CPython needs, and a minor version that no iOS has gone beyond. */
const FIRST_IOS = 12;
const LAST_IOS_MINOR = 9;

function iosPlatforms(version: PlatformVersion, multiarch: string): string[] {
  if (version.major < FIRST_IOS) return [];
  const onMajor = (major: number, lastMinor: number): string[] =>
    countDown(lastMinor, 0).map((minor) => `ios_${major}_${minor}_${multiarch}`);
  return [
    ...onMajor(version.major, version.minor),
    ...countDown(version.major - 1, FIRST_IOS).flatMap((major) => onMajor(major, LAST_IOS_MINOR)),
  ];
}

/** The first Android API level with what CPython needs. */
const FIRST_ANDROID = 16;

function androidPlatforms(apiLevel: number, arch: string): string[] {
  return countDown(apiLevel, FIRST_ANDROID).map((level) => `android_${level}_${arch}`);
}
