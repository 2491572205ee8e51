/** Whether everything a package depends on can be installed: from the feed, from other feeds, from the release itself. */
import type { Finding } from '../../../support/finding.ts';
import type { PackageManager } from '../../targets/index.ts';
import { formatDependency, meetsDependency, type SpelledDependency } from '../../versions/index.ts';
import toolchain from './data/toolchain-packages.json' with { type: 'json' };
import type { PackageFacts } from './facts.ts';
import { feedFinding } from './finding.ts';
import { unresolved, type Absent } from './unresolved.ts';

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
  const market = { offers: offersOf([...facts, ...others], manager), manager };
  const mismatches: Finding[] = [];
  const absent: Absent[] = [];
  for (const each of facts)
    for (const choices of demandsOf(each)) {
      if (choices.some((demands) => isOffered(demands, market))) continue;
      const found = choices.flatMap(([{ name }]) => market.offers.get(name) ?? []);
      if (found.length > 0) mismatches.push(mismatch(each, { choices, found, manager }));
      else absent.push({ what: choices.map(([{ name }]) => name).join(' | '), by: each });
    }
  return [...mismatches, ...unresolved(absent, hasBase)];
}

/** What is asked of one name, such as both ends of a range. */
type Demands = readonly [SpelledDependency, ...SpelledDependency[]];

/** What a package depends on: for each, the choices. All that is always asked of a name has to be met by one version. */
function demandsOf({ depends }: PackageFacts): readonly (readonly Demands[])[] {
  const always = new Map<string, [SpelledDependency, ...SpelledDependency[]]>();
  const choices: Demands[][] = [];
  for (const dependency of depends) {
    const { alternatives = [] } = dependency;
    if (alternatives.length > 0) {
      choices.push([dependency, ...alternatives].map((each) => [each]));
      continue;
    }
    const known = always.get(dependency.name);
    if (known === undefined) always.set(dependency.name, [dependency]);
    else known.push(dependency);
  }
  return [...[...always.values()].map((demands) => [demands]), ...choices];
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

interface Market {
  readonly offers: ReadonlyMap<string, readonly Offer[]>;
  readonly manager: PackageManager;
}

function isOffered(demands: Demands, { offers, manager }: Market): boolean {
  const [{ name }] = demands;
  const found = offers.get(name) ?? [];
  if (found.length === 0) return TOOLCHAIN.has(name);
  return found.some(({ version }) =>
    demands.every((each) =>
      version === undefined ? each.operator === undefined : meetsDependency(each, version, manager),
    ),
  );
}

function mismatch(
  { path }: PackageFacts,
  {
    choices,
    found,
    manager,
  }: {
    readonly choices: readonly Demands[];
    readonly found: readonly Offer[];
    readonly manager: PackageManager;
  },
): Finding {
  const between = manager === 'apk' ? ' ' : ', ';
  const wanted = choices
    .map((demands) => demands.map((each) => formatDependency(each, manager)).join(between))
    .join(' | ');
  return feedFinding(
    'feed/version-mismatch',
    'A dependency is there in no version that is wanted.',
    {
      path,
      evidence: `${wanted}, found ${found.map(({ provider }) => `${provider.name} ${provider.version}`).join(', ')}`,
    },
  );
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
