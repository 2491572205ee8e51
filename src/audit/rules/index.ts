/** What is wrong with a subject, or could be better, beyond the baselines it meets. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';
import { alignmentFindings } from './alignment.ts';
import { architectureFindings } from './architecture.ts';
import { archiveFindings } from './archives.ts';
import { claimFindings } from './claims.ts';
import { duplicateFindings } from './duplicates.ts';
import { hardeningFindings } from './hardening.ts';
import { plausibilityFindings } from './plausibility.ts';
import { processorFindings } from './processor.ts';
import {
  broaderTagFindings,
  freeThreadingFindings,
  legacyPythonFindings,
  libpythonFindings,
  moduleInitFindings,
  pythonSymbolFindings,
  stableAbiFindings,
} from './python/index.ts';
import { readabilityFindings } from './readability.ts';
import { recordFindings } from './record.ts';
import { searchPathFindings } from './search-paths.ts';
import { tagFindings } from './tags.ts';
import { dependsOnOthers, setFindings } from './split-set.ts';
import { unversionedFindings } from './unversioned.ts';
import { weightFindings } from './weight.ts';
import { worldFindings } from './worlds.ts';

/** One question that is asked of every subject. It answers from the evaluation alone, in the order of the files. */
export type Rule = (audit: Evaluation) => readonly Finding[] | Promise<readonly Finding[]>;

const RULES: readonly Rule[] = [
  readabilityFindings,
  tagFindings,
  architectureFindings,
  worldFindings,
  plausibilityFindings,
  claimFindings,
  processorFindings,
  unversionedFindings,
  alignmentFindings,
  recordFindings,
  moduleInitFindings,
  stableAbiFindings,
  pythonSymbolFindings,
  freeThreadingFindings,
  libpythonFindings,
  legacyPythonFindings,
  broaderTagFindings,
  hardeningFindings,
  searchPathFindings,
  duplicateFindings,
  weightFindings,
  archiveFindings,
  setFindings,
];

/** The findings of all rules, in their order. */
export async function applyRules(audit: Evaluation): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const rule of RULES) findings.push(...(await rule(audit)));
  // What a wheel of a set lacks may lie in another one: the set is judged as a whole.
  return audit.subject.inSet === undefined
    ? findings
    : findings.filter(({ code }) => !dependsOnOthers(code));
}
