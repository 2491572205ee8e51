export {
  auditPath,
  auditSubject,
  auditWheel,
  type Audit,
  type AuditedNative,
  type AuditOptions,
  type ExternalLibrary,
} from './audit.ts';
export type { Claim } from './claims.ts';
export { explainTag, nextStricter, type Explanation, type Obstacle } from './explain.ts';
export type { ElfFacts, NativeFacts } from './facts.ts';
export type {
  FoundLibrary,
  Graft,
  GraftedLibrary,
  LibraryRequest,
  LibrarySource,
} from './graft.ts';
export { auditReport, type AuditReport, type ReportedNative } from './report.ts';
export type { Link } from './links.ts';
export type { UnreachableLibrary } from './reach.ts';
export type { MemberFacts, Subject, SubjectKind } from './subject.ts';
export { loosestBlockers } from './tags.ts';
export { blockersFor, type BaselineVerdict, type Blocker } from './verdict.ts';
