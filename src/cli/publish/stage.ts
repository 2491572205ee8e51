/** One upload to one index: prepared from what the user said, shown or carried out. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import type {
  Credentials,
  DescribedRequest,
  Destination,
  PublishPlan,
  PublishReport,
  RehearsalReport,
  RunPublishOptions,
  SignOptions,
} from '../../publish/index.ts';
import { WheelworksError, type ErrorReport } from '../../support/errors.ts';
import type { CommandContext } from '../context.ts';
import { interpreterSearch } from '../search-environment.ts';
import { TOOL_VERSION } from '../version.ts';
import {
  checkOptionsFor,
  credentialSources,
  findDestination,
  readTables,
  type PublishOptions,
} from './request.ts';

const DEFAULT_RETRIES = 4;
const DEFAULT_TIMEOUT = 180;
/** Indexes serve many; more at once are no faster. */
const MOST_AT_ONCE = 4;

/** Which index, and whether only what was published elsewhere may go there. */
export interface Stage {
  /** Undefined: whatever options and configuration say. */
  readonly name: string | undefined;
  readonly isPromotion: boolean;
  /** Addresses among the options are this stage's. */
  readonly usesAddresses: boolean;
}

/** As if no option were given. */
export const PLAIN_OPTIONS: PublishOptions = {
  repository: undefined,
  to: undefined,
  promoteTo: undefined,
  repositoryUrl: undefined,
  indexUrl: undefined,
  username: undefined,
  tokenFile: undefined,
  configFile: undefined,
  trustedPublishing: undefined,
  attestations: true,
  cert: undefined,
  clientCert: undefined,
  skipChecks: [],
  plan: undefined,
  expectFile: [],
  skipExisting: false,
  resend: false,
  retries: undefined,
  timeout: undefined,
  receipt: undefined,
  rehearse: false,
  rehearseOnly: false,
  dryRun: false,
  password: false,
  token: false,
};

/** A stage that is ready to be carried out, or to be shown. */
export interface PreparedStage {
  readonly plan: PublishPlan;
  readonly warnings: readonly string[];
  readonly dispatcher?: Dispatcher;
}

/**
 * The stages that options ask for, in order.
 * @throws WheelworksError `cli/conflicting-options` when one secret would go to two indexes.
 */
export function stagesOf(options: PublishOptions, context: CommandContext): readonly Stage[] {
  const { promoteTo } = options;
  const named = options.to ?? options.repository;
  const isFirstAsked = named !== undefined || options.repositoryUrl !== undefined;
  const first = { name: named, isPromotion: false, usesAddresses: true };
  if (promoteTo === undefined) return [first];
  const promotion = { name: promoteTo, isPromotion: true, usesAddresses: !isFirstAsked };
  if (!isFirstAsked) return [promotion];
  const given = ['UV_PUBLISH_TOKEN', 'TWINE_PASSWORD', 'UV_PUBLISH_PASSWORD'].find(
    (variable) => (context.env[variable] ?? '') !== '',
  );
  const secret = options.tokenFile === undefined ? given : '--token-file';
  if (secret !== undefined)
    throw new WheelworksError(
      'cli/conflicting-options',
      `${secret} holds the secret of one index, and two are asked for.`,
      {
        hint: 'Publish and promote in two runs; or have credentials of both in .pypirc, a keyring or the identity of the CI service.',
      },
    );
  return [first, promotion];
}

/**
 * Fails early when an upload that comes much later could not be made.
 * @throws WheelworksError `config/*`, `publish/no-credentials` and as the sources of credentials.
 */
export async function requireReachable(stage: Stage, context: CommandContext): Promise<void> {
  const { findCredentials, publishSettingsOf } = await import('../../publish/index.ts');
  const tables = await readTables(context);
  const settings = publishSettingsOf(tables, tables.path);
  const options = { ...PLAIN_OPTIONS, dryRun: true };
  const { destination } = await findDestination(stage, settings, { options, context });
  await findCredentials(destination, await credentialSources(destination, options, context));
}

/** Plans a stage; nothing is sent. */
export async function prepareStage(
  paths: readonly string[],
  stage: Stage,
  { options, context }: { readonly options: PublishOptions; readonly context: CommandContext },
): Promise<PreparedStage> {
  const { planPublish, publishSettingsOf } = await import('../../publish/index.ts');
  const tables = await readTables(context);
  const settings = publishSettingsOf(tables, tables.path);
  const resolved = await findDestination(stage, settings, { options, context });
  const { warnings } = resolved;
  const destination = context.offline ? withoutIndex(resolved.destination) : resolved.destination;
  for (const message of warnings) context.events({ type: 'note', level: 'warning', message });
  const found = options.rehearseOnly
    ? { credentials: undefined }
    : await credentialsOrProblem(destination, options, context);
  const { certificateDispatcher } = await import('./certificates.ts');
  const dispatcher = await certificateDispatcher(
    {
      trusted:
        options.cert ??
        context.env['TWINE_CERT'] ??
        destination.server?.caCert ??
        context.env['SSL_CERT_FILE'],
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
    isPromotion: stage.isPromotion,
    sendsAttestations: wantsAttestations(options, context),
    events: context.events,
    signal: context.signal,
    toolVersion: TOOL_VERSION,
    now: Date.now,
    timeoutMs: timeoutOf(options),
    ...connections,
  });
  return { plan, warnings, ...connections };
}

/** Carries a stage out. */
export async function runStage(
  { plan, warnings, dispatcher }: PreparedStage,
  options: PublishOptions,
  context: CommandContext,
): Promise<PublishReport> {
  const { runPublish } = await import('../../publish/index.ts');
  const report = await runPublish(plan, {
    ...runOptions(options, context),
    // The log is public: names of files for an index of one's own do not belong there.
    ...(wantsAttestations(options, context) && plan.destination.isPyPI
      ? { sign: signWith(context) }
      : {}),
    ...(dispatcher === undefined ? {} : { dispatcher }),
  });
  return { ...report, notes: [...warnings, ...report.notes] };
}

/** Carries a plan out on an index of this machine, and installs from there. */
export async function rehearseStage(
  plan: PublishPlan,
  options: PublishOptions,
  context: CommandContext,
): Promise<RehearsalReport> {
  const { rehearse } = await import('../../publish/index.ts');
  return rehearse(plan, {
    ...runOptions(options, context),
    search: await interpreterSearch(context),
  });
}

function withoutIndex({ index: _index, ...destination }: Destination): Destination {
  return destination;
}

/** The requests that a plan would send. */
export async function requestsOf(plan: PublishPlan): Promise<readonly DescribedRequest[]> {
  const { describeRequest } = await import('../../publish/index.ts');
  return plan.ranks.flatMap(({ files }) =>
    files
      .filter(({ action }) => action === 'send')
      .map(({ file }) => describeRequest(file, plan.destination, plan.credentials)),
  );
}

function runOptions(options: PublishOptions, context: CommandContext): RunPublishOptions {
  return {
    jobs: Math.min(context.jobs, MOST_AT_ONCE),
    retries: options.retries ?? DEFAULT_RETRIES,
    skipExisting: options.skipExisting,
    timeoutMs: timeoutOf(options),
    toolVersion: TOOL_VERSION,
    events: context.events,
    signal: context.signal,
    now: Date.now,
    pause: async (milliseconds) => pause(milliseconds, context.signal),
  };
}

function wantsAttestations({ attestations }: PublishOptions, { env }: CommandContext): boolean {
  return attestations && !/^(?:1|true|yes|on)$/i.test(env['UV_PUBLISH_NO_ATTESTATIONS'] ?? '');
}

/** With the identity of the CI service, for the public log. */
function signWith({ env, cwd, signal }: CommandContext): SignOptions {
  return {
    identity: async () => {
      const { ambientService, serviceIdentity, SIGSTORE_AUDIENCE } =
        await import('../../publish/index.ts');
      const service = await ambientService(env);
      if (service === undefined)
        throw new WheelworksError('trusted/no-identity', 'No CI service is there.');
      const options = { audience: SIGSTORE_AUDIENCE, cwd, signal };
      return (await serviceIdentity(service, env, options)).token;
    },
  };
}

function timeoutOf({ timeout }: PublishOptions): number {
  return (timeout ?? DEFAULT_TIMEOUT) * 1000;
}

/** Missing credentials are one problem among others: a dry run tells them all. */
async function credentialsOrProblem(
  destination: Destination,
  options: PublishOptions,
  context: CommandContext,
): Promise<{ credentials: Credentials | undefined; credentialsProblem?: ErrorReport }> {
  const { findCredentials } = await import('../../publish/index.ts');
  try {
    const sources = await credentialSources(destination, options, context);
    const { server: _server, ...bare } = destination;
    const asked = options.trustedPublishing === 'always' ? bare : destination;
    return { credentials: await findCredentials(asked, sources) };
  } catch (error) {
    const isProblem =
      error instanceof WheelworksError &&
      /^(?:publish|trusted|http|process)\//.test(error.code) &&
      error.code !== 'http/cancelled';
    if (!isProblem) throw error;
    return { credentials: undefined, credentialsProblem: error.toJSON() };
  }
}

/** Ends early when the run is interrupted. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    throw new WheelworksError('http/cancelled', 'The upload was cancelled.');
  });
}
