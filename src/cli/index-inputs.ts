/** The options of `index build` as those of the feature. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type {
  BucketOptions,
  CollectOptions,
  ForgeOptions,
  MakeIndexOptions,
  SourceResult,
} from '../index/index.ts';
import { openCache } from '../support/cache.ts';
import { WheelworksError, fileError } from '../support/errors.ts';
import { parseHttpUrl } from '../support/http.ts';
import { Secret } from '../support/secret.ts';
import type { CommandContext } from './context.ts';
import { expandInputs } from './inputs.ts';
import { isGlob } from './glob.ts';
import { sourceDate } from './source-date.ts';
import { TOOL_VERSION } from './version.ts';

const SUFFIXES = ['.whl', '.tar.gz', '.zip'];

/** What the command line gives. */
export interface IndexOptions {
  readonly output: string;
  readonly files: 'copy' | 'link' | 'refer';
  readonly filesUrl: string | undefined;
  readonly baseUrl: string | undefined;
  readonly title: string | undefined;
  readonly channel: readonly string[];
  readonly yank: readonly string[];
  readonly yanks: string | undefined;
  readonly status: readonly string[];
  readonly fileTimes: boolean;
  readonly hashRemote: boolean;
  readonly apiUrl: string | undefined;
  readonly endpointUrl: string | undefined;
  readonly dryRun: boolean;
  readonly allowEmpty: boolean;
}

/**
 * Reads all inputs; patterns are expanded.
 * @throws WheelworksError `cli/no-such-input`, `cli/offline`, and as `collectFiles`.
 */
export async function indexInputs(
  inputs: readonly string[],
  options: IndexOptions,
  context: CommandContext,
): Promise<SourceResult> {
  const { collectFiles, isRemoteSource } = await import('../index/index.ts');
  const sources: string[] = [];
  for (const input of inputs) {
    if (isRemoteSource(input)) {
      if (context.offline)
        throw new WheelworksError('cli/offline', `${input} is not on this machine.`, {
          hint: 'Leave --offline out.',
        });
      sources.push(input);
    } else if (isGlob(input)) {
      const paths = await expandInputs([input], { cwd: context.cwd, suffixes: SUFFIXES });
      sources.push(...paths.map((path) => resolve(context.cwd, path)));
    } else sources.push(resolve(context.cwd, input));
  }
  return collectFiles(sources, collectOptions(options, context));
}

function collectOptions({ apiUrl }: IndexOptions, context: CommandContext): CollectOptions {
  const { env, jobs, signal } = context;
  const common = { ...(apiUrl === undefined ? {} : { apiUrl }), request: { signal } };
  return {
    jobs: Math.max(jobs, 8),
    client: { signal },
    github: { ...common, ...githubToken(env) },
    gitlab: { ...common, ...gitlabToken(env) },
  };
}

function githubToken(env: CommandContext['env']): Pick<ForgeOptions, 'token'> {
  const token = firstSet(env, ['GITHUB_TOKEN', 'GH_TOKEN']);
  return token === undefined
    ? {}
    : { token: { header: 'authorization', value: new Secret(`Bearer ${token}`) } };
}

function gitlabToken(env: CommandContext['env']): Pick<ForgeOptions, 'token'> {
  const own = firstSet(env, ['GITLAB_TOKEN']);
  if (own !== undefined) return { token: { header: 'private-token', value: new Secret(own) } };
  const job = firstSet(env, ['CI_JOB_TOKEN']);
  return job === undefined ? {} : { token: { header: 'job-token', value: new Secret(job) } };
}

function firstSet(env: CommandContext['env'], names: readonly string[]): string | undefined {
  return names
    .map((name) => env[name]?.trim())
    .find((value) => value !== undefined && value !== '');
}

/**
 * All options but the files.
 * @throws WheelworksError `index/*` and `config/*` for what is wrong with one, `file/*`.
 */
export async function indexSettings(
  options: IndexOptions,
  context: CommandContext,
): Promise<Omit<MakeIndexOptions, 'files'>> {
  const { bucketTarget, folderTarget, parseChannel, parseStatus, remoteReader } =
    await import('../index/index.ts');
  const { cwd, jobs, events, signal, env } = context;
  const isBucket = options.output.startsWith('s3://');
  const folder = resolve(cwd, options.output);
  const cache = openCache(context.cacheDirectory, events);
  const { modified } = sourceDate(env);
  const { title, channel, status } = options;
  return {
    target: isBucket
      ? await bucketTarget(options.output, bucketOptions(options, context))
      : folderTarget(folder, { link: options.files === 'link' }),
    ...(isBucket ? {} : { folder }),
    ...(options.files === 'refer' ? { filesUrl: requireFilesUrl(options.filesUrl) } : {}),
    ...(options.baseUrl === undefined ? {} : { baseUrl: folderUrl(options.baseUrl) }),
    ...(title === undefined ? {} : { title }),
    channels: channel.map((each) => parseChannel(each)),
    yanks: await readYanks(options, context),
    statuses: new Map(status.map((each) => parseStatus(each))),
    ...(options.fileTimes
      ? { fileTimes: modified === undefined ? {} : { latest: modified.getTime() } }
      : {}),
    ...(options.hashRemote ? { readRemote: remoteReader(cache, { signal }) } : {}),
    pageVersion: TOOL_VERSION,
    dryRun: options.dryRun,
    allowEmpty: options.allowEmpty,
    cache,
    now: () => modified?.getTime() ?? Date.now(),
    jobs,
    events,
    signal,
  };
}

function bucketOptions(
  { endpointUrl }: IndexOptions,
  { env, jobs }: CommandContext,
): BucketOptions {
  const region = firstSet(env, ['AWS_REGION', 'AWS_DEFAULT_REGION']);
  return {
    jobs,
    ...(endpointUrl === undefined
      ? {}
      : { endpointUrl: parseHttpUrl(endpointUrl).href, region: region ?? 'us-east-1' }),
    ...(region === undefined ? {} : { region }),
  };
}

function requireFilesUrl(url: string | undefined): string {
  if (url !== undefined) return folderUrl(url);
  throw new WheelworksError('index/files-url', 'It is not known where the files will be.', {
    hint: 'Give --files-url, the address of the folder that they are in.',
  });
}

/** @throws WheelworksError `http/bad-url`. */
function folderUrl(text: string): string {
  const url = parseHttpUrl(text);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  url.search = '';
  url.hash = '';
  return url.href;
}

async function readYanks(
  options: IndexOptions,
  context: CommandContext,
): Promise<NonNullable<MakeIndexOptions['yanks']>> {
  const { parseYank, parseYanks } = await import('../index/index.ts');
  const single = options.yank.map((each) => parseYank(each));
  if (options.yanks === undefined) return single;
  const path = resolve(context.cwd, options.yanks);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
  return [...parseYanks(text, options.yanks), ...single];
}
