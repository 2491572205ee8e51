/** What only the one who started the server may do: clock, faults, contents. Every call needs the admin token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import type { Secret } from '../../support/secret.ts';
import { PROJECT_STATUSES, normalizeName } from '../../packaging/index.ts';
import { formatFault, parseFault } from '../faults.ts';
import { documentAnswer, type Answer } from '../http/answer.ts';
import { plausibleClaims, type Claims, type TrustedPublishing } from '../oidc/index.ts';
import type { RunningServer } from '../options.ts';
import { seedOf } from '../seed.ts';
import type { Fact } from '../store/index.ts';
import type { Route } from './context.ts';

export interface AdminOptions {
  readonly token: Secret;
  readonly server: Pick<
    RunningServer,
    'setClock' | 'setFaults' | 'yank' | 'deleteFile' | 'snapshot' | 'restore' | 'reset'
  >;
  readonly faults: () => ReturnType<typeof parseFault>[];
  readonly now: () => Date;
  readonly record: (fact: Exclude<Fact, { fact: 'file' }>) => Promise<void>;
  readonly plant: (seed: ReturnType<typeof seedOf>) => Promise<void>;
  /** The local issuer of trusted publishing. */
  readonly trustedPublishing: () => Promise<TrustedPublishing>;
}

const PREFIX = '/_/admin/';
const text = z.string().min(1).max(1000);
const LONGEST_BODY = 1 << 20;

type Call = (body: unknown) => Promise<object | undefined> | object | undefined;

/** The routes below `/_/admin/`. */
export function adminRoutes(options: AdminOptions): Route {
  const calls = callsOf(options);
  const expected = digestOf(options.token.reveal());
  return async ({ path, request }) => {
    if (!path.startsWith(PREFIX)) return undefined;
    const sent = /^(?:bearer|token)\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!timingSafeEqual(digestOf(sent ?? ''), expected))
      return documentAnswer(403, { error: 'The admin token is needed.' });
    const call = calls.get(`${request.method ?? ''} ${path.slice(PREFIX.length)}`);
    if (call === undefined) return documentAnswer(404, { error: 'There is no such call.' });
    return answered(call, request);
  };
}

async function answered(call: Call, request: IncomingMessage): Promise<Answer> {
  try {
    const body = request.method === 'POST' ? await readJson(request) : undefined;
    return documentAnswer(200, (await call(body)) ?? { done: true });
  } catch (error) {
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      const where = (issue?.path ?? []).join('.');
      const what = (issue?.message ?? '').replace(/^Invalid input: /, '');
      return documentAnswer(400, { error: `${where === '' ? 'The body' : where}: ${what}` });
    }
    if (error instanceof WheelworksError)
      return documentAnswer(400, { error: error.message, code: error.code });
    throw error;
  }
}

function callsOf({
  server,
  faults,
  now,
  record,
  plant,
  trustedPublishing,
}: AdminOptions): ReadonlyMap<string, Call> {
  return new Map<string, Call>([
    ['GET clock', () => ({ now: now().toISOString() })],
    [
      'POST clock',
      (body) => {
        const { now: time } = z
          .strictObject({ now: z.iso.datetime({ offset: true }).nullable() })
          .parse(body ?? { now: null });
        server.setClock(time === null ? undefined : new Date(time));
        return { now: now().toISOString() };
      },
    ],
    ['GET faults', () => ({ faults: faults().map(formatFault) })],
    [
      'POST faults',
      (body) => {
        server.setFaults(
          z
            .strictObject({ faults: z.array(text) })
            .parse(body)
            .faults.map(parseFault),
        );
        return { faults: faults().map(formatFault) };
      },
    ],
    [
      'POST yank',
      async (body) => {
        const { filename, reason } = z
          .strictObject({ filename: text, reason: z.union([z.string().max(1000), z.boolean()]) })
          .parse(body);
        await server.yank(filename, reason);
        return undefined;
      },
    ],
    [
      'POST delete',
      async (body) => {
        await server.deleteFile(z.strictObject({ filename: text }).parse(body).filename);
        return undefined;
      },
    ],
    [
      'POST status',
      async (body) => {
        const parsed = z
          .strictObject({
            project: text,
            status: z.enum(PROJECT_STATUSES),
            reason: text.exactOptional(),
          })
          .parse(body);
        await record({ fact: 'status', ...parsed });
        return undefined;
      },
    ],
    [
      'POST seed',
      async (body) => {
        await plant(seedOf(body));
        return undefined;
      },
    ],
    [
      'POST identity-token',
      async (body) => {
        const trusted = await trustedPublishing();
        const token = await trusted.issueIdentityToken(claimsFor(body, trusted));
        return { token: token.reveal() };
      },
    ],
    ['POST snapshot', named((name) => server.snapshot(name))],
    ['POST restore', named((name) => server.restore(name))],
    [
      'POST reset',
      async () => {
        await server.reset();
        return undefined;
      },
    ],
  ]);
}

/**
 * The claims of a job that may publish a project, or those that are given.
 * @throws WheelworksError `serve/no-publisher`.
 */
function claimsFor(body: unknown, trusted: TrustedPublishing): Claims {
  const asked = z
    .union([z.strictObject({ project: text }), z.strictObject({ claims: z.looseObject({}) })])
    .parse(body);
  if ('claims' in asked) return asked.claims;
  const project = normalizeName(asked.project);
  const { trusts, pending } = trusted.trusts();
  const publisher =
    trusts.find(({ projects }) => projects.map(normalizeName).includes(project))?.publisher ??
    pending.find((each) => normalizeName(each.project) === project)?.publisher;
  if (publisher === undefined)
    throw new WheelworksError('serve/no-publisher', `Nobody is trusted to publish ${project}.`, {
      hint: 'Name its publisher in the file of --trust.',
    });
  return plausibleClaims(publisher);
}

function named(work: (name: string) => Promise<void>): Call {
  return async (body) => {
    await work(z.strictObject({ name: text }).parse(body).name);
    return undefined;
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > LONGEST_BODY)
      throw new WheelworksError('serve/bad-request', 'The body is too long.');
    chunks.push(bytes);
  }
  if (length === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new WheelworksError('serve/bad-request', 'The body is not JSON.');
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
