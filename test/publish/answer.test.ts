import { describe, expect, it } from 'vitest';
import { readAnswer, type UploadEnd } from '../../src/publish/answer.ts';
import { Secret } from '../../src/support/secret.ts';
import { CANARY, goodWheel, publish } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer, type UploadServerOptions } from '../support/upload-server.ts';

function answer(
  status: number,
  reason: string,
  { headers = {}, body = '' }: { headers?: Record<string, string>; body?: string } = {},
): UploadEnd {
  return readAnswer(
    { status, reason, headers, body: Buffer.from(body), url: 'https://x.example/legacy/' },
    {
      path: '/spam.whl',
      filename: 'spam.whl',
      secrets: [new Secret(CANARY)],
      now: () => 0,
    },
  );
}

function codeOf(end: UploadEnd): string | undefined {
  return end.kind === 'accepted' ? undefined : `${end.kind} ${end.error.code}`;
}

describe('an answer', () => {
  // Reason phrases of warehouse forklift/legacy.py 6b6215712, and of other servers.
  it.each([
    [
      400,
      "File already exists ('a.whl', with blake2_256 hash 'ab'). See",
      'exists publish/file-exists',
    ],
    [409, 'Conflict', 'exists publish/file-exists'],
    [
      400,
      'This filename was previously used by a file that has since been deleted. Use a different version.',
      'refused publish/name-burnt',
    ],
    [
      400,
      'Uploading new files to releases older than 14 days is not allowed.',
      'refused publish/release-closed',
    ],
    [403, "The user 'x' isn't allowed to upload to project 'y'.", 'refused publish/not-allowed'],
    [
      403,
      'Invalid or non-existent authentication information. See',
      'refused publish/bad-credentials',
    ],
    [400, 'File too large. Limit for project', 'refused publish/too-large'],
    [413, 'Payload Too Large', 'refused publish/too-large'],
    [
      400,
      "The description failed to render for 'text/markdown'. See",
      'refused publish/description',
    ],
    [400, 'Only one sdist may be uploaded per release.', 'refused publish/second-sdist'],
    [400, 'Invalid attestations supplied during upload: x', 'refused publish/attestations'],
    [429, 'Too many new projects created', 'again publish/rate-limited'],
    [401, 'Unauthorized', 'refused publish/forbidden'],
    [404, 'Not Found', 'refused publish/wrong-address'],
    [410, 'Gone', 'refused publish/wrong-address'],
    [418, 'I am a teapot', 'refused publish/refused'],
    [500, 'Internal Server Error', 'again publish/server-failed'],
    [501, 'Not Implemented', 'refused publish/server-failed'],
    [503, 'Service Unavailable', 'again publish/server-failed'],
    [403, 'Read-only mode: Uploads are temporarily disabled.', 'refused publish/unavailable'],
  ])('%i %s', (status, reason, code) => {
    expect(codeOf(answer(status, reason))).toBe(code);
  });

  it('is read from JSON where HTTP/2 has no reason', () => {
    const end = answer(400, '', {
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        message: 'x',
        code: '400 File too large. Limit is 100 MB.',
        title: 'Bad Request',
      }),
    });
    expect(end).toMatchObject({
      error: { code: 'publish/too-large', evidence: '400\n400 File too large. Limit is 100 MB.' },
    });
  });

  it('of success may warn', () => {
    expect(
      answer(200, 'OK', {
        headers: { 'content-type': 'text/plain' },
        body: 'RECORD differs\n\nOK\n',
      }),
    ).toEqual({ kind: 'accepted', status: 200, warnings: ['RECORD differs'] });
  });

  it('shows neither line ends, control characters, secrets nor more than a screen', () => {
    const end = answer(400, `a\r\nb\u001b[31m ${CANARY}`, {
      headers: { 'content-type': 'text/plain' },
      body: 'x'.repeat(1 << 20),
    });
    const { evidence = '' } = end.kind === 'accepted' ? {} : end.error;
    expect(evidence).toContain('a b [31m ***');
    expect(evidence).not.toContain(CANARY);
    expect(evidence.length).toBeLessThan(700);
  });

  it('of another type than text is not shown', () => {
    for (const type of ['text/html', 'image/png', 'nonsense', ''])
      expect(
        answer(400, 'Bad', { headers: { 'content-type': type }, body: '<h1>Bad</h1>' }),
      ).toMatchObject({ error: { evidence: '400 Bad' } });
  });

  it('that redirects names the address without what secrets may stand in', () => {
    expect(
      answer(308, 'Permanent Redirect', { headers: { location: '/legacy/new/?token=abc#x' } }),
    ).toMatchObject({
      kind: 'refused',
      error: {
        code: 'publish/redirected',
        hint: expect.stringMatching(
          /--repository-url https:\/\/x\.example\/legacy\/new\/$/,
        ) as string,
      },
    });
  });
});

describe('a hostile server', () => {
  async function codeAgainst(options: UploadServerOptions): Promise<string | undefined> {
    const folder = await scratch();
    const server = await startUploadServer(options);
    const report = await publish(server.upload, [await goodWheel(folder)], folder, {
      run: { retries: 0, timeoutMs: 500 },
    });
    return report.files[0]?.error?.code;
  }

  it('that answers without end is not listened to', async () => {
    expect(
      await codeAgainst({
        answer: (_, response) => {
          response.writeHead(400);
          const chunk = 'x'.repeat(1 << 16);
          const more = (): void => {
            while (!response.destroyed && response.write(chunk));
            if (!response.destroyed) response.once('drain', more);
          };
          more();
          return true;
        },
      }),
    ).toBe('http/too-large');
  });

  it('that speaks no HTTP is told', async () => {
    expect(
      await codeAgainst({
        answer: (_, response) => {
          response.socket?.end('NOT HTTP AT ALL\r\n\r\n');
          return true;
        },
      }),
    ).toBe('http/no-answer');
  });

  it('that redirects gets the credentials once and no more', async () => {
    const other = await startUploadServer();
    expect(
      await codeAgainst({
        answer: () => ({ status: 307, headers: { location: other.upload } }),
      }),
    ).toBe('publish/redirected');
    expect(other.uploads).toHaveLength(0);
  });

  it('that dribbles its answer is given up on', async () => {
    expect(
      await codeAgainst({
        answer: (_, response) => {
          response.writeHead(200, { 'content-length': '100' });
          response.write('x');
          return true;
        },
      }),
    ).toBe('http/no-answer');
  });
});
