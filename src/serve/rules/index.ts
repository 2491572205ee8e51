/** The rules of uploads: what PyPI would answer, and everything that is wrong. */
export { judgeUpload } from './judge.ts';
export type { RuleContext, UploadJudgement, Violation } from './model.ts';
export { foldName } from './project.ts';
export { UPLOAD_RULES, type UploadRule } from './table.ts';
