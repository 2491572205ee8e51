/** Looks at a repaired wheel before it gets its name: what was asked for must be what can be read back. */
import {
  auditSubject,
  blockersFor,
  derivedSubject,
  namedLibraries,
  type Audit,
  type NativeFacts,
} from '../audit/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { Finding } from '../support/finding.ts';
import {
  draftFilename,
  memberPath,
  openWheel,
  readRecord,
  verifyWheel,
  type Wheel,
  type WheelDraft,
} from '../wheel/index.ts';
import type { ShippedFile } from './materialize.ts';
import type { RepairOptions } from './options.ts';
import type { RepairPlan } from './plan.ts';

/** What the repaired wheel must be. */
export interface Expectation {
  /** The wheel it was made from: what was wrong with that is not the repair's to mend. */
  readonly input: Wheel;
  readonly draft: WheelDraft;
  readonly plan: RepairPlan;
  readonly shipped: ReadonlyMap<string, ShippedFile>;
  /** Of `shipped`, what was copied out of an earlier wheel of the run, which was verified itself. */
  readonly taken: readonly NativeFacts[];
  readonly options: RepairOptions;
}

/**
 * Reads the changed members back, and what RECORD says of them; members that were copied are those of the input by size
 * and CRC. Then audits the whole: every need is met inside or by the tag, the tag is earned, and no search path of what
 * was made leads to the machine it was made on.
 * @returns the audit of the repaired wheel
 * @throws WheelworksError `repair/unverified`.
 */
export async function verifyRepaired(path: string, expected: Expectation): Promise<Audit> {
  const { draft, plan } = expected;
  const wheel = await openWheel(path, { filename: draftFilename(draft) });
  try {
    const faults = [
      ...(await newFaults(wheel, expected.input)),
      ...copyFaults(wheel, draft),
      ...(await recordFaults(wheel, expected)),
    ];
    const audit = await auditRepaired(wheel, expected);
    faults.push(...auditFaults(audit, expected));
    if (faults.length === 0) return audit;
    throw new WheelworksError(
      'repair/unverified',
      `The repaired wheel is not as it was planned, and was not kept: ${faults[0] ?? ''}`,
      {
        path: plan.path,
        evidence: faults.join('\n'),
        hint: 'This is a fault of wheelworks: please report it with this wheel.',
      },
    );
  } finally {
    await wheel.archive.close();
  }
}

async function newFaults(wheel: Wheel, input: Wheel): Promise<readonly string[]> {
  const errorsOf = async (each: Wheel): Promise<readonly Finding[]> =>
    (await verifyWheel(each, { contents: false })).filter(({ severity }) => severity === 'error');
  const errors = await errorsOf(wheel);
  if (errors.length === 0) return [];
  const known = new Set((await errorsOf(input)).map(({ code }) => code));
  return errors
    .filter(({ code }) => !known.has(code))
    .map(({ message, path }) => `${path ?? ''}: ${message}`);
}

/** Members that nothing was to happen to are still those of the input. */
function copyFaults({ archive }: Wheel, draft: WheelDraft): readonly string[] {
  return [...draft.members].flatMap(([path, { source }]) => {
    if (source.kind !== 'copy') return [];
    const entry = archive.get(memberPath(draft, path));
    const isSame = entry?.crc32 === source.entry.crc32 && entry.size === source.entry.size;
    return isSame ? [] : [`${path} is not the member it was copied from`];
  });
}

async function recordFaults(wheel: Wheel, { shipped }: Expectation): Promise<readonly string[]> {
  const rows = new Map((await readRecord(wheel)).entries.map((row) => [row.path, row]));
  return [...shipped].flatMap(([path, { sha256, size }]) => {
    const row = rows.get(path);
    const digest = Buffer.from(sha256, 'hex').toString('base64url');
    return row?.hash?.digest === digest && row.size === size ? [] : [`RECORD has another ${path}`];
  });
}

async function auditRepaired(
  wheel: Wheel,
  { plan, shipped, taken, options }: Expectation,
): Promise<Audit> {
  const named = namedLibraries(options.baselines);
  const read = new Set(taken.map(({ path }) => path));
  const subject = await derivedSubject(
    wheel,
    {
      origin: plan.audit.subject,
      changed: new Set([...shipped.keys()].filter((path) => !read.has(path))),
      moved: new Map(plan.patched.map(({ path, to }) => [path, to])),
      taken,
    },
    { jobs: options.jobs, named },
  );
  const excluded = new Set(plan.excluded);
  return auditSubject(subject, {
    ignoreIsa: options.ignoreIsa === true,
    isExcluded: (library) => excluded.has(library),
    ...(options.baselines === undefined ? {} : { baselines: options.baselines }),
  });
}

function auditFaults(audit: Audit, { plan, shipped, options }: Expectation): readonly string[] {
  const external = audit.externalLibraries.map(
    ({ name, neededBy }) => `${name} is not in the wheel and needed by ${neededBy.join(', ')}`,
  );
  const isLeft = options.isExcluded ?? (() => false);
  const lost = audit.unreachable
    .filter(({ name }) => !isLeft(name))
    .map(
      ({ name, neededBy }) =>
        `${name} is in the wheel, but ${neededBy.join(', ')} does not find it`,
    );
  const unearned =
    options.updateTags === false
      ? []
      : plan.tags.platforms.flatMap((tag) => {
          const [blocker] = blockersFor(audit, tag) ?? [];
          return blocker === undefined
            ? []
            : [`${tag} is not earned: ${blocker.detail} (${blocker.path})`];
        });
  const made = audit.subject.natives.filter(({ path }) => shipped.has(path));
  const isBare = plan.tags.platforms.some((tag) => tag.startsWith('linux_'));
  return [
    ...(isBare ? [] : external),
    ...(isBare ? [] : lost),
    ...unearned,
    ...made.flatMap(leaks),
    ...(made.length === shipped.size ? [] : ['a native file that was made cannot be read']),
  ];
}

/** What tells of, or depends on, the machine that a file was made on. */
function leaks({ path, elf, problem }: NativeFacts): readonly string[] {
  if (elf === undefined) return [`${path} cannot be read: ${problem?.message ?? 'no ELF file'}`];
  const entries = [...elf.rpath, ...elf.runpath].filter(
    (entry) => !/^\$(?:ORIGIN|\{ORIGIN\})(?:\/|$)/.test(entry),
  );
  const needed = elf.needed.filter((name) => name.includes('/'));
  return [
    ...entries.map((entry) => `${path} has the search path ${entry}`),
    ...needed.map((name) => `${path} needs ${name}`),
  ];
}
