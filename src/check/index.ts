export { checkWheel, type CheckOptions, type CheckResult } from './check.ts';
