/** Modules that a filespec took away, and that what it left imports. */
import type { Finding } from '../../support/finding.ts';
import type { Evidence } from './evidence.ts';

/** One finding for each module, at its first import; what the package does without is none. */
export function removedImports({
  subject,
  removed,
}: Pick<Evidence, 'subject' | 'removed'>): Finding[] {
  const findings = new Map<string, Finding>();
  for (const { step, names } of [...subject.own, ...subject.foreign]) {
    if (step.when === 'optional') continue;
    const meant = [step.to, ...names.map((name) => `${step.to}.${name}`)];
    for (const module of meant.filter((each) => removed.has(each) && !findings.has(each)))
      findings.set(module, {
        code: 'openwrt/removed-import',
        severity: 'warning',
        effect: 'users-break',
        ...(step.path === undefined ? {} : { path: step.path }),
        message: `${module} is imported by /${step.path ?? step.from}:${step.line ?? 0}, and the filespec leaves it out.`,
        evidence: `line ${step.line ?? 0}${step.inFunction === undefined ? '' : `, in ${step.inFunction}`}`,
        hint: 'Keep the module, or leave out what imports it as well.',
      });
  }
  return [...findings.values()];
}
