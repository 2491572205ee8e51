/** Runs releases of scripted projects in this process. */
import { readFileSync } from 'node:fs';
import { machine } from 'node:os';
import { join } from 'node:path';
import type { Interpreter } from '../../src/python/index.ts';
import {
  planRelease,
  runRelease,
  type JobReport,
  type ReleaseReport,
  type ReleaseRequest,
} from '../../src/release/index.ts';
import { ignoreEvents, type EventSink } from '../../src/support/progress/events.ts';
import { hostSession } from './repair-session.ts';

export interface RunOptions {
  readonly output?: string;
  readonly sourceRoot?: string;
  readonly testCommand?: string;
  readonly offline?: boolean;
  readonly isolated?: boolean;
  readonly frontend?: ReleaseRequest['frontend'];
  readonly env?: Readonly<Record<string, string>>;
  readonly force?: boolean;
  readonly sdist?: boolean;
  readonly jobs?: number;
  readonly signal?: AbortSignal;
  readonly events?: EventSink;
  /** Selectors besides the interpreters. */
  readonly selectors?: readonly string[];
}

/** Releases the project in a folder for some interpreters; no test command unless the project has one. */
export async function release(
  directory: string,
  interpreters: readonly Interpreter[],
  options: RunOptions = {},
): Promise<ReleaseReport> {
  const plan = await planRelease({
    directories: [directory],
    machine: machine(),
    today: '2026-11-20',
    output: options.output ?? `${directory}.out`,
    python: [...interpreters.map(({ path }) => path), ...(options.selectors ?? [])],
    isolated: options.isolated ?? true,
    offline: options.offline ?? false,
    configSettings: {},
    sdist: options.sdist ?? false,
    frontend: options.frontend ?? 'direct',
    ...(options.testCommand === undefined ? {} : { testCommand: options.testCommand }),
    ...(options.sourceRoot === undefined ? {} : { sourceRoot: options.sourceRoot }),
    search: {
      platform: process.platform,
      env: { PATH: process.env['PATH'], PIP_CONFIG_FILE: '/dev/null', ...options.env },
      home: join(directory, 'no home'),
      cwd: process.cwd(),
    },
  });
  const session = await hostSession();
  return runRelease(plan, {
    jobs: options.jobs ?? 2,
    events: options.events ?? ignoreEvents,
    signal: options.signal ?? new AbortController().signal,
    toolVersion: 'test',
    repair: async () => session,
    force: options.force ?? false,
  });
}

/** What matters of each job, in order. */
export function outcomes(report: ReleaseReport): readonly string[] {
  return report.jobs.map(({ origin, test, error }) =>
    [origin ?? 'none', test, ...(error === undefined ? [] : [error.code])].join(' '),
  );
}

/** The text of a job's last log. */
export function lastLog(report: ReleaseReport, job: JobReport | undefined): string {
  return readFileSync(join(report.output, job?.logs.at(-1) ?? ''), 'utf8');
}
