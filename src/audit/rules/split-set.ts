/** Wheels of a set, judged without the others. */
import type { Finding } from '../../support/finding.ts';
import type { Evaluation } from '../audit.ts';

/** Rules that ask for what may lie in another wheel of the set. */
const OF_THE_SET: ReadonlySet<string> = new Set([
  'audit/external-library',
  'audit/library-unreachable',
  'audit/no-native',
  'audit/tag-could-be-older',
  'audit/undefined-symbol',
]);

/** Whether a finding about one wheel of a set says nothing, as what is missed may lie in another. */
export function dependsOnOthers(code: string): boolean {
  return OF_THE_SET.has(code);
}

/** That the wheel is a part, and of what. */
export function setFindings({ subject }: Evaluation): readonly Finding[] {
  const { inSet } = subject;
  if (inSet?.role !== 'part') return [];
  return [
    {
      code: 'audit/part-of-a-set',
      severity: 'info',
      effect: 'advice',
      message: `The wheel is part ${inSet.part} of ${inSet.of}, which was split.`,
      hint: `Audit the main wheel of ${inSet.of} with its parts beside it: that judges them all.`,
    },
  ];
}
