/** tar archives: read member by member, unpacked safely, written deterministically; and the sdists made of them. */
export type { TarHeader } from './facts.ts';
export { extractTar, type Extracted, type ExtractTarOptions } from './extract.ts';
export { gunzip, gunzipAside, gunzipAtOnce, type GunzipLimits } from './gunzip.ts';
export type { TarMemberType } from './member-tree.ts';
export { readTar, type ReadTarOptions, type TarMember } from './reader.ts';
export {
  openSdistStream,
  openSdistTar,
  sdistFormat,
  type SdistFormat,
  type SdistOptions,
  type SdistTar,
} from './sdist.ts';
export { treeMembers, type TreeMembersOptions } from './tree-members.ts';
export {
  writeTar,
  writeTarGz,
  type ByteSink,
  type TarFormat,
  type TarInput,
  type WriteTarOptions,
} from './writer.ts';
