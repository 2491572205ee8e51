/** The tags of a wheel against its native files: format, libc and suffix must be those of the tag. */
import { parsePlatformTag, type PlatformTag, type TagSet } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import type { NativeFacts } from '../facts.ts';
import { linuxTags } from './linux-tags.ts';
import { isExtensionModule } from './module-names.ts';
import { suffixFindings } from './suffixes.ts';

/** Every finding about the tags that a subject claims, given what its native files are. */
export function tagFindings(audit: Evaluation): readonly Finding[] {
  const { natives, tags } = audit.subject;
  if (tags === undefined) return unreachable(audit);
  return [
    ...(tags.platforms.includes('any') ? inAny(natives) : inPlatform(tags, natives)),
    ...libcs(tags, natives),
    ...suffixFindings(tags, natives),
    ...unreachable(audit),
    ...notForIndexes(tags),
  ];
}

/**
 * Native files in a wheel for every platform. A launcher for each system is well there, as in setuptools; an extension
 * module, or code for one system alone, is not.
 */
function inAny(natives: readonly NativeFacts[]): readonly Finding[] {
  const [native] = natives;
  if (native === undefined) return [];
  const module = natives.find(({ path }) => isExtensionModule(path));
  const archs = new Set(natives.map(({ arch }) => arch));
  const isForOne = natives.every(({ loadable }) => loadable) && archs.size === 1;
  const what = `${natives.length} native file${natives.length === 1 ? '' : 's'}`;
  if (module === undefined && !isForOne) {
    return [
      {
        code: 'audit/native-in-any',
        severity: 'info',
        effect: 'advice',
        message: 'The wheel is for every platform and holds programs for some.',
        path: native.path,
        evidence: what,
      },
    ];
  }
  return [
    {
      code: 'audit/native-in-any',
      severity: 'error',
      effect: 'users-break',
      message: 'The wheel says it runs on any platform but holds native code for one.',
      path: (module ?? native).path,
      evidence: `${what}, ${native.format}${native.arch === undefined ? '' : ` ${native.arch}`}`,
      hint: 'Tag it for its platform: py3-none-<platform>.',
    },
  ];
}

type Format = NativeFacts['format'];

const FORMATS: Partial<Record<PlatformTag['kind'], Format>> = {
  linux: 'elf',
  manylinux: 'elf',
  musllinux: 'elf',
  android: 'elf',
  macosx: 'macho',
  ios: 'macho',
  windows: 'pe',
};

/** A wheel for a platform should hold something that is for it. */
function inPlatform(tags: TagSet, natives: readonly NativeFacts[]): readonly Finding[] {
  const [first] = natives;
  if (first === undefined) {
    return [
      {
        code: 'audit/no-native',
        severity: 'warning',
        effect: 'advice',
        message: `The wheel is tagged for ${tags.platforms.join(', ')} but holds no native file.`,
        hint: 'If something is to be compiled, the build left it out; otherwise tag it py3-none-any.',
      },
    ];
  }
  if (linuxTags(tags).length === tags.platforms.length && natives.every(isInert)) {
    return [
      {
        code: 'audit/no-native',
        severity: 'warning',
        effect: 'advice',
        message: `The wheel is tagged for ${tags.platforms.join(', ')} but holds nothing that a loader loads.`,
        path: first.path,
        evidence: natives.every(({ elf }) => elf?.kind === 'relocatable')
          ? 'object files only'
          : 'code for other processors, object files or debug information only',
        hint: 'If something was to be linked, the build left it out; otherwise tag it py3-none-any.',
      },
    ];
  }
  const wanted = new Set(
    tags.platforms.map((platform) => FORMATS[parsePlatformTag(platform).kind]),
  );
  if (wanted.has(undefined) || natives.some(({ format }) => wanted.has(format))) return [];
  return [
    {
      code: 'audit/tag-format',
      severity: 'error',
      effect: 'users-break',
      message: `The wheel is tagged for ${tags.platforms.join(', ')}, but its native files are for another system.`,
      path: first.path,
      evidence: `format ${first.format}`,
    },
  ];
}

/** An ELF file that could be read and is nothing for a loader, such as an object file. */
function isInert({ elf, loadable }: NativeFacts): boolean {
  return elf !== undefined && !loadable;
}

/** PEP 600 tags are glibc's, PEP 656 tags musl's; neither loads a file that was linked against the other. */
function libcs(tags: TagSet, natives: readonly NativeFacts[]): readonly Finding[] {
  const kinds = new Set(linuxTags(tags).map(({ kind }) => kind));
  const foreign = [
    ...(kinds.has('manylinux') && !kinds.has('musllinux') ? (['musl'] as const) : []),
    ...(kinds.has('musllinux') && !kinds.has('manylinux') ? (['glibc'] as const) : []),
  ];
  return foreign.flatMap((libc) => {
    const native = natives.find(({ elf, loadable }) => loadable && elf?.libc === libc);
    if (native === undefined) return [];
    return [
      {
        code: 'audit/tag-libc',
        severity: 'error',
        effect: 'users-break',
        message: `A native file is linked against ${libc}, but the wheel is tagged ${tags.platforms.join(', ')}.`,
        path: native.path,
        hint: 'Build it on the system that the tag names.',
      } as const,
    ];
  });
}

function unreachable(audit: Evaluation): readonly Finding[] {
  return audit.unreachable.map(({ name, neededBy, at }) => ({
    code: 'audit/library-unreachable',
    severity: 'warning',
    effect: 'users-break',
    message: `${name} is in the wheel, but the loader does not find it.`,
    path: neededBy[0] ?? '',
    evidence: `it lies at ${at.join(', ')}; needed by ${neededBy.join(', ')}`,
    hint: 'Give the files that need it an RPATH that begins with $ORIGIN, unless the package loads it first.',
  }));
}

/** PyPI takes no `linux_*` tag but the two that piwheels used; other indexes and a static one do. */
function notForIndexes(tags: TagSet): readonly Finding[] {
  return tags.platforms
    .filter(
      (tag) =>
        parsePlatformTag(tag).kind === 'linux' && tag !== 'linux_armv6l' && tag !== 'linux_armv7l',
    )
    .map((tag) => ({
      code: 'audit/tag-not-on-pypi',
      severity: 'warning',
      effect: 'index-rejects',
      message: `PyPI does not take the platform tag ${tag}.`,
      evidence: tag,
      hint: 'It says nothing of the systems the wheel runs on; earn a manylinux or musllinux tag.',
    }));
}
