/**
 * A publication for tries: the same files, in the same order, through the same code, to an index on this machine that has
 * PyPI's rules; then installed from there as users will.
 */
import { join } from 'node:path';
import { startServer, type RunningServer } from '../serve/index.ts';
import type { ErrorReport } from '../support/errors.ts';
import { runTask } from '../support/progress/events.ts';
import { withTemporaryDirectory } from '../support/temporary.ts';
import { findCredentials } from './credentials.ts';
import type { Destination } from './destination.ts';
import { tryInstall, type InstallSearch, type InstallTrial } from './install-trial.ts';
import type { PublishPlan } from './plan.ts';
import { openReceipt } from './receipt.ts';
import { runPublish, type PublishReport, type RunPublishOptions } from './run.ts';

export interface RehearsalReport {
  readonly report: PublishReport;
  /** Everything that the index had to say of files it refused, not only what it answered. */
  readonly violations: readonly ErrorReport[];
  readonly trials: readonly InstallTrial[];
  /** All was taken, and nothing that was installed failed. */
  readonly ok: boolean;
}

/** How to rehearse: as the publication itself, without attestations. */
export interface RehearsalOptions extends Omit<RunPublishOptions, 'sign' | 'dispatcher'> {
  /** Where Pythons are looked for; nothing is installed without. */
  readonly search?: InstallSearch;
}

/**
 * Rehearses a plan that has no problems.
 * @throws WheelworksError `serve/*`, `file/*`, `process/*`, `http/cancelled`.
 */
export async function rehearse(
  plan: PublishPlan,
  options: RehearsalOptions,
): Promise<RehearsalReport> {
  return withTemporaryDirectory('wheelworks-rehearsal-', async (folder) => {
    const server = await startServer({
      root: join(folder, 'index'),
      rules: 'pypi',
      // A limit that was raised is not known here, and size was judged before.
      fileLimit: Math.max(100 << 20, ...filesOf(plan).map(({ size }) => size)),
    });
    try {
      const report = await runPublish(await planFor(plan, server, folder, options), options);
      const { search } = options;
      const trials =
        !report.ok || search === undefined
          ? []
          : await runTask(
              options.events,
              { id: 'install', label: 'install from there' },
              async () =>
                tryInstall(filesOf(plan), server.simpleUrl, {
                  ...search,
                  folder,
                  signal: options.signal,
                }),
            );
      return {
        report,
        violations: violationsOf(server),
        trials,
        ok: report.ok && trials.every(({ outcome }) => outcome !== 'failed'),
      };
    } finally {
      await server.close();
    }
  });
}

function filesOf({
  ranks,
}: PublishPlan): readonly PublishPlan['ranks'][number]['files'][number]['file'][] {
  return ranks.flatMap(({ files }) => files.map(({ file }) => file));
}

/** The same plan for the other index, where nothing is there yet. */
async function planFor(
  plan: PublishPlan,
  server: RunningServer,
  folder: string,
  { toolVersion, now }: RehearsalOptions,
): Promise<PublishPlan> {
  const destination: Destination = {
    name: 'rehearsal',
    title: 'the rehearsal',
    upload: server.uploadUrl,
    index: server.simpleUrl,
    isIndexGuessed: false,
    isPyPI: true,
    source: 'the rehearsal',
  };
  const [token] = server.tokens;
  const credentials = await findCredentials(destination, {
    variables: { isToken: false },
    ...(token === undefined
      ? {}
      : { token: { value: token.secret, variable: 'the rehearsal itself' } }),
  });
  return {
    ...plan,
    destination,
    credentials,
    ranks: plan.ranks.map(({ label, files }) => ({
      label,
      files: files.map(({ file }) => ({ file, action: 'send' })),
    })),
    problems: [],
    notes: [],
    forecasts: [],
    attestations: new Map(),
    receipt: await openReceipt(join(folder, 'receipt.json'), filesOf(plan), {
      tool: `wheelworks ${toolVersion}`,
      now,
    }),
  };
}

function violationsOf(server: RunningServer): readonly ErrorReport[] {
  return server.uploads().flatMap(({ filename, judgement }) =>
    judgement.status < 400
      ? []
      : judgement.violations.map(({ rule, message }) => ({
          code: `publish/rehearsal` as const,
          message: `PyPI would refuse ${filename ?? 'a file'}: ${message}`,
          evidence: `rule ${rule}`,
        })),
  );
}
