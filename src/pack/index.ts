export { draftOfTree, packTree, planPack, type PackChanges, type PackPlan } from './pack.ts';
