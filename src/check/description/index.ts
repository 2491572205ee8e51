/** Descriptions of distributions: whether PyPI would render them, and the safe HTML of them. */
export { readmeFaultFinding, type JudgedDescription } from './findings.ts';
export {
  judgeDescription,
  type DescriptionJudgement,
  type JudgeDescriptionOptions,
} from './judge.ts';
export { sanitizeDescription } from './sanitize.ts';
export { openRstRenderers, type RstRenderers } from './rst/renderers.ts';
