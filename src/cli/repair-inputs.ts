/** What `repair` and its auditwheel spelling share: sources, options and the run over all wheels. */
import { resolve } from 'node:path';
import type { Baseline } from '../platform/index.ts';
import type { RepairOptions, RepairPlan, RepairResult, RepairSession } from '../repair/index.ts';
import { InvalidValue } from './command.ts';
import type { CommandContext } from './context.ts';
import { eachInput, jobsForEach, type InputFailure } from './each-input.ts';
import { matchesName } from './glob.ts';
import { openSources, type LibraryOptionValues } from './library-options.ts';
import { TOOL_VERSION } from './version.ts';

/** Whether one of the patterns is for a library: for the name it is needed by, or for where it is. */
export function exclusion(patterns: readonly string[]): (nameOrPath: string) => boolean {
  return (nameOrPath) => patterns.some((pattern) => matchesName(pattern, nameOrPath));
}

/** @throws InvalidValue for what is no level of zlib. */
export function compressionLevel(text: string): number {
  if (/^[0-9]$/.test(text)) return Number(text);
  throw new InvalidValue('expected a number from 0 (stored) to 9 (smallest)');
}

/** @throws InvalidValue for what would lead out of the wheel. */
export function librarySuffix(text: string): string {
  if (/^[A-Za-z0-9._-]+$/.test(text) && !/^\.+$/.test(text)) return text;
  throw new InvalidValue('expected the ending of a folder name, such as .libs');
}

/** Opens the places that libraries come from, for all wheels of a run. @throws WheelworksError `audit/no-such-folder`. */
export async function openSession(
  options: LibraryOptionValues,
  place: { readonly context: CommandContext; readonly baselines: readonly Baseline[] | undefined },
): Promise<RepairSession> {
  const { openRepairSession } = await import('../repair/index.ts');
  const { realpath } = await import('node:fs/promises');
  const sources = await openSources(options, place);
  const { sysroot } = options;
  return openRepairSession({
    ...sources,
    toolVersion: TOOL_VERSION,
    ...(sysroot === undefined
      ? {}
      : { sysroot: await realpath(resolve(place.context.cwd, sysroot)) }),
  });
}

/** Plans or repairs every wheel; in the order of the inputs. */
export async function repairAll(
  wheels: readonly string[],
  {
    session,
    options,
    directoryOf,
    inPlace,
    context,
  }: {
    readonly session: RepairSession;
    readonly options: RepairOptions;
    readonly directoryOf: (path: string) => string;
    readonly inPlace: boolean;
    readonly context: CommandContext;
  },
): Promise<readonly (RepairResult | InputFailure)[]> {
  const { repairWheel } = await import('../repair/index.ts');
  const jobs = jobsForEach(wheels, context.jobs);
  const inputs = wheels.map((path) => ({ path }));
  return eachInput(inputs, context, async ({ path }) =>
    repairWheel(path, session, { ...options, jobs, directory: directoryOf(path), inPlace }),
  );
}

/** The plans alone. */
export async function planAll(
  wheels: readonly string[],
  {
    session,
    options,
    context,
  }: {
    readonly session: RepairSession;
    readonly options: RepairOptions;
    readonly context: CommandContext;
  },
): Promise<readonly (RepairPlan | InputFailure)[]> {
  const { planWheelRepair } = await import('../repair/index.ts');
  const inputs = wheels.map((path) => ({ path }));
  return eachInput(inputs, context, async ({ path }) => planWheelRepair(path, session, options));
}
