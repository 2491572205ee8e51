/** What would bring wheels under an index's limit without splitting them. */
export { adviseWheels, type AdviseOptions } from './advise.ts';
export type {
  Advice,
  Basis,
  Effort,
  FolderShare,
  LimitRequest,
  MemberShare,
  PartShare,
  ReleaseAdvice,
  SavedMember,
  Saving,
  SavingKind,
  SharedAdvice,
  SplitOutlook,
  StableAbiAdvice,
  Verdict,
  WheelAdvice,
} from './model.ts';
