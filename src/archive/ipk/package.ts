import type { FileTree } from '../tree/index.ts';
import type { ControlFields } from './control.ts';

/** Scripts by the names of their files. `postinst-pkg` and `prerm-pkg` are called by the usual ones of OpenWrt. */
export const IPK_SCRIPTS = [
  'preinst',
  'postinst',
  'postinst-pkg',
  'prerm',
  'prerm-pkg',
  'postrm',
] as const;

export type IpkScript = (typeof IPK_SCRIPTS)[number];

/** A package of opkg as data. */
export interface IpkPackage {
  /** Without Installed-Size when it is to be written. */
  readonly control: ControlFields;
  readonly tree: FileTree;
  /** Absolute paths. */
  readonly conffiles: readonly string[];
  readonly scripts: Readonly<Partial<Record<IpkScript, string>>>;
}
