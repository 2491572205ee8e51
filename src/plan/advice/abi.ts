/**
 * How many files the stable ABI would save.
 *
 * Source: PEP 384 (abi3; not for free-threaded Pythons), PEP 803 (abi3t, from CPython 3.15 on, in one wheel with abi3).
 */
import type { Project } from '../../project/index.ts';
import type { PlanAdvice, PlannedJob } from '../model.ts';

const FIRST_ABI3T = 15;

/** Advice on abi3 for a project that does not use it, and on abi3t for one that uses only that. */
export function abiAdvice(project: Project, jobs: readonly PlannedJob[]): readonly PlanAdvice[] {
  const cpython = jobs.filter(({ python }) => python.implementation === 'cpython');
  if (project.abi.kind === 'unknown') return abi3(project, cpython);
  if (project.abi.kind === 'stable' && !project.abi.freeThreaded) return abi3t(cpython);
  return [];
}

function abi3({ buildSystem }: Project, jobs: readonly PlannedJob[]): readonly PlanAdvice[] {
  const plain = jobs.filter(({ python }) => !python.freeThreaded);
  const free = jobs.filter(({ python }) => python.freeThreaded);
  const files = new Set(plain.map(targetOf)).size;
  if (plain.length <= files) return [];
  const oldest = Math.min(...plain.map(minorOf));
  const refuses =
    buildSystem.backend.startsWith('setuptools') && free.length > 0
      ? ' setuptools takes py_limited_api for Pythons with the GIL alone: set it for those.'
      : '';
  return [
    {
      code: 'plan/abi3',
      message: `abi3 would replace ${plain.length} of these ${jobs.length} files by ${files} (cp3${oldest}-abi3)${others(free)}.${refuses}`,
      jobs: plain.map(({ id }) => id),
    },
  ];
}

/** What becomes of the wheels for free-threaded Pythons. */
function others(free: readonly PlannedJob[]): string {
  const taken = free.filter((job) => minorOf(job) >= FIRST_ABI3T);
  const kept = tagsOf(free.filter((job) => minorOf(job) < FIRST_ABI3T));
  if (taken.length === 0) return kept === '' ? '' : `; ${kept} has no stable ABI`;
  return `; abi3t ${kept === '' ? 'the others' : `those of ${tagsOf(taken)}, while ${kept} has no stable ABI`}`;
}

function abi3t(jobs: readonly PlannedJob[]): readonly PlanAdvice[] {
  const taken = jobs.filter((job) => job.python.freeThreaded && minorOf(job) >= FIRST_ABI3T);
  if (taken.length === 0) return [];
  return [
    {
      code: 'plan/abi3t',
      message: `abi3t would replace the ${taken.length === 1 ? 'file' : `${taken.length} files`} of ${tagsOf(taken)} and all later free-threaded Pythons by cp315-abi3.abi3t (PEP 803).`,
      jobs: taken.map(({ id }) => id),
    },
  ];
}

function minorOf({ python }: PlannedJob): number {
  return Number(python.version.slice(2));
}

function targetOf({ id }: PlannedJob): string {
  return id.slice(id.indexOf('-') + 1);
}

function tagsOf(jobs: readonly PlannedJob[]): string {
  return [...new Set(jobs.map(({ python }) => python.tag))].join(', ');
}
