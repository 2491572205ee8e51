/** What is wrong with a subject, or could be better, beyond the baselines it meets. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import { tagFindings } from './tags.ts';

/** One question that is asked of every subject. It answers from the evaluation alone, in the order of the files. */
export type Rule = (audit: Evaluation) => readonly Finding[] | Promise<readonly Finding[]>;

const RULES: readonly Rule[] = [tagFindings];

/** The findings of all rules, in their order. */
export async function applyRules(audit: Evaluation): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const rule of RULES) findings.push(...(await rule(audit)));
  return findings;
}
