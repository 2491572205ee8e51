/** The platform tags that a subject claims, held against what its files need. */
import { parsePlatformTag } from '../packaging/index.ts';
import type { Libc } from '../platform/index.ts';
import type { Evaluation } from './audit.ts';
import type { NativeFacts } from './facts.ts';
import { fileArchitecture, foreignAbi } from './foreign-abi.ts';
import { loongArchWorld } from './loongarch.ts';
import { blockersFor, type Blocker } from './verdict.ts';

/** One claimed platform tag. */
export interface Claim {
  readonly tag: string;
  /** Undefined for tags that no Linux baseline stands behind: `any`, `linux_*`, other systems. */
  readonly holds: boolean | undefined;
  /** What stands against it; empty when it holds. */
  readonly blockers: readonly Blocker[];
}

/** Judges every platform tag of the file name, in its order. */
export function claimsOf(audit: Omit<Evaluation, 'claims'>): readonly Claim[] {
  return (audit.subject.tags?.platforms ?? []).map((tag) => claimOf(audit, tag));
}

function claimOf(audit: Omit<Evaluation, 'claims'>, tag: string): Claim {
  const platform = parsePlatformTag(tag);
  if (platform.kind !== 'manylinux' && platform.kind !== 'musllinux')
    return { tag, holds: undefined, blockers: [] };
  const loadable = audit.subject.natives.filter((native) => native.loadable);
  if (loadable.length === 0) return { tag, holds: undefined, blockers: [] };
  const libc = platform.kind === 'manylinux' ? 'glibc' : 'musl';
  const foreign = loadable.flatMap((native): Blocker[] => {
    const detail = foreignness(native, { architecture: platform.arch, libc });
    return detail === undefined ? [] : [{ tag, kind: 'abi', path: native.path, detail }];
  });
  const blockers =
    foreign.length > 0 ? foreign : (publishedBlockers(audit, tag) ?? newerThan(audit, tag));
  return { tag, holds: blockers.length === 0, blockers };
}

/** Why a file is not for the systems of a tag at all, whatever symbols and libraries it needs. */
function foreignness(
  native: NativeFacts,
  { architecture, libc }: { readonly architecture: string; readonly libc: Libc },
): string | undefined {
  const { arch, elf } = native;
  const abi = foreignAbi(native, architecture);
  if (abi?.certain === true)
    return `it has the calling convention ${abi.found}, not ${abi.expected}`;
  if (abi === undefined && arch !== undefined && arch !== fileArchitecture(architecture))
    return `it is for ${arch}, not ${architecture}`;
  if (elf?.libc !== undefined && elf.libc !== libc)
    return `it is linked against ${elf.libc}, not ${libc}`;
  if (arch === 'loongarch64' && elf !== undefined && loongArchWorld(elf).world === 'old')
    return 'it is of the LoongArch old world, whose ABI the tag does not mean';
  return undefined;
}

/** A claim is held against what the tag stands for, whatever else the files are judged by. */
function publishedBlockers(
  { published, architecture }: Omit<Evaluation, 'claims'>,
  tag: string,
): readonly Blocker[] | undefined {
  return blockersFor({ verdicts: published, architecture }, tag);
}

/** PEP 600 gives every glibc version a tag, the tables have only some: of the others the glibc symbols tell. */
function newerThan(audit: Omit<Evaluation, 'claims'>, tag: string): readonly Blocker[] {
  const platform = parsePlatformTag(tag);
  if (platform.kind !== 'manylinux') return [];
  const { major, minor } = platform.glibc;
  const newer = audit.subject.natives.flatMap(({ path, loadable, elf }) =>
    Object.entries(loadable ? (elf?.versions ?? {}) : {}).flatMap(([library, versions]) =>
      versions.flatMap((version): readonly Blocker[] => {
        const match = /^GLIBC_(\d+)\.(\d+)/.exec(version);
        if (match === null) return [];
        const [needsMajor, needsMinor] = [Number(match[1]), Number(match[2])];
        if (needsMajor < major || (needsMajor === major && needsMinor <= minor)) return [];
        const detail = `glibc ${major}.${minor} has no ${version}`;
        return [{ tag, kind: 'symbol', path, library, version, detail }];
      }),
    ),
  );
  // Libraries that no table has are missing under any tag; what else stops the newest one is of its own kind.
  const newest = audit.published.at(-1)?.blockers ?? [];
  return [
    ...newer,
    ...newest.filter(({ kind }) => kind !== 'symbol').map((each) => ({ ...each, tag })),
  ];
}
