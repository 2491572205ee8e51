import { auditReport, auditWheel, explainTag, type Audit } from '../../src/audit/index.ts';
import { parseWheelFilename } from '../../src/packaging/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { openBytes } from '../../src/support/random-access.ts';
import { openWheelSource } from '../../src/wheel/index.ts';
import { createRandom, mutate, targetsOf, type FuzzSeed, type Random } from './elf-fuzz.ts';
import { FORGERIES, type ForgedFiles } from './elf-forgeries.ts';
import { buildWheel } from './wheel-builder.ts';

export interface AuditFuzzOptions {
  readonly cases: number;
  readonly seed: number;
  /** Called after every thousandth case. */
  readonly onProgress?: (done: AuditFuzzResult) => void;
}

export interface AuditFuzzResult {
  readonly cases: number;
  /** Wheels by the kind of what is in them: `mutated`, or a forgery. */
  readonly kinds: ReadonlyMap<string, number>;
  /** How many findings of a code there were; `audit/` is left out. */
  readonly findings: ReadonlyMap<string, number>;
  /** Files that could not be read, by the code that says why. */
  readonly problems: ReadonlyMap<string, number>;
  /** Audits that were refused, by code. */
  readonly refused: ReadonlyMap<string, number>;
  /** Most CPU seconds that one case took, and its name. */
  readonly slowest: { readonly seconds: number; readonly name: string };
  /** Most bytes that the process held at the end of a case. */
  readonly memory: number;
}

/** CPU seconds of one case: two hundred times what the slowest of them takes. */
const LONGEST = 5;
/** Bytes that the process may hold, seeds included: nothing of a case may stay behind. */
const MOST_MEMORY = 1 << 30;

/**
 * Audits wheels with mutated copies of the seeds, and with forged files, one or the other by chance, and reports and
 * explains what comes out. The same seed number and seeds give the same cases.
 * @throws Error naming the first case that fails other than with a `WheelworksError`, contradicts itself, or takes too
 *   much time or memory.
 */
export async function fuzzAudit(
  seeds: readonly FuzzSeed[],
  { cases, seed, onProgress }: AuditFuzzOptions,
): Promise<AuditFuzzResult> {
  const prepared = seeds.map((each) => ({ ...each, targets: targetsOf(each.bytes) }));
  const kinds = new Map<string, number>();
  const findings = new Map<string, number>();
  const problems = new Map<string, number>();
  const refused = new Map<string, number>();
  let slowest = { seconds: 0, name: '' };
  let memory = 0;
  const result = (done: number): AuditFuzzResult => ({
    cases: done,
    kinds,
    findings,
    problems,
    refused,
    slowest,
    memory,
  });
  for (let index = 0; index < cases; index += 1) {
    const { kind, files, tags } = makeCase(prepared, createRandom(seed + index));
    const name = `${kind}, seed ${seed + index}`;
    const started = process.cpuUsage();
    try {
      const audit = await auditFiles(tags, files);
      checkAudit(audit);
      for (const { code } of audit.findings) count(findings, code.replace(/^audit\//, ''));
      for (const { facts } of audit.natives)
        if (facts.problem !== undefined) count(problems, facts.problem.code);
    } catch (error) {
      if (!(error instanceof WheelworksError))
        throw new Error(`${name} fails with ${String(error)}`, { cause: error });
      count(refused, error.code);
    }
    count(kinds, kind);
    const { user, system } = process.cpuUsage(started);
    const seconds = (user + system) / 1e6;
    if (seconds > slowest.seconds) slowest = { seconds, name };
    if (seconds > LONGEST) throw new Error(`${name} takes ${seconds} s.`);
    const { heapUsed, external } = process.memoryUsage();
    memory = Math.max(memory, heapUsed + external);
    if (memory > MOST_MEMORY) throw new Error(`${name} leaves ${memory} bytes behind.`);
    if ((index + 1) % 1000 === 0) onProgress?.(result(index + 1));
  }
  return result(cases);
}

/** Audits a wheel with these files, and makes of it all that `wheelworks audit --json --explain` prints. */
export async function auditFiles(tags: string, files: ForgedFiles): Promise<Audit> {
  const contents = { ...files };
  const built = buildWheel({
    tags,
    files: contents,
    record: null,
    members: (members) => members.map((member) => ({ ...member, method: 0 })),
  });
  const wheel = await openWheelSource(openBytes(built.bytes), parseWheelFilename(built.filename));
  try {
    const audit = await auditWheel(wheel);
    JSON.stringify(auditReport(audit));
    if (audit.architecture !== undefined) explainTag(audit, `manylinux_2_17_${audit.architecture}`);
    return audit;
  } finally {
    await wheel.archive.close();
  }
}

/** What holds of every audit, whatever was in the wheel. */
export function checkAudit({ subject, natives, findings, verdicts, ...audit }: Audit): void {
  const fail = (what: string): never => {
    throw new Error(what);
  };
  if (natives.length !== subject.natives.length) fail('a native file is lost');
  const paths = new Set(subject.members.map(({ path }) => path));
  for (const { facts, tag } of natives) {
    if (!paths.has(facts.path)) fail(`${facts.path} is no member`);
    const isTold = facts.elf !== undefined || facts.problem !== undefined || facts.format !== 'elf';
    if (!isTold) fail(`nothing is said of ${facts.path}`);
    if (facts.problem !== undefined && !findings.some(({ path }) => path === facts.path))
      fail(`${facts.path} is damaged, and no finding says so`);
    if (tag !== undefined && !facts.loadable) fail(`${facts.path} has a tag and is not loadable`);
  }
  for (const { message, code } of findings)
    if (message === '' || !code.includes('/')) fail(`a finding says nothing: ${code}`);
  if (audit.architecture === undefined) return;
  const met = verdicts.filter(({ blockers }) => blockers.length === 0).map(({ tag }) => tag);
  const isMet = met.includes(audit.overallTag ?? '');
  if (met.length > 0 && !isMet) fail(`${audit.overallTag ?? 'no tag'} is none of ${met.join()}`);
  if (met.length === 0 && audit.overallTag !== `linux_${audit.architecture}`)
    fail(`${audit.overallTag ?? 'no tag'} is not met`);
}

interface Prepared extends FuzzSeed {
  readonly targets: ReturnType<typeof targetsOf>;
}

const TAGS = [
  'cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64',
  'cp312-cp312-manylinux_2_99_x86_64',
  'cp39-abi3-musllinux_1_2_aarch64',
  'cp310-cp310-linux_loongarch64',
  'cp314-cp314t-manylinux_2_36_loongarch64',
  'py3-none-any',
  'pp311-pypy311_pp73-manylinux_2_31_armv7l',
  'cp312-cp312-win_amd64',
] as const;

function makeCase(
  prepared: readonly Prepared[],
  random: Random,
): { readonly kind: string; readonly files: ForgedFiles; readonly tags: string } {
  const tags = TAGS[random(TAGS.length)] ?? TAGS[0];
  const forgeries = Object.entries(FORGERIES);
  const forgery = forgeries[random(forgeries.length)];
  if (forgery !== undefined && (prepared.length === 0 || random(2) === 0)) {
    const [kind, forge] = forgery;
    return { kind, files: forge(random), tags };
  }
  const files = Array.from({ length: 1 + random(2) }, (_, index): [string, Uint8Array] => {
    const chosen = prepared[random(prepared.length)];
    const bytes = chosen === undefined ? [] : mutate(chosen.bytes, chosen.targets, random);
    return [`pkg/native${index}.abi3.so`, Uint8Array.from(bytes)];
  });
  return { kind: 'mutated', files: Object.fromEntries(files), tags };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
