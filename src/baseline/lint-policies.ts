import {
  implausibility,
  policyFaults,
  type Baseline,
  type Distribution,
  type PolicyFault,
  type PolicyFaultKind,
} from '../platform/index.ts';
import type { Finding } from '../support/finding.ts';

/** What to say of the faults of tables. */
export interface PolicyFindingOptions {
  /** Names the tables in the findings. */
  readonly path: string;
  /** Faults that are known and taken care of elsewhere; none by default. */
  readonly isSettled?: (fault: PolicyFault) => boolean;
}

/** The faults of tables that know versions only. */
export function policyFindings(
  baselines: readonly Baseline[],
  distributions: readonly Distribution[],
  { path, isSettled = () => false }: PolicyFindingOptions,
): readonly Finding[] {
  return [
    ...baselines.flatMap((baseline) => [
      ...implausibleTags(baseline, path),
      ...strayDenials(baseline, path),
    ]),
    ...policyFaults(baselines, distributions)
      .filter((fault) => !isSettled(fault))
      .map((fault) => finding(fault, path)),
  ];
}

const WORDS: Readonly<Record<PolicyFaultKind, Pick<Finding, 'code' | 'severity' | 'message'>>> = {
  'not-nested': {
    code: 'baseline/not-nested',
    severity: 'error',
    message: 'A baseline lacks what an older one has.',
  },
  'undefined-version': {
    code: 'baseline/undefined-version',
    severity: 'warning',
    message: 'A baseline promises a version that no known system defines.',
  },
  'forbidden-version': {
    code: 'baseline/forbidden-version',
    severity: 'warning',
    message: 'A baseline leaves out a version that every known system has.',
  },
  'absent-library': {
    code: 'baseline/absent-library',
    severity: 'warning',
    message: 'A baseline allows a library that no known system has.',
  },
};

/** A fault of platform's check as a finding. */
export function finding(fault: PolicyFault, path: string): Finding {
  const { prefix, version, library, symbol } = fault;
  const subject = version === undefined ? (symbol ?? library) : `${prefix ?? ''}_${version}`;
  return {
    ...WORDS[fault.kind],
    effect: 'users-break',
    path,
    evidence: `${fault.baseline}_${fault.architecture}  ${subject ?? ''}: ${fault.evidence}`,
  };
}

function implausibleTags({ name, architectures }: Baseline, path: string): readonly Finding[] {
  return [...architectures.keys()].flatMap((architecture) => {
    const found = implausibility(`${name}_${architecture}`);
    if (found === undefined) return [];
    const { major, minor } = found.oldest;
    return [implausible(`${name}_${architecture}`, `${major}.${minor}`, path)];
  });
}

/** @param oldest the first libc of the architecture. */
export function implausible(subject: string, oldest: string, path: string): Finding {
  return {
    code: 'baseline/implausible-libc',
    severity: 'error',
    effect: 'users-break',
    message: `${subject} promises a C library that is older than any of its architecture.`,
    path,
    evidence: `the oldest is ${oldest}`,
    hint: 'It is for a vendors’ system of another ABI, or its version is wrong.',
  };
}

function strayDenials(baseline: Baseline, path: string): readonly Finding[] {
  return [...baseline.deniedSymbols.keys()]
    .filter((library) => !baseline.libraries.has(library))
    .map((library) => strayDenial(baseline.name, library, path));
}

/** A deny-list for a library that may not be needed anyway. */
export function strayDenial(baseline: string, library: string, path: string): Finding {
  return {
    code: 'baseline/denied-library-unknown',
    severity: 'warning',
    effect: 'advice',
    message: `${baseline} denies symbols of ${library}, which is not one of its libraries.`,
    path,
    hint: 'Add the library, or remove its denied symbols.',
  };
}
