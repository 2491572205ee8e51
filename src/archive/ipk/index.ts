/** The format of opkg, the package manager of OpenWrt up to 24.10: packages read and written, control files. */
export {
  formatControl,
  formatField,
  parseControl,
  parseStanzas,
  type ControlFields,
} from './control.ts';
export { IPK_SCRIPTS, type IpkPackage, type IpkScript } from './package.ts';
export { readIpk, readIpkControl, type ReadIpk } from './read-ipk.ts';
export { writeIpk, type WriteIpkOptions, type WrittenIpk } from './write-ipk.ts';
