import { setTimeout as sleep } from 'node:timers/promises';
import { resolve } from 'node:path';
import type { Credentials, Destination, PublishPlan } from '../../publish/index.ts';
import { WheelworksError, type ErrorReport } from '../../support/errors.ts';
import { defineCommand, EXIT, type ExitCode, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { expandInputs } from '../inputs.ts';
import { certificateDispatcher } from '../publish/certificates.ts';
import { PUBLISH_OPTIONS } from '../publish/options.ts';
import {
  checkOptionsFor,
  credentialSources,
  findDestination,
  readTables,
  refuseSecretArguments,
  type PublishOptions,
} from '../publish/request.ts';
import { planDocument, renderPublishPlan, renderPublishReport } from '../render/publish.ts';
import { TOOL_VERSION } from '../version.ts';

const SUFFIXES = ['.whl', '.tar.gz', '.zip'];
const DEFAULT_RETRIES = 4;
const DEFAULT_TIMEOUT = 180;
/** Indexes serve many; more at once are no faster. */
const MOST_AT_ONCE = 4;

export const command: RunnableCommand = defineCommand({
  name: 'publish',
  summary: 'upload distributions: checked first, in a safe order, resumable',
  description: `Uploads wheels and sdists to PyPI, TestPyPI or any index with the same upload API.

Before the first byte everything is checked: the files as wheelworks check does, that none is missing, and what the index has already. The same name with the same bytes is done; with other bytes nothing is sent. Narrow wheels go first and the sdist last, dependencies before what needs them: a release that stops half-way installs nothing wrong. A receipt tells what went where; the same command again goes on from it.

Credentials come from --token-file, the variables of twine and uv, .pypirc or a keyring, never from the command line.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: PUBLISH_OPTIONS,
  examples: [
    {
      run: 'wheelworks publish --dry-run dist/*',
      explains: 'what would be sent, and what stops it',
    },
    { run: 'wheelworks publish --to testpypi dist/*', explains: 'to the index for tries' },
    {
      run: "wheelworks publish --expect-file '*-cp313-*-manylinux*_aarch64.whl' dist/*",
      explains: 'a release that lacks a wheel is not sent',
    },
    {
      run: 'pass show pypi | wheelworks publish --token-file - dist/*',
      explains: 'a token from a password manager',
    },
  ],
  async run(args, options, context) {
    refuseSecretArguments(options);
    const paths = await expandInputs(args.file, { cwd: context.cwd, suffixes: SUFFIXES });
    const prepared = await prepare(
      paths.map((path) => resolve(context.cwd, path)),
      options,
      context,
    );
    const { plan } = prepared;
    if (options.dryRun || plan.problems.length > 0) return showPlan(prepared, options, context);
    const { runPublish } = await import('../../publish/index.ts');
    context.signal.addEventListener(
      'abort',
      () =>
        context.stderr('What was sent is in the receipt; the same command goes on from there.\n'),
      { once: true },
    );
    const report = await runPublish(plan, {
      jobs: Math.min(context.jobs, MOST_AT_ONCE),
      retries: options.retries ?? DEFAULT_RETRIES,
      skipExisting: options.skipExisting,
      timeoutMs: (options.timeout ?? DEFAULT_TIMEOUT) * 1000,
      toolVersion: TOOL_VERSION,
      events: context.events,
      signal: context.signal,
      now: Date.now,
      pause: async (milliseconds) => pause(milliseconds, context.signal),
      ...(prepared.dispatcher === undefined ? {} : { dispatcher: prepared.dispatcher }),
    });
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.publish/1',
        ...report,
        notes: [...prepared.warnings, ...report.notes],
      });
    context.stdout(renderPublishReport(report, plan, context));
    if (!report.ok) return EXIT.problems;
    return report.nothingToDo ? EXIT.nothingToDo : EXIT.done;
  },
});

interface Prepared {
  readonly plan: PublishPlan;
  readonly warnings: readonly string[];
  readonly dispatcher?: NonNullable<Awaited<ReturnType<typeof certificateDispatcher>>>;
}

async function prepare(
  paths: readonly string[],
  options: PublishOptions,
  context: CommandContext,
): Promise<Prepared> {
  const { planPublish, publishSettingsOf } = await import('../../publish/index.ts');
  const tables = await readTables(context);
  const settings = publishSettingsOf(tables, tables.path);
  const { destination, warnings } = await findDestination(options, settings, context);
  if (context.offline)
    throw new WheelworksError('cli/offline', 'Nothing can be published with --offline.', {
      hint: 'wheelworks check works without a network.',
    });
  for (const message of warnings) context.events({ type: 'note', level: 'warning', message });
  const found = await credentialsOrProblem(destination, options, context);
  const dispatcher = await certificateDispatcher(
    {
      trusted: options.cert ?? context.env['TWINE_CERT'] ?? destination.server?.caCert,
      own: options.clientCert ?? destination.server?.clientCert,
    },
    context.cwd,
  );
  const connections = dispatcher === undefined ? {} : { dispatcher };
  const plan = await planPublish({
    paths,
    destination,
    ...found,
    check: await checkOptionsFor(options, { settings, tables }, context),
    receipt: {
      folder: context.cwd,
      ...(options.receipt === undefined ? {} : { file: resolve(context.cwd, options.receipt) }),
    },
    skipExisting: options.skipExisting,
    resend: options.resend,
    events: context.events,
    signal: context.signal,
    toolVersion: TOOL_VERSION,
    now: Date.now,
    timeoutMs: (options.timeout ?? DEFAULT_TIMEOUT) * 1000,
    ...connections,
  });
  return { plan, warnings, ...connections };
}

/** Missing credentials are one problem among others: a dry run tells them all. */
async function credentialsOrProblem(
  destination: Destination,
  options: PublishOptions,
  context: CommandContext,
): Promise<{ credentials: Credentials | undefined; credentialsProblem?: ErrorReport }> {
  const { findCredentials } = await import('../../publish/index.ts');
  try {
    const sources = await credentialSources(options, context);
    return { credentials: await findCredentials(destination, sources) };
  } catch (error) {
    if (!(error instanceof WheelworksError) || !error.code.startsWith('publish/')) throw error;
    return { credentials: undefined, credentialsProblem: error.toJSON() };
  }
}

async function showPlan(
  { plan, warnings }: Prepared,
  options: PublishOptions,
  context: CommandContext,
): Promise<ExitCode> {
  const { describeRequest } = await import('../../publish/index.ts');
  const requests = options.dryRun
    ? plan.ranks.flatMap(({ files }) =>
        files
          .filter(({ action }) => action === 'send')
          .map(({ file }) => describeRequest(file, plan.destination, plan.credentials)),
      )
    : [];
  if (context.json)
    context.writeJson({
      schema: 'wheelworks.publish/1',
      dryRun: options.dryRun,
      ...planDocument(plan),
      ...(options.dryRun ? { requests } : {}),
      notes: [...warnings, ...plan.notes],
    });
  context.stdout(
    renderPublishPlan(
      plan,
      { isDryRun: options.dryRun, requests: context.verbose ? requests : [] },
      context,
    ),
  );
  return plan.problems.length > 0 ? EXIT.problems : EXIT.done;
}

/** Ends early when the run is interrupted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new WheelworksError('http/cancelled', 'The upload was cancelled.');
  });
}
