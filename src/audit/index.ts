export {
  auditNatives,
  auditWheel,
  blockersFor,
  type ExternalLibrary,
  type WheelAudit,
} from './audit.ts';
export type { BaselineVerdict, Blocker } from './verdict.ts';
export type { ElfFacts, NativeFacts } from './needs.ts';
export type { UnreachableLibrary } from './reach.ts';
