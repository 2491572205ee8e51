export {
  planRetag,
  retagDraft,
  retagWheel,
  type RetagOptions,
  type RetagPlace,
  type RetagPlan,
  type TagChanges,
} from './retag.ts';
