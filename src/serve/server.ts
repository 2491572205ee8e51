/** The server put together: storage, rules, pages and routes behind one port. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileError, systemErrorCode, WheelworksError } from '../support/errors.ts';
import { ignoreEvents } from '../support/progress/events.ts';
import { redactText } from '../support/secret.ts';
import { createAuthenticator, newToken } from './auth.ts';
import { createClock, uploadTimeOf, type IndexClock } from './clock.ts';
import { createFaults, formatFault, type Faults } from './faults.ts';
import { createDispatch } from './http/dispatch.ts';
import type { TrustedPublishing } from './oidc/index.ts';
import type { RunningServer, ServerOptions } from './options.ts';
import type { Site } from './people/index.ts';
import { adminRoutes } from './routes/admin.ts';
import type { Route } from './routes/context.ts';
import { simpleRoutes } from './routes/simple.ts';
import { trustedRoutes } from './routes/trusted.ts';
import { uploadRoutes } from './routes/upload.ts';

import { seedFacts, type Seed } from './seed.ts';
import { createPageCache, type PageCache } from './simple/page-cache.ts';
import { filePath, provenancePath } from './simple/project-document.ts';
import { openStore } from './store/index.ts';
import { exchangeOf } from './transcript.ts';
import { createUploadLog, type UploadLog } from './upload/attempt.ts';
import type { IndexState } from './state.ts';
import { provenanceOfUpload } from './upload/provenance.ts';
import { createUploadService } from './upload/service.ts';
import { createUpstream } from './upstream.ts';

const FILE_LIMIT = 100 << 20;
const IDLE_TIMEOUT = 60_000;
const CONCURRENT_UPLOADS = 128;

/**
 * Starts a server; it listens when this resolves.
 * @throws WheelworksError `serve/port-taken`, `serve/in-use`, `serve/damaged-journal`, `file/*`, `oidc/*`.
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const root = await openRoot(options.root);
  const { port = 0, host = '127.0.0.1', events = ignoreEvents } = options;
  const clock = createClock(options.clock ?? (() => new Date()), options.startTime);
  const faults = createFaults(options.faults ?? []);
  const tokens = options.tokens ?? [{ name: 'token 1', secret: newToken() }];
  const adminToken = options.adminToken ?? newToken();
  const log = createUploadLog();
  let pages: PageCache | undefined;
  const store = await openStore(root.path, (projects) => pages?.forget(projects));
  for (const message of store.repairs) events({ type: 'note', level: 'warning', message });

  const plant = async (seed: Seed): Promise<void> => {
    for (const fact of seedFacts(seed, uploadTimeOf(clock.now())))
      if (fact.fact !== 'file') await store.record(fact);
  };
  if (options.seed !== undefined) await plant(options.seed);

  const server = createServer({ maxHeaderSize: 32 << 10, keepAliveTimeout: 15_000 });
  server.requestTimeout = 0;
  server.maxHeadersCount = 100;
  server.setTimeout(options.idleTimeout ?? IDLE_TIMEOUT);
  const origin = await listen(server, host, port).catch(async (error: unknown) => {
    await store.close();
    await root.remove();
    throw error;
  });
  pages = createPageCache(() => store.state, {
    origin,
    isServed: (file) => !store.isDamaged(file),
  });
  // Keys take long to make, and modules to load: neither is done before somebody asks for it.
  const time = (): number => clock.now().getTime();
  let trusted: TrustedPublishing | undefined;
  let trustedMade: Promise<TrustedPublishing> | undefined;
  const trustedPublishing = async (): Promise<TrustedPublishing> => {
    trustedMade ??= import('./oidc/index.ts').then(({ createTrustedPublishing, openUsedTokens }) =>
      createTrustedPublishing({
        clock: time,
        usedTokens: openUsedTokens(store.layout.usedTokens, time),
        url: origin,
        publishers: options.trust?.publishers ?? [],
        pendingPublishers: options.trust?.pendingPublishers ?? [],
        issuers: options.trust?.issuers ?? [],
        projectExists: (name) => store.state.projects.has(name),
        async createProject(name) {
          const created = uploadTimeOf(clock.now());
          await store.record({ fact: 'project', name, created, owners: [] });
          return undefined;
        },
      }),
    );
    return (trusted = await trustedMade);
  };
  const upstream = createUpstream(options.upstream);
  const fileLimit = options.fileLimit ?? FILE_LIMIT;
  const service = createUploadService({
    store,
    log,
    authenticator: createAuthenticator(tokens, (token) => trusted?.identifyToken(token)),
    now: () => clock.now(),
    judge: async (upload, context) =>
      (await import('./rules/index.ts')).judgeUpload(upload, context),
    rules: {
      rules: options.rules ?? 'pypi',
      // Sigstore knows nobody whom the local issuer vouches for.
      mustMatchPublisher: false,
      fileLimit,
      ...(options.check === undefined ? {} : { check: options.check }),
      ...(options.totalLimit === undefined ? {} : { totalLimit: options.totalLimit }),
      ...(options.isReadOnly === undefined ? {} : { isReadOnly: options.isReadOnly }),
      ...(options.isRegistrationOff === undefined
        ? {}
        : { isRegistrationOff: options.isRegistrationOff }),
    },
    largestFile: () =>
      [...store.state.projects.values()].reduce(
        (most, project) => Math.max(most, project.fileLimit ?? 0),
        fileLimit,
      ) + 1,
    concurrentUploads: options.concurrentUploads ?? CONCURRENT_UPLOADS,
    provenanceOf: provenanceOfUpload,
    foreignNames: upstream.names,
  });
  const fieldsOf = new WeakMap<IncomingMessage, readonly string[]>();
  const running: RunningServer = {
    origin,
    uploadUrl: `${origin}/legacy/`,
    simpleUrl: `${origin}/simple/`,
    root: root.path,
    tokens,
    adminToken,
    trustedPublishing,
    get state() {
      return store.state;
    },
    uploads: () => log.list(),
    setClock: (time) => clock.set(time),
    setFaults: (list) => faults.set(list),
    yank: (filename, yanked) => store.record({ fact: 'yanked', filename, yanked }),
    deleteFile: (filename) => store.record({ fact: 'deleted', filename }),
    snapshot: (name) => store.snapshot(name),
    restore: (name) => store.restore(name),
    reset: () => store.reset(),
    async close() {
      await shut(server);
      await store.close();
      await root.remove();
    },
  };
  let peopleRoute: Promise<Route> | undefined;
  const lazyPeopleRoutes: Route = async (request) => {
    peopleRoute ??= makePeopleRoutes(options, {
      origin,
      clock,
      faults,
      log,
      state: () => store.state,
    });
    return (await peopleRoute)(request);
  };
  const routes: readonly Route[] = [
    simpleRoutes({ store, pages, foreignPages: (name) => upstream.pages(name) }),
    uploadRoutes(service, (request, fields) => fieldsOf.set(request, fields)),
    trustedRoutes(trustedPublishing, origin),
    adminRoutes({
      token: adminToken,
      server: running,
      faults: () => [...faults.list()],
      now: () => clock.now(),
      record: (fact) => store.record(fact),
      plant,
      trustedPublishing,
    }),
    lazyPeopleRoutes,
  ];
  const { transcript } = options;
  server.on(
    'request',
    createDispatch({
      routes,
      faults,
      allowedHosts: [host, ...(options.allowedHosts ?? [])],
      failed: (error, path) =>
        events({
          type: 'note',
          level: 'warning',
          message: redactText(`${path}: ${error instanceof Error ? error.message : String(error)}`),
        }),
      answered: (request, status) => {
        transcript?.(exchangeOf(request, status, fieldsOf.get(request)));
      },
    }),
  );
  return running;
}

interface PeopleParts {
  readonly origin: string;
  readonly clock: IndexClock;
  readonly faults: Faults;
  readonly log: UploadLog;
  readonly state: () => IndexState;
}

async function makePeopleRoutes(options: ServerOptions, parts: PeopleParts): Promise<Route> {
  const { peopleRoutes } = await import('./routes/people.ts');
  const { UPLOAD_RULES } = await import('./rules/index.ts');
  const { state, log } = parts;
  const pythons = options.check?.pythons;
  return peopleRoutes({
    site: () => siteOf(options, parts),
    state,
    log,
    sourceOf: (id) => UPLOAD_RULES.find((rule) => rule.id === id)?.source,
    ...(pythons === undefined ? {} : { pythons }),
  });
}

function siteOf(
  { rules = 'pypi', upstream, isReadOnly }: ServerOptions,
  { origin, clock, faults }: PeopleParts,
): Site {
  return {
    url: `${origin}/`,
    rules,
    fileUrl: (file) => `/${filePath(file)}`,
    provenanceUrl: (file) => `/${provenancePath(file)}`,
    faults: faults.list().map(formatFault),
    ...(clock.isSet ? { clock: clock.now() } : {}),
    ...(upstream === undefined ? {} : { upstream }),
    ...(isReadOnly === undefined ? {} : { isReadOnly }),
  };
}

interface Root {
  readonly path: string;
  /** Only what was made for this run. */
  remove(): Promise<void>;
}

async function openRoot(path: string | undefined): Promise<Root> {
  try {
    if (path !== undefined) {
      await mkdir(path, { recursive: true });
      return { path, remove: async () => {} };
    }
    const temporary = await mkdtemp(join(tmpdir(), 'wheelworks-serve-'));
    return { path: temporary, remove: () => rm(temporary, { recursive: true, force: true }) };
  } catch (error) {
    throw fileError(error, path ?? tmpdir());
  }
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: 1024 }, resolve);
    });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    throw new WheelworksError('serve/port-taken', `${host}:${port} cannot be listened on.`, {
      evidence: code,
      hint: 'Choose another --port, or 0 for any that is free.',
    });
  }
  const address = server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}

/** Milliseconds that uploads under way are given when the server ends. */
const LAST_UPLOADS = 5000;

async function shut(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), LAST_UPLOADS);
  await closed;
  clearTimeout(timer);
}
