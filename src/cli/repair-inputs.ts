/** What `repair` and its auditwheel spelling share: values of options, and the run over all wheels. */
import { dirname, resolve } from 'node:path';
import type { Baseline } from '../platform/index.ts';
import type {
  RepairOptions,
  RepairPlace,
  RepairPlan,
  RepairResult,
  RepairSession,
} from '../repair/index.ts';
import { EXIT, InvalidValue, type ExitCode } from './command.ts';
import type { CommandContext } from './context.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  type InputFailure,
} from './each-input.ts';
import { matchesName } from './glob.ts';
import { openSources, type LibraryOptionValues } from './library-options.ts';
import { planReport, repairReport } from './render/repair-report.ts';
import { renderPlan, renderPlanTotals, renderRepaired, renderTotals } from './render/repair.ts';
import { sourceDate } from './source-date.ts';
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

/** What is to be repaired, and how. */
export interface RepairRun {
  readonly wheels: readonly string[];
  readonly libraries: LibraryOptionValues;
  readonly baselines: readonly Baseline[] | undefined;
  readonly settings: RepairOptions;
  readonly dryRun: boolean;
  /** Where repaired wheels go; undefined to put each in the place of the original. */
  readonly directory: string | undefined;
}

/** Plans or repairs every wheel and shows what came of it, in the order of the inputs. @throws WheelworksError `audit/no-such-folder`. */
export async function runRepairs(run: RepairRun, context: CommandContext): Promise<ExitCode> {
  const { baselines, wheels } = run;
  const session = await openSession(run.libraries, { context, baselines });
  const settings: RepairOptions = {
    ...run.settings,
    events: context.events,
    signal: context.signal,
    ...sourceDate(context.env),
    ...(baselines === undefined ? {} : { baselines }),
  };
  const { planWheelRepair, repairWheel } = await import('../repair/index.ts');
  const inputs = wheels.map((path) => ({ path }));
  if (run.dryRun)
    return showPlans(
      await eachInput(inputs, context, async ({ path }) =>
        planWheelRepair(path, session, settings),
      ),
      context,
    );
  const { directory } = run;
  const place = (path: string): RepairPlace =>
    directory === undefined ? { directory: dirname(path), inPlace: true } : { directory };
  const jobs = jobsForEach(wheels, context.jobs);
  return showRepairs(
    await eachInput(inputs, context, async ({ path }) =>
      repairWheel(path, session, { ...settings, jobs, ...place(path) }),
    ),
    context,
  );
}

function showPlans(
  plans: readonly (RepairPlan | InputFailure)[],
  context: CommandContext,
): ExitCode {
  if (context.json)
    context.writeJson({
      schema: 'wheelworks.repair/1',
      dryRun: true,
      files: plans.map((each) => (isFailure(each) ? each : planReport(each))),
    });
  showEach(plans, context, renderPlan);
  context.stdout(renderPlanTotals(plans, context));
  return exitOf(plans);
}

function showRepairs(
  results: readonly (RepairResult | InputFailure)[],
  context: CommandContext,
): ExitCode {
  if (context.json)
    context.writeJson({
      schema: 'wheelworks.repair/1',
      files: results.map((each) => (isFailure(each) ? each : repairReport(each))),
    });
  showEach(results, context, renderRepaired);
  context.stdout(renderTotals(results, context));
  return exitOf(results);
}

function showEach<Result extends object>(
  results: readonly (Result | InputFailure)[],
  context: CommandContext,
  render: (result: Result, context: CommandContext) => string,
): void {
  for (const [index, result] of results.entries()) {
    if (index > 0) context.stdout('\n');
    if (!isFailure(result)) context.stdout(render(result, context));
    else if (!context.json) context.stderr(renderFailedInput(result, context));
  }
}

function exitOf(results: readonly object[]): ExitCode {
  return results.some(isFailure) ? EXIT.problems : EXIT.done;
}

/** The places that libraries come from, for all wheels of a run. */
async function openSession(
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
