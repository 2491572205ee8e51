/** Whether a wheel's tags promise that it runs on the target: its Python, its C library, its processor, asked in this order. */
import {
  parseAbi,
  parseInterpreterTag,
  parsePlatformTag,
  type Tag,
} from '../../packaging/index.ts';
import { WheelworksError, type ErrorCode } from '../../support/errors.ts';
import type { OpenWrtArchitecture, OpenWrtRelease } from '../targets/index.ts';

export interface NativeTarget {
  readonly release: OpenWrtRelease;
  /** What has no native code fits every one. */
  readonly architecture?: OpenWrtArchitecture;
}

export interface DeviceTarget extends NativeTarget {
  readonly architecture: OpenWrtArchitecture;
}

/** @throws WheelworksError `openwrt/architecture-needed`. */
export function requireArchitecture(
  { release, architecture }: NativeTarget,
  { path, evidence }: { readonly path: string; readonly evidence: string },
): DeviceTarget {
  if (architecture !== undefined) return { release, architecture };
  throw new WheelworksError(
    'openwrt/architecture-needed',
    'It has native code, so the architecture must be known.',
    {
      path,
      evidence,
      hint: 'Name it with --arch; on the device, `opkg print-architecture` or the file /etc/apk/arch tells it.',
    },
  );
}

/** Why a tag does not fit; the later the check, the nearer it came. */
interface Misfit {
  readonly check: 1 | 2 | 3;
  readonly code: ErrorCode;
  readonly says: string;
}

/**
 * The tag by which a wheel fits.
 * @throws WheelworksError `openwrt/wrong-python`, `openwrt/free-threaded`, `openwrt/glibc-wheel`, `openwrt/newer-musl`,
 *   `openwrt/unrepaired-wheel`, `openwrt/no-wheels`, `openwrt/wrong-architecture`: what the tag that comes nearest fails by; and as `requireArchitecture`.
 */
export function fittingTag(tags: readonly Tag[], target: NativeTarget, path: string): Tag {
  let nearest: (Misfit & { readonly tag: Tag }) | undefined;
  for (const tag of tags) {
    const misfit =
      pythonMisfit(tag, target) ?? libcMisfit(tag, target) ?? archMisfit(tag, target, path);
    if (misfit === undefined) return tag;
    if (nearest === undefined || misfit.check > nearest.check) nearest = { ...misfit, tag };
  }
  if (nearest === undefined) throw new Error('a wheel without tags');
  const { release, architecture } = target;
  throw new WheelworksError(
    nearest.code,
    `${nearest.code === 'openwrt/unrepaired-wheel' ? 'It is not known whether the wheel is' : 'The wheel is not'} for ${architecture?.name ?? `OpenWrt ${release.name}`}: ${nearest.says}.`,
    {
      path,
      evidence: `OpenWrt ${release.name}: Python ${release.python.minor}, musl ${release.musl}${architecture === undefined ? '' : `, ${architecture.wheel ?? 'no'} wheels`}`,
      hint: adviceAgainst(nearest.code, nearest.tag.platform, target),
    },
  );
}

/** What to do about a tag that does not fit. */
function adviceAgainst(code: ErrorCode, platform: string, target: NativeTarget): string {
  const { minor } = target.release.python;
  if (platform === 'any')
    return `Take a release of the project that is for Python ${minor}, or build its wheel from the sdist of one.`;
  if (code !== 'openwrt/unrepaired-wheel') return adviceFor(target);
  const arch = platform.slice('linux_'.length);
  const musl = target.release.musl.replace('.', '_');
  return `If it was built with musl: \`wheelworks repair FILE\` finds out which it needs and tags it so, \`wheelworks retag --platform-tag musllinux_${musl}_${arch} FILE\` says it unseen. Else: ${adviceFor(target)}`;
}

/** The other ways to a package. */
export function adviceFor({ release, architecture }: NativeTarget): string {
  if (architecture !== undefined && architecture.wheel === undefined)
    return 'Cross-compile the sdist with the OpenWrt build system: `wheelworks openwrt recipe NAME` writes the Makefile for it.';
  const minor = release.python.minor.replace('.', '');
  const wanted = `cp${minor}-cp${minor}-musllinux_${release.musl.replace('.', '_')}_${architecture?.wheel ?? 'ARCH'}`;
  return `Get the wheel ${wanted}, or one with abi3 of an older Python; where the project has none, build it from the sdist (\`wheelworks build\` on musllinux) or write a recipe: \`wheelworks openwrt recipe NAME\`.`;
}

function pythonMisfit({ interpreter, abi }: Tag, { release }: NativeTarget): Misfit | undefined {
  const { minor } = release.python;
  const wrong = (says: string): Misfit => ({ check: 1, code: 'openwrt/wrong-python', says });
  const wanted = Number(minor.split('.')[1]);
  const python = parseInterpreterTag(interpreter);
  const meaning = parseAbi(abi);
  const version = 'version' in python ? python.version : undefined;
  if (version === undefined || version.major !== Number(minor.split('.')[0]))
    return wrong(`${interpreter} is not for Python ${minor}`);
  const theirs = version.minor;
  switch (meaning.kind) {
    case 'none': {
      if (python.implementation !== 'python' && python.implementation !== 'cpython')
        return wrong(`${interpreter} is not CPython`);
      const isExact = python.implementation === 'cpython';
      const fits = theirs === undefined || (isExact ? theirs === wanted : theirs <= wanted);
      return fits ? undefined : wrong(`${interpreter} is not for Python ${minor}`);
    }
    case 'stable':
      if (meaning.freeThreaded) return freeThreaded(abi);
      if (python.implementation === 'cpython' && theirs !== undefined && theirs <= wanted)
        return undefined;
      return wrong(`its stable ABI is that of ${interpreter}, newer than Python ${minor}`);
    case 'cpython':
      if (meaning.freeThreaded) return freeThreaded(abi);
      if (meaning.debug) return wrong(`${abi} is for debug builds`);
      if (meaning.version.minor === wanted && theirs === wanted) return undefined;
      return wrong(`${abi} is the ABI of another Python than ${minor}`);
    case 'pypy':
    case 'graalpy':
    case 'unknown':
      return wrong(`${abi} is not the ABI of CPython`);
  }
}

function freeThreaded(abi: string): Misfit {
  return {
    check: 1,
    code: 'openwrt/free-threaded',
    says: `${abi} is the free-threaded ABI, and OpenWrt's Python has the global lock`,
  };
}

function libcMisfit({ platform }: Tag, { release }: NativeTarget): Misfit | undefined {
  const meaning = parsePlatformTag(platform);
  if (meaning.kind === 'any') return undefined;
  if (meaning.kind === 'linux')
    return {
      check: 2,
      code: 'openwrt/unrepaired-wheel',
      says: `${platform} does not say for which C library it is, as builds name a wheel before it is repaired`,
    };
  if (meaning.kind !== 'musllinux')
    return {
      check: 2,
      code: 'openwrt/glibc-wheel',
      says:
        meaning.kind === 'manylinux'
          ? `${platform} needs glibc, and the target has musl`
          : `${platform} is another system`,
    };
  const { major, minor } = meaning.musl;
  const [ours = 0, oursMinor = 0] = release.musl.split('.').map(Number);
  if (major === ours && minor <= oursMinor) return undefined;
  return {
    check: 2,
    code: 'openwrt/newer-musl',
    says: `it needs musl ${major}.${minor}, and the target has ${release.musl}`,
  };
}

function archMisfit({ platform }: Tag, target: NativeTarget, path: string): Misfit | undefined {
  const meaning = parsePlatformTag(platform);
  if (meaning.kind !== 'musllinux') return undefined;
  const { architecture } = requireArchitecture(target, { path, evidence: platform });
  const { wheel, reason = '' } = architecture;
  if (wheel === undefined) return { check: 3, code: 'openwrt/no-wheels', says: reason };
  if (meaning.arch === wheel) return undefined;
  return {
    check: 3,
    code: 'openwrt/wrong-architecture',
    says: `it is for ${meaning.arch}, and the target runs ${wheel}`,
  };
}
