export { repairWheel, type RepairedWheel, type RepairOptions } from './repair.ts';
