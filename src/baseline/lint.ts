/** Faults of baselines, in one file and between several. */
import { correctionOf, policyFaults, type Baseline, type Distribution } from '../platform/index.ts';
import type { Finding } from '../support/finding.ts';
import { lintFile } from './lint-file.ts';
import { brokenNesting } from './lint-nesting.ts';
import { finding, policyFindings } from './lint-policies.ts';
import { policyToBaselines } from './policies.ts';
import type { BaselineDocument } from './read.ts';
import type { PolicyRecord } from './schema.ts';
import { toBaseline } from './to-baseline.ts';

/** What to check: files that were read, or baselines that are built in. */
export type LintSubject =
  | BaselineDocument
  | { readonly kind: 'known'; readonly path: string; readonly baselines: readonly Baseline[] };

/**
 * The faults of some baselines, in the order of the subjects, then those between files. Versions are held against the given distributions;
 * without any, only against each other.
 * @throws WheelworksError `baseline/bad-policy` for a policy of neither libc.
 */
export function lintBaselines(
  subjects: readonly LintSubject[],
  distributions: readonly Distribution[] = [],
): readonly Finding[] {
  const files = subjects.flatMap((subject) => (subject.kind === 'baseline' ? [subject] : []));
  return [
    ...subjects.flatMap((subject) => lintSubject(subject, distributions)),
    ...brokenNesting(files),
  ];
}

function lintSubject(
  subject: LintSubject,
  distributions: readonly Distribution[],
): readonly Finding[] {
  const { path } = subject;
  switch (subject.kind) {
    case 'known':
      return policyFindings(subject.baselines, distributions, {
        path,
        // What architectures lack is taken out where a baseline is used.
        isSettled: (fault) => fault.library !== undefined && correctionOf(fault) !== undefined,
      });
    case 'policies':
      return [
        ...subject.records.flatMap((record) => repeatedEntries(record, path)),
        ...policyFindings(policyToBaselines(subject.records, path), distributions, {
          path,
          isSettled: (fault) => fault.library !== undefined && correctionOf(fault) !== undefined,
        }),
      ];
    case 'baseline': {
      // What it lists was seen on a system; only what it leaves out can be held against others.
      const left = policyFaults([toBaseline(subject.file)], distributions).filter(
        ({ kind }) => kind === 'forbidden-version',
      );
      return [...lintFile(subject.file, path), ...left.map((fault) => finding(fault, path))];
    }
  }
}

/** Sets forget what the file repeats, so this looks at the records themselves. */
function repeatedEntries(record: PolicyRecord, path: string): readonly Finding[] {
  const lists = [
    ['lib_whitelist', record.lib_whitelist] as const,
    ...Object.entries(record.blacklist).map(([key, names]) => [`blacklist ${key}`, names] as const),
    ...Object.entries(record.symbol_versions).flatMap(([architecture, prefixes]) =>
      Object.entries(prefixes).map(
        ([prefix, versions]) => [`${architecture} ${prefix}`, versions] as const,
      ),
    ),
  ];
  return lists.flatMap(([place, names]) => {
    const repeated = names.filter((name, index) => names.indexOf(name) !== index);
    if (repeated.length === 0) return [];
    return [
      {
        code: 'baseline/repeated-entry',
        severity: 'warning',
        effect: 'advice',
        message: `${record.name} names something twice in ${place}.`,
        path,
        evidence: [...new Set(repeated)].join(', '),
        hint: 'Remove the repetition.',
      },
    ];
  });
}
