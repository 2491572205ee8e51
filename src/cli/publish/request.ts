/** What a publication is asked to do, gathered from options, variables, pyproject.toml, `.pypirc` and a keyring. */
import { createReadStream } from 'node:fs';
import { join, resolve } from 'node:path';
import { isatty } from 'node:tty';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { findExecutable } from '../../support/find-executable.ts';
import { Secret } from '../../support/secret.ts';
import type { CheckSetOptions } from '../../check/index.ts';
import type {
  Credentials,
  CredentialSources,
  Destination,
  PublishSettings,
} from '../../publish/index.ts';
import { checkOptionsFrom } from '../check-inputs.ts';
import type { OptionValues } from '../command.ts';
import type { CommandContext } from '../context.ts';
import type { Stage } from './stage.ts';
import type { PUBLISH_OPTIONS } from './options.ts';

export type PublishOptions = OptionValues<typeof PUBLISH_OPTIONS>;

/**
 * Refuses secrets in the command line: it is seen by every process of the machine, and ends in histories and logs.
 * @throws WheelworksError `cli/secret-argument`
 */
export function refuseSecretArguments(options: PublishOptions): void {
  const given = options.password ? '--password' : '--token';
  if (!options.password && !options.token) return;
  throw new WheelworksError(
    'cli/secret-argument',
    `${given} is not taken: a secret has no place in a command line.`,
    {
      evidence:
        'every process of the machine can read it there, and shells and CI services keep it',
      hint: 'Use --token-file FILE, --token-file - for standard input, or the variable UV_PUBLISH_TOKEN. Was it a real token? Revoke it.',
    },
  );
}

/** The tables of pyproject.toml in the current folder that a publication reads. */
export interface ProjectTables {
  readonly path: string;
  readonly publish: unknown;
  readonly check: unknown;
  readonly uvIndex: unknown;
}

/** @throws WheelworksError `config/bad-pyproject`, `file/*`. */
export async function readTables({ cwd }: CommandContext): Promise<ProjectTables> {
  const { readPyproject } = await import('../../project/index.ts');
  const path = join(cwd, 'pyproject.toml');
  const tool: unknown = (await readPyproject(path))?.tool;
  const own = tableOf(tool, 'wheelworks');
  return {
    path,
    publish: tableOf(own, 'publish'),
    check: tableOf(own, 'check'),
    uvIndex: tableOf(tableOf(tool, 'uv'), 'index'),
  };
}

function tableOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** Where the upload goes, and what is worth a warning on the way. */
export async function findDestination(
  stage: Stage,
  settings: PublishSettings,
  { options, context }: { readonly options: PublishOptions; readonly context: CommandContext },
): Promise<{ readonly destination: Destination; readonly warnings: readonly string[] }> {
  const { readPypirc, readVariables, resolveDestination } = await import('../../publish/index.ts');
  const path =
    options.configFile === undefined
      ? join(context.home, '.pypirc')
      : resolve(context.cwd, options.configFile);
  const pypirc = await readPypirc(path, context.platform);
  if (pypirc === undefined && options.configFile !== undefined)
    throw new WheelworksError('file/not-found', `${path} does not exist.`, { path });
  const addresses = stage.usesAddresses ? options : undefined;
  const destination = resolveDestination({
    variables: readVariables(context.env),
    settings,
    ...(stage.name === undefined ? {} : { repository: stage.name }),
    ...(addresses?.repositoryUrl === undefined ? {} : { repositoryUrl: addresses.repositoryUrl }),
    ...(addresses?.indexUrl === undefined ? {} : { indexUrl: addresses.indexUrl }),
    ...(pypirc === undefined ? {} : { pypirc }),
  });
  return {
    destination,
    warnings:
      pypirc?.isOpenToOthers === true
        ? [`${path} holds passwords and others may read it: chmod 600 ${path}`]
        : [],
  };
}

/** Where credentials are looked for. */
export async function credentialSources(
  destination: Destination,
  options: PublishOptions,
  context: CommandContext,
): Promise<CredentialSources> {
  const { askKeyring, githubMaskLine, readVariables, trustedCredentials, unaskedCredentials } =
    await import('../../publish/index.ts');
  const { env, cwd, platform, signal } = context;
  const { trustedPublishing: when = 'automatic' } = options;
  const trusted = async (): Promise<Credentials | undefined> =>
    options.dryRun
      ? unaskedCredentials(env)
      : trustedCredentials(destination.upload, env, {
          cwd,
          signal,
          clock: Date.now,
          // To standard error: with --json the other is a document.
          onToken: (token) => {
            const line = githubMaskLine(env, token);
            if (line !== undefined) context.stderr(`${line}\n`);
          },
        });
  if (when === 'always') return { variables: readVariables({}), trusted, mustBeTrusted: true };
  const keyring = await findExecutable('keyring', env, platform);
  return {
    variables: readVariables(env),
    ...(when === 'never' ? {} : { trusted }),
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.tokenFile === undefined
      ? {}
      : { token: await readToken(options.tokenFile, context) }),
    ...(keyring === undefined
      ? {}
      : {
          keyring: async (service, user) =>
            askKeyring(keyring, { service, user }, { cwd, env, signal }),
        }),
  };
}

const LONGEST_TOKEN = 64 * 1024;

async function readToken(
  name: string,
  { cwd }: CommandContext,
): Promise<NonNullable<CredentialSources['token']>> {
  const isStandard = name === '-';
  if (isStandard && isatty(0))
    throw new WheelworksError(
      'cli/secret-argument',
      'A token is not typed into a terminal: it would be shown.',
      {
        hint: 'Pipe it in: some-command | wheelworks publish --token-file - FILE...',
      },
    );
  const path = resolve(cwd, name);
  const stream = isStandard ? createReadStream('', { fd: 0 }) : createReadStream(path);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_TOKEN) break;
    }
  } catch (error) {
    throw fileError(error, path);
  }
  const value = Buffer.concat(chunks).toString('utf8').trim();
  if (value !== '' && length <= LONGEST_TOKEN && !/[\r\n]/.test(value))
    return { value: new Secret(value), variable: isStandard ? 'standard input' : path };
  throw new WheelworksError(
    'publish/bad-token-file',
    `${isStandard ? 'Standard input' : path} holds no token.`,
    {
      evidence: value === '' ? 'it is empty' : 'it is more than one line',
      hint: 'Write the token into it, and nothing else.',
    },
  );
}

/** What the files are checked against: what the project says of every check, and what may pass here. */
export async function checkOptionsFor(
  options: PublishOptions,
  { settings, tables }: { readonly settings: PublishSettings; readonly tables: ProjectTables },
  context: CommandContext,
): Promise<CheckSetOptions> {
  const { checkSettingsOf } = await import('../../check/index.ts');
  const checkOptions = await checkOptionsFrom(
    {
      ignore: [...settings.skipChecks, ...options.skipChecks],
      expect: [],
      forbid: [],
      topLevel: [],
      expectFile: [...settings.expectFiles, ...options.expectFile],
      plan: options.plan,
      srcDir: undefined,
      maxSize: undefined,
      contents: true,
    },
    checkSettingsOf(tables.check, tables.path),
    context,
  );
  return { ...checkOptions, jobs: context.jobs };
}
