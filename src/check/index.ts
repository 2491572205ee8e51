export { checkFile, checkWheel, type CheckResult, type CheckedFile } from './check.ts';
export { checkFiles, judgeSet } from './check-files.ts';
export { judgeDescription, sanitizeDescription } from './description/index.ts';
export type { CheckOptions, CheckSetOptions } from './options.ts';
export { originOf, type CheckFinding, type RuleOrigin } from './origins.ts';
export { checkSettingsOf, parseSize, type CheckSettings } from './settings.ts';
