/**
 * What the platform part of a tag means.
 *
 * Specification: Platform compatibility tags; PEP 513, 571, 599 and 600 (manylinux), PEP 656 (musllinux), PEP 730 (iOS),
 * PEP 738 (Android), PEP 783 (pyemscripten).
 */

/** A system or libc version of two numbers. */
export interface PlatformVersion {
  readonly major: number;
  readonly minor: number;
}

/** The names that manylinux policies had before PEP 600. */
export type LegacyManylinux = 'manylinux1' | 'manylinux2010' | 'manylinux2014';

/** The meaning of a platform tag; `arch` is the tag's own word for the architecture. */
export type PlatformTag =
  | { readonly kind: 'any' }
  /** `linux_x86_64`: this very system, nothing promised. */
  | { readonly kind: 'linux'; readonly arch: string }
  | {
      readonly kind: 'manylinux';
      readonly arch: string;
      readonly glibc: PlatformVersion;
      /** Set when the tag is written with its old name. */
      readonly legacy?: LegacyManylinux;
    }
  | { readonly kind: 'musllinux'; readonly arch: string; readonly musl: PlatformVersion }
  /** `arch` may be a set, such as `universal2` or `intel`: see {@link macosArchitectures}. */
  | { readonly kind: 'macosx'; readonly arch: string; readonly version: PlatformVersion }
  /** `win32`, `win_amd64`, `win_arm64`; `arch` of `win32` is `x86`. */
  | { readonly kind: 'windows'; readonly arch: string }
  | { readonly kind: 'android'; readonly arch: string; readonly apiLevel: number }
  | {
      readonly kind: 'ios';
      readonly arch: string;
      readonly version: PlatformVersion;
      readonly sdk: 'iphoneos' | 'iphonesimulator';
    }
  /** `pyemscripten_2026_0_wasm32`: the year and patch of the platform. */
  | { readonly kind: 'pyemscripten'; readonly arch: string; readonly version: PlatformVersion }
  | { readonly kind: 'other'; readonly text: string };

/** The glibc that each legacy name promises, all of glibc 2. */
const LEGACY_GLIBC_MINOR: Readonly<Record<LegacyManylinux, number>> = {
  manylinux1: 5,
  manylinux2010: 12,
  manylinux2014: 17,
};

const NUMBER = '(0|[1-9][0-9]{0,8})';
const ARCH = '([a-z0-9_]+)';
const LINUX = new RegExp(`^linux_${ARCH}$`);
const MANYLINUX = new RegExp(`^manylinux_${NUMBER}_${NUMBER}_${ARCH}$`);
const LEGACY = new RegExp(`^(manylinux1|manylinux2010|manylinux2014)_${ARCH}$`);
const MUSLLINUX = new RegExp(`^musllinux_${NUMBER}_${NUMBER}_${ARCH}$`);
const MACOSX = new RegExp(`^macosx_${NUMBER}_${NUMBER}_${ARCH}$`);
const WINDOWS = /^win_([a-z0-9]+)$/;
const ANDROID = new RegExp(`^android_${NUMBER}_${ARCH}$`);
const IOS = new RegExp(`^ios_${NUMBER}_${NUMBER}_${ARCH}_(iphoneos|iphonesimulator)$`);
const PYEMSCRIPTEN = new RegExp(`^pyemscripten_${NUMBER}_${NUMBER}_${ARCH}$`);

/** Says what a platform tag names; case does not matter. What follows no known form is `other`. */
export function parsePlatformTag(text: string): PlatformTag {
  const platform = text.toLowerCase();
  if (platform === 'any') return { kind: 'any' };
  return (
    parseLinux(platform) ??
    parseApple(platform) ??
    parseWindows(platform) ??
    parseSmallSystem(platform) ?? { kind: 'other', text }
  );
}

/** The tag of a meaning: the inverse of {@link parsePlatformTag}. */
export function formatPlatformTag(platform: PlatformTag): string {
  switch (platform.kind) {
    case 'any':
      return 'any';
    case 'linux':
      return `linux_${platform.arch}`;
    case 'manylinux':
      return `${platform.legacy ?? `manylinux_${joined(platform.glibc)}`}_${platform.arch}`;
    case 'musllinux':
      return `musllinux_${joined(platform.musl)}_${platform.arch}`;
    case 'macosx':
      return `macosx_${joined(platform.version)}_${platform.arch}`;
    case 'windows':
      return platform.arch === 'x86' ? 'win32' : `win_${platform.arch}`;
    case 'android':
      return `android_${platform.apiLevel}_${platform.arch}`;
    case 'ios':
      return `ios_${joined(platform.version)}_${platform.arch}_${platform.sdk}`;
    case 'pyemscripten':
      return `pyemscripten_${joined(platform.version)}_${platform.arch}`;
    case 'other':
    default:
      return platform.text;
  }
}

/** The old name of a glibc's manylinux, for old installers: `manylinux2014` for 2.17. */
export function legacyManylinuxName(glibc: PlatformVersion): LegacyManylinux | undefined {
  if (glibc.major !== 2) return undefined;
  return LEGACY_NAMES.find((name) => LEGACY_GLIBC_MINOR[name] === glibc.minor);
}

/**
 * All spellings of one platform, the PEP 600 one first: `manylinux2014_x86_64` gives `manylinux_2_17_x86_64` and itself.
 * What has only one spelling gives that.
 */
export function platformTagSpellings(text: string): readonly string[] {
  const platform = parsePlatformTag(text);
  if (platform.kind !== 'manylinux') return [text];
  const { kind, arch, glibc } = platform;
  const legacy = legacyManylinuxName(glibc);
  const modern = formatPlatformTag({ kind, arch, glibc });
  return legacy === undefined ? [modern] : [modern, `${legacy}_${arch}`];
}

/** The architectures of a macOS tag's file: `universal2` holds `arm64` and `x86_64`. */
export function macosArchitectures(arch: string): readonly string[] {
  return MACOS_SETS.get(arch) ?? [arch];
}

/** Source: distutils and sysconfig of CPython, which name the sets after their `-arch` flags. */
const MACOS_SETS: ReadonlyMap<string, readonly string[]> = new Map([
  ['universal2', ['arm64', 'x86_64']],
  ['intel', ['i386', 'x86_64']],
  ['fat', ['i386', 'ppc']],
  ['fat3', ['i386', 'ppc', 'x86_64']],
  ['fat64', ['ppc64', 'x86_64']],
  ['universal', ['i386', 'ppc', 'ppc64', 'x86_64']],
]);

const LEGACY_NAMES: readonly LegacyManylinux[] = ['manylinux1', 'manylinux2010', 'manylinux2014'];

function parseLinux(platform: string): PlatformTag | undefined {
  const many = MANYLINUX.exec(platform);
  if (many !== null) {
    return { kind: 'manylinux', arch: many[3] ?? '', glibc: versionOf(many) };
  }
  const musl = MUSLLINUX.exec(platform);
  if (musl !== null) return { kind: 'musllinux', arch: musl[3] ?? '', musl: versionOf(musl) };
  const legacy = LEGACY.exec(platform);
  const name = LEGACY_NAMES.find((candidate) => candidate === legacy?.[1]);
  if (name !== undefined) {
    const glibc = { major: 2, minor: LEGACY_GLIBC_MINOR[name] };
    return { kind: 'manylinux', arch: legacy?.[2] ?? '', glibc, legacy: name };
  }
  const plain = LINUX.exec(platform);
  return plain === null ? undefined : { kind: 'linux', arch: plain[1] ?? '' };
}

function parseApple(platform: string): PlatformTag | undefined {
  const mac = MACOSX.exec(platform);
  if (mac !== null) return { kind: 'macosx', arch: mac[3] ?? '', version: versionOf(mac) };
  const ios = IOS.exec(platform);
  if (ios === null) return undefined;
  const sdk = ios[4] === 'iphoneos' ? 'iphoneos' : 'iphonesimulator';
  return { kind: 'ios', arch: ios[3] ?? '', version: versionOf(ios), sdk };
}

function parseWindows(platform: string): PlatformTag | undefined {
  if (platform === 'win32') return { kind: 'windows', arch: 'x86' };
  const match = WINDOWS.exec(platform);
  // `win_x86` is no tag, and must not turn into `win32`.
  return match === null || match[1] === 'x86'
    ? undefined
    : { kind: 'windows', arch: match[1] ?? '' };
}

function parseSmallSystem(platform: string): PlatformTag | undefined {
  const android = ANDROID.exec(platform);
  if (android !== null) {
    return { kind: 'android', arch: android[2] ?? '', apiLevel: Number(android[1]) };
  }
  const emscripten = PYEMSCRIPTEN.exec(platform);
  if (emscripten === null) return undefined;
  return { kind: 'pyemscripten', arch: emscripten[3] ?? '', version: versionOf(emscripten) };
}

function versionOf(match: RegExpExecArray): PlatformVersion {
  return { major: Number(match[1]), minor: Number(match[2]) };
}

function joined(version: PlatformVersion): string {
  return `${version.major}_${version.minor}`;
}
