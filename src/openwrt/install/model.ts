import type { FileTree } from '../../archive/tree/index.ts';
import type { MetadataView, TagSet } from '../../packaging/index.ts';

/** A distribution as an installer leaves it on the device, before anything is compiled or left out. */
export interface Installation {
  /** As the project spells it. */
  readonly name: string;
  /** PEP 440. */
  readonly version: string;
  readonly metadata: MetadataView;
  /** Of the wheel; undefined for a root tree, of which nobody says what it is for. */
  readonly tags: TagSet | undefined;
  /** Paths as on the device, without the leading slash. */
  readonly tree: FileTree;
  /** `usr/lib/python3.13/site-packages/requests-2.32.dist-info`. */
  readonly distInfo: string;
}

/** Where an installer puts things. */
export interface InstallScheme {
  /** `3.13`. */
  readonly minor: string;
}

/** Where modules and their metadata go: `usr/lib/python3.13/site-packages`. */
export function sitePackages({ minor }: InstallScheme): string {
  return `usr/lib/python${minor}/site-packages`;
}
