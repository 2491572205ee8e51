import { readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatAttestation } from '../../src/packaging/index.ts';
import {
  createTrustedPublishing,
  plausibleClaims,
  type Claims,
  type TrustedPublisher,
  type TrustedPublishing,
} from '../../src/serve/oidc/index.ts';
import { judgeUploadedAttestations } from '../../src/serve/uploaded-attestations.ts';
import { sha256 } from '../../src/support/hash.ts';
import { cli, quietEnvironment, type CliResult } from '../support/cli.ts';
import { makeAttestation } from '../support/fake-sigstore.ts';
import { serveReplies } from '../support/http-server.ts';
import { goodWheel } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import {
  startUploadServer,
  type ReceivedUpload,
  type UploadServer,
} from '../support/upload-server.ts';

const PUBLISHER: TrustedPublisher = {
  kind: 'GitHub',
  repository: 'octo/demo',
  workflow: 'publish.yml',
};

interface Lab {
  readonly server: UploadServer;
  readonly wheel: string;
  /** Runs publish as a job of GitHub with these claims. */
  readonly run: (claims?: Claims) => Promise<CliResult>;
  /** API tokens that uploads came with. */
  readonly tokens: string[];
}

/** An index that takes nobody but the publisher, and a job with a wheel and its attestation. */
async function lab(): Promise<Lab> {
  const tokens: string[] = [];
  let index: TrustedPublishing | undefined;
  const server = await startUploadServer({
    route: (request, response) => {
      if (!/^\/(?:_|\.well-known)\//.test(request.url ?? '')) return false;
      void relay(index, request, response);
      return true;
    },
    answer: (upload) => {
      const token = tokenOf(upload);
      tokens.push(token);
      const identity = index?.identifyToken(token);
      return identity?.projects.includes('spam') === true ? undefined : { status: 403 };
    },
  });
  index = await createTrustedPublishing({
    clock: Date.now,
    url: server.origin,
    publishers: [{ publisher: PUBLISHER, projects: ['spam'] }],
  });
  const issuer = index;
  const folder = await scratch();
  const wheel = await goodWheel(folder);
  const digest = sha256(await readFile(wheel));
  const attestation = makeAttestation({ name: basename(wheel), sha256: digest });
  await writeFile(`${wheel}.publish.attestation`, formatAttestation(attestation));
  const run = async (claims: Claims = {}): Promise<CliResult> => {
    const origin = await serveReplies(async () => {
      const job = { ...plausibleClaims(PUBLISHER), ...claims };
      return { body: { value: (await issuer.issueIdentityToken(job)).reveal() } };
    });
    return cli(['publish', '--repository-url', server.upload, '.'], {
      cwd: folder,
      env: {
        PATH: quietEnvironment()['PATH'],
        HOME: folder,
        GITHUB_ACTIONS: 'true',
        ACTIONS_ID_TOKEN_REQUEST_URL: `${origin}/token?v=1`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-secret',
      },
    });
  };
  return { server, wheel, run, tokens };
}

async function relay(
  index: TrustedPublishing | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? '', `http://${request.headers.host ?? ''}`);
  const answer = await index?.handle({
    method: request.method ?? '',
    origin: url.origin,
    path: url.pathname,
    query: url.searchParams,
    body: Buffer.concat(chunks).toString(),
    ...(request.headers.accept === undefined ? {} : { accept: request.headers.accept }),
  });
  response.writeHead(answer?.status ?? 404, answer?.headers ?? {}).end(answer?.body);
}

function tokenOf({ headers }: ReceivedUpload): string {
  const [, pair = ''] = (headers.authorization ?? '').split(' ');
  return Buffer.from(pair, 'base64').toString().replace('__token__:', '');
}

describe('wheelworks publish in a job with an identity', () => {
  it('publishes with a token of its own, and its attestation', async () => {
    const { server, run, tokens } = await lab();
    const result = await run();
    expect(result).toMatchObject({ code: 0 });
    const [upload] = server.uploads;
    const field = upload?.fields.find(([name]) => name === 'attestations')?.[1] ?? '';
    const judgement = judgeUploadedAttestations(field, {
      filename: upload?.filename ?? '',
      sha256: sha256(upload?.content ?? ''),
      publisher: { kind: 'GitHub', repository: 'octo/demo', workflow: 'publish.yml' },
    });
    expect(judgement.message).toBeUndefined();
    expect(result.err).toContain(`::add-mask::${tokens[0] ?? 'none'}\n`);
    for (const secret of [...tokens, 'request-secret'])
      expect(result.out + result.err.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain(secret);
  });

  it('sends nothing where the index does not know the job', async () => {
    const { server, run } = await lab();
    const result = await run({ repository: 'octo/other' });
    expect(result.code).not.toBe(0);
    expect(result.out + result.err).toContain('repository=octo/other');
    expect(server.uploads).toHaveLength(0);
  });

  it('sends nothing where an attestation is of another file', async () => {
    const { server, wheel, run } = await lab();
    const other = makeAttestation({ name: 'other-1.0.tar.gz' });
    await writeFile(`${wheel}.publish.attestation`, formatAttestation(other));
    const result = await run();
    expect(result.code).not.toBe(0);
    expect(result.out + result.err).toContain('attestation/other-file');
    expect(server.uploads).toHaveLength(0);
  });
});
