/**
 * What `archs` stands for.
 *
 * Source: cibuildwheel 4.2, docs/options.md "archs" and cibuildwheel/architecture.py.
 */
import { closestName } from '../../support/closest-name.ts';
import { WheelworksError } from '../../support/errors.ts';
import { buildTargets } from '../../platform/index.ts';
import type { PlannedPlatform } from '../model.ts';

/** The machine that a plan is made on. */
export interface PlanHost {
  readonly platform: NodeJS.Platform;
  /** As `uname -m` says: `x86_64`, `aarch64`, `arm64`, `AMD64`. */
  readonly machine: string;
  /** An aarch64 machine that runs armv7l programs as well. */
  readonly runsArm32?: boolean;
}

/** cibuildwheel's names that are not ours: it calls Windows' x86 and AMD64. */
const SYNONYMS: Readonly<Record<string, string>> = { x86: 'win32' };

/** Architectures of platforms that nothing is built for. */
const ELSEWHERE = [
  'wasm32',
  'arm64_v8a',
  'arm64_iphoneos',
  'arm64_iphonesimulator',
  'x86_64_iphonesimulator',
];

/** The same processor on the three platforms. */
const MACHINES: readonly Readonly<Record<PlannedPlatform, string | null>>[] = [
  { linux: 'x86_64', macos: 'x86_64', windows: 'amd64' },
  { linux: 'i686', macos: null, windows: 'win32' },
  { linux: 'aarch64', macos: 'arm64', windows: 'arm64' },
];

/** The narrower architecture that a processor runs too. */
const HALVES: Readonly<Record<string, string>> = {
  x86_64: 'i686',
  amd64: 'win32',
  aarch64: 'armv7l',
};

export interface ArchsRequest {
  readonly platform: PlannedPlatform;
  readonly host: PlanHost;
  /** Only what cibuildwheel has. */
  readonly onlyKnown: boolean;
  /** Where the option is from, for errors. */
  readonly from: readonly string[];
}

/**
 * Architectures of a platform, as {@link buildTargets} names them; those of other platforms are taken and mean none.
 * @throws WheelworksError `config/unknown-architecture`.
 */
export function architecturesOf(text: string, request: ArchsRequest): ReadonlySet<string> {
  const { platform } = request;
  const all = namesOf(platform, true);
  const native = nativeArch(request);
  const found = new Set<string>();
  for (const name of text.split(/[\s,]+/)) {
    const add = (each: string | undefined): void => void (each !== undefined && found.add(each));
    if (name === 'auto') {
      add(native);
      if (platform === 'windows' && native === 'amd64') add('win32');
    } else if (name === 'native') add(native);
    else if (name === 'all') all.forEach(add);
    else if (name === 'auto64') add(bits(native, 64, request));
    else if (name === 'auto32') add(bits(native, 32, request));
    else add(named(name, request));
  }
  return found;
}

/** `all` is all that cibuildwheel has: the others have to be named. */
function namesOf(platform: PlannedPlatform | undefined, onlyKnown: boolean): readonly string[] {
  return [
    ...new Set(
      buildTargets
        .filter((target) => (platform ?? target.platform) === target.platform)
        .filter(({ inCibuildwheel }) => inCibuildwheel || !onlyKnown)
        .map(({ arch }) => arch),
    ),
  ];
}

function named(text: string, { platform, onlyKnown, from }: ArchsRequest): string | undefined {
  const lower = text.toLowerCase();
  const name = SYNONYMS[lower] ?? lower;
  if (namesOf(platform, onlyKnown).includes(name)) return name;
  const others = [...namesOf(undefined, onlyKnown), ...ELSEWHERE];
  if (others.includes(name) && !(onlyKnown && lower === 'win32')) return undefined;
  const names = ['auto', 'auto64', 'auto32', 'native', 'all', ...namesOf(platform, onlyKnown)];
  const suggestion = closestName(lower, names);
  throw new WheelworksError('config/unknown-architecture', `Invalid architecture '${text}'.`, {
    evidence: from.join(', '),
    hint: suggestion === undefined ? `Known: ${names.join(', ')}.` : `Did you mean ${suggestion}?`,
  });
}

/** The processor of the host by the platform's name for it; undefined where the platform does not run on it. */
function nativeArch({ platform, host }: ArchsRequest): string | undefined {
  const machine = host.machine.toLowerCase();
  const same = MACHINES.find((each) =>
    Object.values(each).includes(machine === 'x86' ? 'win32' : machine),
  );
  if (same !== undefined) return same[platform] ?? undefined;
  return namesOf(platform, false).includes(machine) ? machine : undefined;
}

function bits(
  native: string | undefined,
  wanted: 32 | 64,
  { platform, host }: ArchsRequest,
): string | undefined {
  if (native === undefined) return undefined;
  const isNarrow = Object.values(HALVES).includes(native);
  if (wanted === 64) return isNarrow ? undefined : native;
  if (isNarrow) return native;
  if (platform === 'macos' || (native === 'aarch64' && host.runsArm32 !== true)) return undefined;
  return HALVES[native];
}
