/** The platform tags of a repaired wheel. */
import {
  blockersFor,
  explainTag,
  nextStricter,
  type Audit,
  type Blocker,
} from '../../audit/index.ts';
import {
  parsePlatformTag,
  tagSet,
  type PlatformTag,
  type PlatformVersion,
  type TagSet,
} from '../../packaging/index.ts';
import { baselineByTag, baselinesFor, type Baseline, type Libc } from '../../platform/index.ts';
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import { groupBy } from '../../support/group-by.ts';

/** What was asked for: the best, none but the bare `linux`, or a baseline. */
export type WantedPlatform =
  | { readonly kind: 'auto' }
  | { readonly kind: 'linux' }
  | { readonly kind: 'baseline'; readonly baseline: Baseline; readonly tag: string };

/**
 * Reads `--plat`, with the architecture or without.
 * @throws WheelworksError `repair/unknown-platform`, `repair/wrong-architecture`.
 */
export function wantedPlatform(
  text: string,
  files: { readonly path: string; readonly architecture: string; readonly libc: Libc },
  given: readonly Baseline[] | undefined,
): WantedPlatform {
  const { architecture, libc, path } = files;
  if (text === 'auto') return { kind: 'auto' };
  if (text === 'linux' || text === `linux_${architecture}`) return { kind: 'linux' };
  const known = (given ?? baselinesFor(architecture, libc)).filter(
    (baseline) => baseline.libc === libc && baseline.architectures.has(architecture),
  );
  const baseline = known.find(({ name, aliases }) =>
    [name, ...aliases].some((each) => each === text || `${each}_${architecture}` === text),
  );
  if (baseline !== undefined)
    return { kind: 'baseline', baseline, tag: `${baseline.name}_${architecture}` };
  const foreign = baselineByTag(text);
  if (foreign !== undefined || text.startsWith('linux_')) {
    throw new WheelworksError(
      'repair/wrong-architecture',
      `The native files are for ${architecture} and ${libc}; ${text} is for others.`,
      { path, hint: 'Leave the architecture out, or leave --plat to find the best tag.' },
    );
  }
  const names = known.flatMap(({ name, aliases }) => [name, ...aliases]);
  const near = closestName(text, [...names, ...names.map((name) => `${name}_${architecture}`)]);
  throw new WheelworksError('repair/unknown-platform', `No known baseline is called ${text}.`, {
    path,
    hint:
      near === undefined
        ? 'wheelworks baseline list shows them all.'
        : `Did you mean ${near}? wheelworks baseline list shows them all.`,
  });
}

const LINUX_KINDS: ReadonlySet<string> = new Set(['any', 'linux', 'manylinux', 'musllinux']);

/** ELF files are also those of Android and the BSDs, whose tags promise other things. */
export function isForLinux({ platforms }: TagSet): boolean {
  return platforms.every((platform) => LINUX_KINDS.has(parsePlatformTag(platform).kind));
}

/** Programs for several systems in one wheel, of which each user takes the fitting one. */
export function servesSeveral(audit: Audit, { platforms }: TagSet): boolean {
  const isForAny = platforms.every((platform) => platform === 'any');
  const isSeveral =
    audit.architectures.length > 1 || audit.subject.natives.some(({ format }) => format !== 'elf');
  return isForAny && isSeveral;
}

/** The tags with other platforms; the same object when these are the ones it has, in whatever order. */
export function withPlatforms(tags: TagSet, platforms: readonly string[]): TagSet {
  const sorted = [...new Set(platforms)].sort();
  if (sorted.join('.') === [...tags.platforms].sort().join('.')) return tags;
  return tagSet({ interpreters: tags.interpreters, abis: tags.abis, platforms: sorted });
}

/** A baseline under all its names. */
export function namesOf(audit: Audit, tag: string): readonly string[] {
  const verdict = audit.verdicts.find((each) => each.tag === tag);
  const aliases = verdict?.baseline.aliases ?? [];
  return [tag, ...aliases.map((alias) => `${alias}_${audit.architecture ?? ''}`)];
}

/**
 * The platforms of a wheel that earns a baseline: those that it claims and that promise no more, and the baseline under
 * all its names unless one of them is there already. A newer musl runs what an older one does: a claim of musl's that
 * holds is enough.
 */
export function earnedPlatforms(
  claimed: readonly string[],
  audit: Audit,
  best: string,
): readonly string[] {
  const names = namesOf(audit, best);
  const earned = parsePlatformTag(best);
  const kept = claimed.filter((platform) => promisesNoMore(parsePlatformTag(platform), earned));
  const isSaid = names.some((name) => kept.includes(name));
  return isSaid || (earned.kind === 'musllinux' && kept.length > 0) ? kept : [...kept, ...names];
}

/** Whether a system of the one platform is one of the other, too. */
function promisesNoMore(claimed: PlatformTag, earned: PlatformTag): boolean {
  if (claimed.kind === 'manylinux' && earned.kind === 'manylinux')
    return claimed.arch === earned.arch && isAtLeast(claimed.glibc, earned.glibc);
  if (claimed.kind === 'musllinux' && earned.kind === 'musllinux')
    return claimed.arch === earned.arch && claimed.musl.major === earned.musl.major;
  return false;
}

function isAtLeast(left: PlatformVersion, right: PlatformVersion): boolean {
  return left.major > right.major || (left.major === right.major && left.minor >= right.minor);
}

/**
 * Refuses a platform that cannot be reached, with everything that stands between, file by file.
 * @param audit with the wanted baseline alone among its verdicts
 * @param best the tag that can be reached
 */
export function notReached(audit: Audit, tag: string, best: string | undefined): WheelworksError {
  const { graft, subject } = audit;
  const names = new Map(graft?.libraries.map(({ path, name }) => [path, `${name} (grafted)`]));
  const blockers = (graft?.blockers ?? blockersFor(audit, tag) ?? [])
    .filter(({ carried }) => carried !== true)
    .map((blocker) => ({ ...blocker, path: names.get(blocker.path) ?? blocker.path }));
  const remedies = new Map(
    explainTag(audit, tag)?.obstacles.map(({ detail, remedy }) => [detail, remedy]),
  );
  return new WheelworksError('repair/platform-not-reached', `The wheel cannot become ${tag}.`, {
    path: subject.path,
    evidence: [...groupBy(blockers, ({ detail }) => detail)]
      .map(([detail, group]) => obstacleText(detail, group, remedies.get(detail)))
      .join('\n'),
    hint:
      best === undefined || best.startsWith('linux')
        ? 'Build it on an older system; wheelworks audit tells more.'
        : `It can become ${best}: leave --plat, or build it on an older system.`,
  });
}

function obstacleText(
  detail: string,
  group: readonly Blocker[],
  remedy: string | undefined,
): string {
  const files = [...groupBy(group, ({ path }) => path)].sort(([left], [right]) =>
    left < right ? -1 : 1,
  );
  return [
    detail,
    ...files.map(([path, own]) => {
      const symbols = own.flatMap(({ symbol, symbols: all }) => all ?? (symbol ? [symbol] : []));
      const wants = symbols.length === 0 ? '' : `: ${[...new Set(symbols)].sort().join(', ')}`;
      return `  ${path}${wants}`;
    }),
    ...(remedy === undefined ? [] : [`  ${remedy}`]),
  ].join('\n');
}

/** Said where nothing but `linux` is left. */
export function noBaselineFinding(audit: Audit): readonly Finding[] {
  if (audit.repairTag?.startsWith('linux_') !== true) return [];
  const next = nextStricter(audit);
  const [first] = next?.obstacles ?? [];
  return [
    {
      code: 'repair/no-baseline',
      severity: 'warning',
      effect: 'users-break',
      message: 'No known baseline is met: the wheel keeps a bare linux tag, which indexes refuse.',
      path: audit.subject.path,
      ...(first === undefined
        ? {}
        : { evidence: [first.detail, ...first.files.slice(0, 3)].join('; ') }),
      hint: first?.remedy ?? 'wheelworks audit --explain TAG says what a tag would take.',
    },
  ];
}
