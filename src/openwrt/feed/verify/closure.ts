/** Whether everything a package depends on can be installed: from the feed, from other feeds, from the release itself. */
import type { Finding } from '../../../support/finding.ts';
import type { PackageManager } from '../../targets/index.ts';
import { formatDependency, meetsDependency, type SpelledDependency } from '../../versions/index.ts';
import toolchain from './data/toolchain-packages.json' with { type: 'json' };
import type { PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';

/** What a package can be found as. */
export interface Provider {
  readonly name: string;
  readonly version: string;
  readonly provides: readonly SpelledDependency[];
}

/** What was found for a name: whose version it has; undefined for a name that is provided without one. */
interface Offer {
  readonly provider: Provider;
  readonly version: string | undefined;
}

const TOOLCHAIN: ReadonlySet<string> = new Set(toolchain.packages);

/**
 * Findings for dependencies that nobody provides, or in no version that is wanted.
 * @param others packages of other folders and feeds that a device has
 * @param hasBase whether others hold the feeds of the release: without those a missing package may well be there
 */
export function checkClosure(
  facts: readonly PackageFacts[],
  { others, hasBase }: { readonly others: readonly Provider[]; readonly hasBase: boolean },
): Finding[] {
  const [first] = facts;
  if (first === undefined) return [];
  const { manager } = first;
  const offers = offersOf([...facts, ...others], manager);
  return facts.flatMap((each) =>
    each.depends.flatMap((dependency) => {
      const choices = [dependency, ...(dependency.alternatives ?? [])];
      const isMet = choices.some((choice) => isOffered(choice, offers, manager));
      return isMet ? [] : [missing(each, choices, { offers, hasBase })];
    }),
  );
}

function offersOf(providers: readonly Provider[], manager: PackageManager): Map<string, Offer[]> {
  const offers = new Map<string, Offer[]>();
  const add = (name: string, offer: Offer): void => {
    const known = offers.get(name);
    if (known === undefined) offers.set(name, [offer]);
    else known.push(offer);
  };
  for (const provider of providers) {
    add(provider.name, { provider, version: provider.version });
    for (const { name, version } of provider.provides)
      // opkg holds a constraint against the version of the package, apk against the one that is provided.
      add(name, { provider, version: manager === 'opkg' ? provider.version : version });
  }
  return offers;
}

function isOffered(
  dependency: SpelledDependency,
  offers: ReadonlyMap<string, readonly Offer[]>,
  manager: PackageManager,
): boolean {
  const found = offers.get(dependency.name) ?? [];
  if (found.length === 0) return TOOLCHAIN.has(dependency.name);
  return found.some(({ version }) =>
    version === undefined
      ? dependency.operator === undefined
      : meetsDependency(dependency, version, manager),
  );
}

function missing(
  { manager, path }: PackageFacts,
  choices: readonly SpelledDependency[],
  {
    offers,
    hasBase,
  }: { readonly offers: ReadonlyMap<string, readonly Offer[]>; readonly hasBase: boolean },
): Finding {
  const wanted = choices.map((each) => formatDependency(each, manager)).join(' | ');
  const found = choices.flatMap(({ name }) => offers.get(name) ?? []);
  if (found.length > 0)
    return feedFinding(
      'feed/version-mismatch',
      'A dependency is there in no version that is wanted.',
      {
        path,
        evidence: `${wanted}, found ${found.map(({ provider }) => `${provider.name} ${provider.version}`).join(', ')}`,
      },
    );
  return feedFinding('feed/unresolved-dependency', 'A dependency is provided by no package.', {
    severity: hasBase ? 'error' : 'warning',
    path,
    evidence: wanted,
    hint: hasBase
      ? 'Add the package, or take the dependency away where it is not needed.'
      : 'Give the indexes of the feeds of the release with --base to know whether they have it.',
  });
}

/** Packages that a package of the feed leads to. */
export function dependencyGraph(facts: readonly PackageFacts[]): Map<PackageFacts, PackageFacts[]> {
  const providers = new Map<string, PackageFacts[]>();
  for (const each of facts)
    for (const name of [each.name, ...each.provides.map((provided) => provided.name)])
      providers.set(name, [...(providers.get(name) ?? []), each]);
  return new Map(
    facts.map((each) => [
      each,
      each.depends
        .flatMap(({ name, alternatives = [] }) => [
          name,
          ...alternatives.map((other) => other.name),
        ])
        .flatMap((name) => providers.get(name) ?? []),
    ]),
  );
}
