import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ApiToken, RunningServer, ServerOptions } from '../../serve/index.ts';
import { fileError, WheelworksError } from '../../support/errors.ts';
import { findExecutables } from '../../support/find-executable.ts';
import { Secret } from '../../support/secret.ts';
import { sizeValue, timeValue } from '../check-inputs.ts';
import { defineCommand, EXIT, InvalidValue, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { renderServing } from '../render/serve.ts';

/** By these tokens are given; never by an argument, which everybody on the machine can read. */
const TOKEN_VARIABLES = { upload: 'WHEELWORKS_SERVE_TOKEN', admin: 'WHEELWORKS_SERVE_ADMIN_TOKEN' };

export const command: RunnableCommand = defineCommand({
  name: 'serve',
  summary: 'run a package index on this machine that takes uploads as PyPI does',
  description: `A PyPI to rehearse with: it takes uploads from twine, uv, poetry and wheelworks publish at /legacy/, judges them by PyPI's rules in PyPI's order and words, and serves what it took at /simple/ to pip and uv. Pages for people show every project, and for every upload all that is wrong with it at once.

What it took is kept in the folder and survives a crash at any point; without a folder it is gone at the end. It listens on 127.0.0.1 and ends with Ctrl-C.

Tokens come from --token-file (a line each: the token, a name, and the projects it is for) or from ${TOKEN_VARIABLES.upload}; otherwise one is made and printed once.`,
  arguments: [
    {
      name: 'folder',
      description: 'where the index is kept',
      optional: true,
      completes: 'directory',
    },
  ],
  options: {
    port: {
      flags: '--port <number>',
      description: 'listen on this port; 0 for any that is free',
      parse: portValue,
      default: 0,
      defaultText: 'any that is free',
    },
    host: {
      flags: '--host <address>',
      description: 'listen on this address; others than 127.0.0.1 let other machines in',
      default: '127.0.0.1',
    },
    allowHost: {
      flags: '--allow-host <name>',
      description: 'answer to this name, too; others are refused (DNS rebinding)',
      repeatable: true,
    },
    rules: {
      flags: '--rules <set>',
      description: 'what is asked of uploads; none takes whatever can be stored',
      choices: ['pypi', 'none'],
      default: 'pypi',
    },
    tokenFile: {
      flags: '--token-file <file>',
      description: 'take the tokens of this file',
      completes: 'file',
    },
    clock: {
      flags: '--clock <time>',
      description:
        'let it be this time, such as 2026-11-29T00:00:00Z: releases close after 14 days',
      parse: timeValue,
      defaultText: 'now',
    },
    seed: {
      flags: '--seed <file>',
      description: 'projects of others, prohibited names and burnt file names, in JSON or TOML',
      completes: 'file',
    },
    trust: {
      flags: '--trust <file>',
      description: 'trusted publishers, in JSON',
      completes: 'file',
    },
    fault: {
      flags: '--fault <words>',
      description: "trouble on purpose, such as '503 /legacy/ x2' or 'lost /legacy/ x1'",
      repeatable: true,
    },
    upstream: {
      flags: '--upstream <url>',
      description: 'the simple index that answers for the names of --allow, and for no others',
    },
    allow: {
      flags: '--allow <project>',
      description: 'a name that --upstream answers for; it takes no uploads here',
      repeatable: true,
    },
    maxSize: {
      flags: '--max-size <size>',
      description: 'the largest file',
      parse: sizeValue,
      defaultText: '100MiB',
    },
    maxProjectSize: {
      flags: '--max-project-size <size>',
      description: 'the most that a project holds',
      parse: sizeValue,
      defaultText: '10GiB',
    },
    readOnly: { flags: '--read-only', description: 'take no uploads' },
    transcript: {
      flags: '--transcript <file>',
      description: 'write down what clients send, a line of JSON a request, without secrets',
      completes: 'file',
    },
  },
  examples: [
    { run: 'wheelworks serve', explains: 'try a release, and forget it' },
    { run: 'wheelworks serve --port 8080 ~/index', explains: 'an index that stays' },
    {
      run: "wheelworks serve --fault 'lost /legacy/ x1'",
      explains: 'the first upload is taken and its answer lost: does the client cope?',
    },
  ],
  async run(args, options, context) {
    const { startServer, parseFault } = await import('../../serve/index.ts');
    if (options.allow.length > 0 && options.upstream === undefined)
      throw new WheelworksError('cli/missing-option', '--allow needs --upstream.', {
        hint: 'Say which index answers for these names.',
      });
    const transcript = openTranscript(options.transcript, context);
    const given = await givenTokens(options.tokenFile, context);
    const server = await startServer({
      ...(args.folder === undefined ? {} : { root: resolve(context.cwd, args.folder) }),
      port: options.port,
      host: options.host,
      allowedHosts: options.allowHost,
      rules: options.rules,
      faults: options.fault.map(parseFault),
      isReadOnly: options.readOnly,
      events: context.events,
      check: { pythons: await pythonsOnPath(context), jobs: context.jobs },
      ...(options.clock === undefined ? {} : { startTime: options.clock }),
      ...(options.maxSize === undefined ? {} : { fileLimit: options.maxSize }),
      ...(options.maxProjectSize === undefined ? {} : { totalLimit: options.maxProjectSize }),
      ...(options.upstream === undefined
        ? {}
        : { upstream: { url: options.upstream, names: options.allow } }),
      ...(await fileOptions(options, context)),
      ...(transcript === undefined ? {} : { transcript: transcript.write }),
      ...given,
    });
    try {
      const isTokenNew = given.tokens === undefined;
      const isAdminNew = given.adminToken === undefined;
      if (context.json) context.writeJson(documentOf(server, { isTokenNew, isAdminNew }));
      context.stdout(
        renderServing(server, { isTokenNew, isAdminNew, rules: options.rules }, context),
      );
      await aborted(context.signal);
    } finally {
      await server.close();
      await transcript?.close();
    }
    return EXIT.done;
  },
  endsByInterrupt: true,
});

/** @throws InvalidValue for what is no port. */
function portValue(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new InvalidValue('expected a number from 0 to 65535');
  return port;
}

function documentOf(
  server: RunningServer,
  { isTokenNew, isAdminNew }: { readonly isTokenNew: boolean; readonly isAdminNew: boolean },
): object {
  return {
    schema: 'wheelworks.serve/1',
    origin: server.origin,
    uploadUrl: server.uploadUrl,
    simpleUrl: server.simpleUrl,
    folder: server.root,
    // Tokens that were given are known to whoever gave them.
    ...(isTokenNew ? { token: server.tokens[0]?.secret.reveal() } : {}),
    ...(isAdminNew ? { adminToken: server.adminToken.reveal() } : {}),
  };
}

async function givenTokens(
  file: string | undefined,
  { env, cwd }: CommandContext,
): Promise<Pick<ServerOptions, 'tokens' | 'adminToken'>> {
  const single = env[TOKEN_VARIABLES.upload];
  const admin = env[TOKEN_VARIABLES.admin];
  const tokens =
    file === undefined
      ? single === undefined
        ? undefined
        : [{ name: 'token 1', secret: new Secret(single.trim()) }]
      : await readTokens(resolve(cwd, file));
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(admin === undefined ? {} : { adminToken: new Secret(admin.trim()) }),
  };
}

async function readTokens(path: string): Promise<readonly ApiToken[]> {
  const text = await readText(path);
  const tokens = text.split('\n').flatMap((line, index): readonly ApiToken[] => {
    const [token = '', name = `token ${index + 1}`, ...projects] = line.trim().split(/\s+/);
    if (token === '' || token.startsWith('#')) return [];
    return [{ name, secret: new Secret(token), ...(projects.length === 0 ? {} : { projects }) }];
  });
  if (tokens.length > 0) return tokens;
  throw new WheelworksError('serve/no-tokens', `${path} holds no token.`, {
    path,
    hint: 'Write a token a line, then a name for it, then the projects it is for.',
  });
}

async function fileOptions(
  { seed, trust }: { readonly seed: string | undefined; readonly trust: string | undefined },
  { cwd }: CommandContext,
): Promise<Pick<ServerOptions, 'seed' | 'trust'>> {
  const { parseSeed, readTrustFile } = await import('../../serve/index.ts');
  const seedPath = seed === undefined ? undefined : resolve(cwd, seed);
  const trustPath = trust === undefined ? undefined : resolve(cwd, trust);
  return {
    ...(seedPath === undefined ? {} : { seed: parseSeed(await readText(seedPath), seedPath) }),
    ...(trustPath === undefined
      ? {}
      : { trust: readTrustFile(await readText(trustPath), trustPath) }),
  };
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
}

function openTranscript(
  file: string | undefined,
  { cwd }: CommandContext,
): { readonly write: (exchange: object) => void; close(): Promise<void> } | undefined {
  if (file === undefined) return undefined;
  const stream = createWriteStream(resolve(cwd, file), { flags: 'a' });
  return {
    write: (exchange) => stream.write(`${JSON.stringify(exchange)}\n`),
    close: () =>
      new Promise((done) => {
        stream.end(() => done());
      }),
  };
}

async function pythonsOnPath({ env, platform }: CommandContext): Promise<readonly string[]> {
  const found = await Promise.all(
    ['python3', 'python'].map((name) => findExecutables(name, env, platform)),
  );
  return [...new Set(found.flat())];
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolved) => {
    signal.addEventListener('abort', () => resolved(), { once: true });
  });
}
