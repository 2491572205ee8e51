/** What a repair cannot see: libraries that load others by name, and second copies of what a process has once. */
import type { Audit } from '../../audit/index.ts';
import type { Finding } from '../../support/finding.ts';
import table from '../data/companions.json' with { type: 'json' };

/** Findings on what is taken in. */
export function companionFindings(audit: Audit): readonly Finding[] {
  const names = (audit.graft?.libraries ?? []).map(({ name }) => name);
  return [...pluginFindings(names), ...runtimeFindings(names, audit), ...hugeFindings(audit)];
}

function stemOf(name: string): string {
  return name.replace(/\.so(?:\..*)?$/, '').replace(/-[\d.]+(?:\.Q\w+)?$/, '');
}

function pluginFindings(names: readonly string[]): readonly Finding[] {
  return table.plugins.flatMap(({ library, loads }): readonly Finding[] => {
    const found = names.find((name) => stemOf(name) === library);
    if (found === undefined) return [];
    return [
      {
        code: 'repair/dlopen-plugins',
        severity: 'warning',
        effect: 'users-break',
        message: 'What is taken in loads more at run time, which no repair can see.',
        path: found,
        evidence: loads,
        hint: "Where the system has them, they bring the system's libraries beside the wheel's; where not, the feature is missing. Build without it, or test it on a bare system.",
      },
    ];
  });
}

function runtimeFindings(names: readonly string[], audit: Audit): readonly Finding[] {
  const carried = audit.subject.natives.map(
    ({ path, elf }) => elf?.soname ?? path.slice(path.lastIndexOf('/') + 1),
  );
  return table.runtimes.flatMap(({ runtime, libraries, why }): readonly Finding[] => {
    const isOne = (name: string): boolean => libraries.includes(unhashed(stemOf(name)));
    const grafted = names.filter(isOne);
    const [first] = grafted;
    if (first === undefined) return [];
    const others = carried.filter((name) => isOne(name));
    const copies = [...new Set([...grafted, ...others])];
    return [
      {
        code: 'repair/duplicate-runtime',
        severity: copies.length > 1 ? 'warning' : 'info',
        effect: copies.length > 1 ? 'users-break' : 'advice',
        message:
          copies.length > 1
            ? `The wheel carries ${copies.length} copies of ${runtime}: ${copies.join(', ')}.`
            : `The wheel carries ${runtime}, and so do other packages in the same process.`,
        path: first,
        evidence: why,
        hint: `Where a package that is installed anyway brings it, use that one: --exclude '${first}'.`,
      },
    ];
  });
}

/** Grafted before, by whatever tool. */
function unhashed(stem: string): string {
  return stem.replace(/-[0-9a-f]{8,}$/, '');
}

/** PyPI takes no wheels of more by default, and few indexes do. */
const HUGE = 2 ** 31;

function hugeFindings({ graft }: Audit): readonly Finding[] {
  return (graft?.libraries ?? [])
    .filter(({ size }) => size > HUGE)
    .map(({ name, size }) => ({
      code: 'repair/huge-library',
      severity: 'warning',
      effect: 'advice',
      message: `${name} alone has ${(size / 2 ** 30).toFixed(1)} GiB: no public index takes such a wheel.`,
      path: name,
      hint: `Ship it in a package of its own and leave it out here: --exclude '${name}'.`,
    }));
}
