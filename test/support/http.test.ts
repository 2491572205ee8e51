import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { httpRequest, isLoopback, parseHttpUrl } from '../../src/support/http.ts';
import { Secret } from '../../src/support/secret.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const authorization = new Secret('Basic c2VjcmV0');

describe('a request', () => {
  it('gives status, reason, headers and body', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(400, 'File already exists', { 'X-Thing': 'a' }).end('told');
    });
    const { status, reason, headers, body } = await httpRequest(`${origin}/x`);
    expect({
      status,
      reason,
      thing: headers['x-thing'],
      body: Buffer.from(body).toString(),
    }).toEqual({ status: 400, reason: 'File already exists', thing: 'a', body: 'told' });
  });

  it('follows redirects and keeps credentials from another origin', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.end('there');
    });
    const first = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${other}/y` }).end();
    });
    const answer = await httpRequest(`${first}/x`, { authorization });
    expect(answer.url).toBe(`${other}/y`);
    expect(seen).toEqual(['Basic c2VjcmV0', undefined]);
  });

  it('follows no redirect of what it sends', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(308, { location: '/elsewhere' }).end();
    });
    const { status } = await httpRequest(`${origin}/x`, { method: 'POST', body: 'a' });
    expect(status).toBe(308);
  });

  it('ends a chain of redirects', async () => {
    const origin = await serve((_, response) => {
      response.writeHead(302, { location: '/again' }).end();
    });
    await expect(httpRequest(origin)).rejects.toMatchObject({ code: 'http/too-many-redirects' });
  });

  it('reads no more than it was told to', async () => {
    const origin = await serve((_, response) => {
      response.end('x'.repeat(1000));
    });
    await expect(httpRequest(origin, { maxBytes: 999 })).rejects.toMatchObject({
      code: 'http/too-large',
    });
  });

  it('sends no credentials over open connections', async () => {
    await expect(
      httpRequest('http://example.org/legacy/', { method: 'POST', authorization }),
    ).rejects.toMatchObject({ code: 'http/insecure' });
  });

  it('tells of a server that is not there, without what the address may carry', async () => {
    const origin = await serve(() => {});
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    await expect(httpRequest(`${origin}/x?token=abc`)).rejects.toMatchObject({
      code: 'http/no-answer',
      message: expect.not.stringContaining('abc') as string,
    });
  });

  it('ends when it is cancelled', async () => {
    const origin = await serve(() => {});
    const signal = AbortSignal.timeout(50);
    await expect(httpRequest(origin, { signal })).rejects.toMatchObject({ code: 'http/cancelled' });
  });

  it('gives up on silence', async () => {
    const origin = await serve(() => {});
    await expect(httpRequest(origin, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'http/no-answer',
    });
  });
});

describe('an address', () => {
  it.each(['ftp://example.org/', 'example.org', 'https://user:pw@example.org/'])(
    'like %s is refused',
    (text) => {
      expect(() => parseHttpUrl(text)).toThrow(expect.objectContaining({ code: 'http/bad-url' }));
    },
  );

  it('with a password is not shown with it', () => {
    expect(() => parseHttpUrl('https://user:hunter2@example.org/')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }),
    );
  });

  it.each([
    ['http://127.0.0.1:1/', true],
    ['http://localhost/', true],
    ['http://[::1]/', true],
    ['http://127.0.0.1.example.org/', false],
    ['http://localhost.example.org/', false],
  ])('%s is on this machine: %s', (text, isHere) => {
    expect(isLoopback(new URL(text))).toBe(isHere);
  });
});
