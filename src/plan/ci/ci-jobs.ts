/** How a plan is spread over the jobs of a CI service. */
import type {
  BuildEnvironmentKind,
  BuildPlan,
  PlannedJob,
  PlannedPlatform,
  PlannedPython,
} from '../model.ts';

/** What one job of a CI service builds and tests, on one machine. */
export interface CiJob {
  /** The first of its identifiers; no other job of the plan has it. */
  readonly id: string;
  /** In the plan's order. More than one where a single wheel serves them all: built once, tested on each. */
  readonly ids: readonly string[];
  /** Names of the packages that have one of these identifiers, in the order in which they are built. */
  readonly packages: readonly string[];
  readonly platform: PlannedPlatform;
  readonly arch: string;
  readonly environment: BuildEnvironmentKind;
  /** Each Python once, in the plan's order. */
  readonly pythons: readonly PlannedPython[];
}

/**
 * One job for each identifier, with all packages that have it, so that packages which need each other meet on one
 * machine. Identifiers that wait for the same file, as those of an abi3 wheel do, are one job: built apart, they
 * would make that file again and again.
 */
export function ciJobs(plan: BuildPlan): readonly CiJob[] {
  const leaders = new Map<string, string>();
  const makers = new Map<string, string>();
  for (const job of plan.jobs) {
    const file = JSON.stringify([job.package, job.platform, job.arch, job.libc, job.expects]);
    const maker = makers.get(file);
    if (maker === undefined) makers.set(file, job.id);
    join(leaders, maker ?? job.id, job.id);
  }
  const groups = new Map<string, PlannedJob[]>();
  for (const job of plan.jobs) {
    const leader = leaderOf(leaders, job.id);
    const group = groups.get(leader);
    if (group === undefined) groups.set(leader, [job]);
    else group.push(job);
  }
  return [...groups.values()].flatMap(toCiJob);
}

function toCiJob(jobs: readonly PlannedJob[]): readonly CiJob[] {
  const [first] = jobs;
  if (first === undefined) return [];
  return [
    {
      id: first.id,
      ids: [...new Set(jobs.map(({ id }) => id))],
      packages: [...new Set(jobs.map((job) => job.package))],
      platform: first.platform,
      arch: first.arch,
      environment: first.environment,
      pythons: [...new Map(jobs.map(({ python }) => [python.tag, python])).values()],
    },
  ];
}

function leaderOf(leaders: ReadonlyMap<string, string>, id: string): string {
  let leader = id;
  for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader))
    leader = next;
  return leader;
}

function join(leaders: Map<string, string>, first: string, second: string): void {
  const [one, other] = [leaderOf(leaders, first), leaderOf(leaders, second)];
  if (one !== other) leaders.set(other, one);
}
