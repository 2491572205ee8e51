/**
 * Audits what is installed. There the files lie where they are loaded from, and their libraries may be those of other
 * distributions beside them; and since the machine is the target, what its loader does not find is missing.
 */
import type { Finding } from '../support/finding.ts';
import { auditSubject, type Audit, type AuditOptions } from './audit.ts';
import { isLibPython } from './graft.ts';
import { libcOfFiles } from './libc.ts';
import type { FactsCache } from './libraries/facts-cache.ts';
import type { LibrarySource } from './libraries/request.ts';
import { loadAll, type Load, type LoadLink } from './load.ts';
import { reachOf } from './reach.ts';
import type { Subject } from './subject.ts';
import { installedSubject, type Distribution, type Environment } from './subjects/installed.ts';

/** How to audit an installed distribution. */
export interface InstalledAuditOptions extends AuditOptions {
  /** The search of the machine, or sysroot, that the environment is for. */
  readonly libraries: LibrarySource;
  readonly facts: FactsCache;
}

/**
 * Audits one distribution of an environment. Libraries that its files find in other distributions count as brought.
 * Findings of its own: `audit/library-missing` for what no search finds, `audit/library-elsewhere` for what the
 * environment has where the search does not lead; neither where the system's folders cannot be searched.
 */
export async function auditInstalled(
  environment: Environment,
  distribution: Distribution,
  options: InstalledAuditOptions,
): Promise<Audit> {
  const subject = await installedSubject(distribution, options.facts);
  const load = await loadInstalled(subject, options);
  const brought = new Set(
    load?.links.flatMap(({ from, name, to }) =>
      from.inSubject &&
      to !== undefined &&
      !to.inSubject &&
      environment.ownerOf(to.path) !== undefined
        ? [name]
        : [],
    ),
  );
  const isExcluded = (library: string): boolean =>
    brought.has(library) || options.isExcluded?.(library) === true;
  const audit = await auditSubject(subject, { ...options, isExcluded });
  const { architecture, libc } = audit;
  if (load === undefined || architecture === undefined || libc === undefined) return audit;
  if (!options.libraries.hasSystem({ architecture, libc })) return audit;
  return { ...audit, findings: [...audit.findings, ...missingFindings(load, environment)] };
}

/** Undefined when there is nothing to load, or files of several architectures. */
async function loadInstalled(
  subject: Subject,
  { libraries, isExcluded }: InstalledAuditOptions,
): Promise<Load | undefined> {
  const natives = subject.natives.filter(({ loadable }) => loadable);
  const [architecture, ...more] = new Set(natives.flatMap(({ arch }) => arch ?? []));
  if (architecture === undefined || more.length > 0) return undefined;
  return loadAll({
    natives,
    reach: reachOf(natives, subject.aliases),
    architecture,
    libc: libcOfFiles(natives),
    folder: subject.folder,
    source: libraries,
    isMet: (name) => isLibPython(name) || isExcluded?.(name) === true,
  });
}

function missingFindings(load: Load, environment: Environment): readonly Finding[] {
  const missing = new Map<string, LoadLink[]>();
  for (const link of load.links) {
    const { from, name, to } = link;
    // What another distribution's file lacks is told of that distribution.
    if (to !== undefined || (!from.inSubject && environment.ownerOf(from.path) !== undefined))
      continue;
    missing.set(name, [...(missing.get(name) ?? []), link]);
  }
  return [...missing].sort(byName).map(([name, links]) => {
    const users = links.map(({ from }) => from.path).sort();
    const places = environment.placesOf(name);
    return places.length > 0
      ? elsewhere(name, users, places)
      : nowhere(name, users, load.missing.find((each) => each.name === name)?.searched ?? []);
  });
}

function nowhere(name: string, users: readonly string[], searched: readonly string[]): Finding {
  return {
    code: 'audit/library-missing',
    severity: 'error',
    effect: 'users-break',
    message: `${name} is not on this system: what needs it cannot be loaded.`,
    path: users[0] ?? '',
    evidence: `needed by ${users.join(', ')}; looked in ${searched.join(', ')}`,
    hint: `Install the system package that has ${name}, or a wheel that carries it.`,
  };
}

function elsewhere(name: string, users: readonly string[], places: readonly string[]): Finding {
  return {
    code: 'audit/library-elsewhere',
    severity: 'warning',
    effect: 'users-break',
    message: `${name} is in the environment, but no search path leads to it.`,
    path: users[0] ?? '',
    evidence: `it lies at ${places.join(', ')}; needed by ${users.join(', ')}`,
    hint: 'It works only when something loads the library first, as packages that import one another do.',
  };
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
