import { parsePlatformTag, type PlatformTag, type TagSet } from '../../packaging/index.ts';

/** The meaning of a tag that names Linux systems. */
export type LinuxTag = Extract<PlatformTag, { kind: 'linux' | 'manylinux' | 'musllinux' }>;

/** What the Linux tags among the platforms mean, in their order. */
export function linuxTags({ platforms }: Pick<TagSet, 'platforms'>): readonly LinuxTag[] {
  return platforms
    .map((platform) => parsePlatformTag(platform))
    .filter((tag) => tag.kind === 'linux' || tag.kind === 'manylinux' || tag.kind === 'musllinux');
}
