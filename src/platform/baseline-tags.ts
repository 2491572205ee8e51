/**
 * From a platform tag to the baseline it promises, and whether there can be a system of the kind that it names.
 *
 * Specification: PEP 600 (manylinux) with the legacy names of PEP 513, 571 and 599; PEP 656 (musllinux).
 */
import { parsePlatformTag, type PlatformVersion } from '../packaging/platform-tags.ts';
import { architectureFacts } from './architectures.ts';
import { baselines, type Baseline, type Libc } from './baselines.ts';

/** What a tag promises. */
export interface TaggedBaseline {
  readonly baseline: Baseline;
  readonly architecture: string;
}

/** A libc tag taken apart: `manylinux2014_x86_64` is glibc 2.17 on x86_64. */
export interface LibcTag {
  readonly libc: Libc;
  readonly version: PlatformVersion;
  readonly architecture: string;
}

/** Why no system can be of the kind that a tag names. */
export interface Implausibility extends LibcTag {
  /** The oldest libc that the architecture ever had. */
  readonly oldest: PlatformVersion;
}

/** Takes a manylinux or musllinux tag apart; undefined for every other tag. */
export function parseLibcTag(tag: string): LibcTag | undefined {
  const platform = parsePlatformTag(tag);
  if (platform.kind === 'manylinux')
    return { libc: 'glibc', version: platform.glibc, architecture: platform.arch };
  if (platform.kind === 'musllinux')
    return { libc: 'musl', version: platform.musl, architecture: platform.arch };
  return undefined;
}

/**
 * The baseline of a tag, under its own or a legacy name: `manylinux_2_17_x86_64` and `manylinux2014_x86_64` are one.
 * Undefined when the tables have none for the libc version or the architecture.
 */
export function baselineByTag(tag: string): TaggedBaseline | undefined {
  const parsed = parseLibcTag(tag);
  if (parsed === undefined) return undefined;
  const { libc, version, architecture } = parsed;
  const baseline = baselines.find(
    (candidate) =>
      candidate.libc === libc &&
      candidate.libcVersion[0] === version.major &&
      candidate.libcVersion[1] === version.minor &&
      candidate.architectures.has(architecture),
  );
  return baseline === undefined ? undefined : { baseline, architecture };
}

/**
 * What makes a tag impossible: a libc older than the architecture's port of it, as in `manylinux_2_17_loongarch64`. Such a
 * wheel is for a vendors' system of another ABI, or mislabelled. Undefined for tags that nothing speaks against.
 */
export function implausibility(tag: string): Implausibility | undefined {
  const parsed = parseLibcTag(tag);
  const facts = parsed === undefined ? undefined : architectureFacts(parsed.architecture);
  if (parsed === undefined || facts === undefined) return undefined;
  const oldest = parsed.libc === 'musl' ? facts.oldestMusl : facts.oldestGlibc;
  const { major, minor } = parsed.version;
  const isOlder = major < oldest.major || (major === oldest.major && minor < oldest.minor);
  return isOlder ? { ...parsed, oldest } : undefined;
}

/** Whether a system of the kind that a tag names can exist. */
export function isPlausible(tag: string): boolean {
  return implausibility(tag) === undefined;
}
