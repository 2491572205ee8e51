/** A package of apk 3 as data. */
import type { FileTree } from '../tree/index.ts';
import type { ApkInfo } from './info.ts';

/** Scripts by the names the format has for them, in its order. */
export const APK_SCRIPTS = [
  'trigger',
  'pre-install',
  'post-install',
  'pre-deinstall',
  'post-deinstall',
  'pre-upgrade',
  'post-upgrade',
] as const;

export type ApkScript = (typeof APK_SCRIPTS)[number];

export interface ApkPackage {
  readonly info: ApkInfo;
  readonly tree: FileTree;
  readonly scripts: Readonly<Partial<Record<ApkScript, string>>>;
  /** Patterns of paths whose change calls the trigger script. */
  readonly triggers: readonly string[];
  readonly replacesPriority?: number;
}

/** Slots of the root object. */
export const PACKAGE_SLOT = {
  info: 0,
  paths: 1,
  scripts: 2,
  triggers: 3,
  replacesPriority: 4,
} as const;
export const DIRECTORY_SLOT = { name: 0, acl: 1, files: 2 } as const;
export const FILE_SLOT = { name: 0, acl: 1, size: 2, mtime: 3, hash: 4, target: 5 } as const;
export const ACL_SLOT = { mode: 0, user: 1, group: 2 } as const;

/** The two bytes before the target of a link: the type of a file of that kind, as POSIX systems number them. */
export const LINK_KIND = { symlink: 0xa000, hardlink: 0x8000 } as const;

/** Bytes of the identity of a package: the beginning of the digest of its database. */
export const IDENTITY_SIZE = 20;
