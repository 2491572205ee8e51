/** Promotion: a set of candidates becomes the release, as one transform. */
export { unifiedDiff } from './diff.ts';
export { planPromotion, type PromotionPlan, type PromotionRequest } from './plan.ts';
export type { PromotionFile, RemainingPlace } from './plan-file.ts';
export { placeLines } from './remaining/report.ts';
export { PROMOTION_FILE, readPromotion, type PromotionDocument } from './promotion-file.ts';
export { withJoinedSets, type JoinedWheel, type WholeFiles } from './set/joined.ts';
export { promoteSettingsOf, type PromoteSettings } from './settings.ts';
export { parseTarget, type PromotionTarget } from './version-change.ts';
export { writePromotion, type WriteSetOptions, type WrittenSet } from './write-set.ts';
export type { TrialOptions } from './trial/options.ts';
export { chosenPythons, tryPromotion } from './trial/run.ts';
export { planRetagVersion, writeRetagged, type RetagVersionRequest } from './retag-version.ts';
