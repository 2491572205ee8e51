/** Modules that no requirement is known to bring, and requirements that nothing is known to import: likely each other's. */
import type { Finding } from '../../support/finding.ts';
import { packageName } from '../names.ts';
import type { Evidence } from './evidence.ts';
import { isKnownModule, namespaceOf } from './import-names.ts';
import { isOpen } from './providers.ts';
import { importsOf } from './subject.ts';

/** A word on each requirement that is taken to bring a module by the likeness of their names. */
export function assumedImports({ subject, requirements }: Evidence): Finding[] {
  return [...subject.providers].flatMap(([module, project]): Finding[] => {
    const step = subject.foreign.find(
      (each) => each.step.when !== 'optional' && namespaceOf(each.step.to) === module,
    )?.step;
    const text = requirements.active.find((each) => each.project === project)?.text;
    if (step === undefined || text === undefined) return [];
    return [
      {
        code: 'openwrt/assumed-import',
        severity: 'info',
        effect: 'users-break',
        ...(step.path === undefined ? {} : { path: step.path }),
        evidence: `line ${step.line ?? 0}`,
        message: `${module} is imported, and taken to be from ${packageName(project)} (${text}).`,
      },
    ];
  });
}

/**
 * Where one module is undeclared, and one requirement imported nowhere, and nothing is known of either, the one may well be from
 * the other: that is no error.
 * @param undeclared findings by module
 */
export function withoutOnlyPair(
  undeclared: ReadonlyMap<string, Finding>,
  { subject, requirements }: Pick<Evidence, 'subject' | 'requirements'>,
): Finding[] {
  const findings = [...undeclared.values()];
  const modules = [...undeclared].filter(([, { code }]) => code === 'openwrt/undeclared-import');
  const unused = requirements.active.filter(
    ({ project }) => isOpen(project) && importsOf(subject, project).length === 0,
  );
  const [first] = modules;
  const [requirement] = unused;
  if (first === undefined || modules.length > 1) return findings;
  if (requirement === undefined || unused.length > 1) return findings;
  const [module, finding] = first;
  if (isKnownModule(module) || module.startsWith('_')) return findings;
  const name = packageName(requirement.project);
  const softened: Finding = {
    ...finding,
    severity: 'warning',
    message: `${module} is imported, and no requirement is known to bring it.`,
    hint: `It may be from ${name}, on which the package depends (${requirement.text}) and which no import is known to need. ${finding.hint ?? ''}`,
  };
  return findings.map((each) => (each === finding ? softened : each));
}
