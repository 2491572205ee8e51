export type { RepairOptions, RepairPlace } from './options.ts';
export type { PlannedGraft, PlannedLauncher, PlannedPatch, RepairPlan } from './plan.ts';
export { planWheelRepair, repairWheel, type RepairResult } from './repair.ts';
export { openRepairSession, type RepairSession, type RepairSources } from './session.ts';
