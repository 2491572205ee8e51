export { distributionKind, type DistributionKind } from './distribution.ts';
export { REGULAR_MODE, draftFromWheel, type DraftMember, type WheelDraft } from './draft.ts';
export { editDraft, type NewContent, type WheelEdit } from './edit.ts';
export { isPureForPlatform, rootEdits } from './root-folder.ts';
export { compareMembers, isRecordSignature } from './layout.ts';
export {
  listNatives,
  mapNatives,
  type MapNativesOptions,
  type NativeFile,
  type NativeMember,
} from './natives.ts';
export { readNativeFile } from './native-file.ts';
export { patchNativeFile, withElfFile } from './patch-native-file.ts';
export { refuseSharedOutputs, type PlannedOutput } from './outputs.ts';
export { hashCheck, isStrongHash, type HashCheck } from './record-hash.ts';
export { isIntact, removeIntact } from './remove.ts';
export { symlinkRefused } from './refusals.ts';
export { asFinding } from './findings.ts';
export { openSdist, type Sdist, type SdistMember } from './sdist.ts';
export { draftFromTree, recordOfTree } from './tree.ts';
export { verifyNames } from './verify-names.ts';
export { verifyRecord } from './verify-record.ts';
export { verifyWheel, type VerifyOptions } from './verify.ts';
export {
  directoryAgrees,
  openWheel,
  openWheelSource,
  readDistInfoFile,
  readMetadata,
  readRecord,
  readWheelFile,
  withWheel,
  type OpenWheelOptions,
  type Wheel,
} from './wheel.ts';
export {
  draftFilename,
  memberPath,
  writeWheel,
  zipMembers,
  type WriteWheelOptions,
  type WrittenWheel,
} from './write.ts';
