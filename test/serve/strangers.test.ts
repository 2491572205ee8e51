/** Uploads of nobody known: little of them is read, and clients hear why all the same. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { writeWheelFile } from '../support/wheel-builder.ts';
import { testServer } from './client.ts';
import { isolated, run } from './real-clients.ts';

const TWINE = '/usr/bin/twine';

test.skipIf(!existsSync(TWINE)).each([
  ['small', 1000],
  ['large', 40 << 20],
])(
  'twine is told 403 with a %s file (needs twine)',
  async (_name, size) => {
    const home = await scratch();
    const { uploadUrl } = await testServer();
    const wheel = await writeWheelFile(home, {
      files: { 'pkg/noise': randomBytes(size) },
    });
    const args = ['--non-interactive', '--disable-progress-bar', '--repository-url', uploadUrl];
    const login = ['-u', '__token__', '-p', 'pypi-nobody'];
    const failure: unknown = await run(
      TWINE,
      ['upload', ...args, ...login, wheel],
      isolated(home),
    ).catch((error: unknown) => error);
    const { stdout = '' } = failure as { readonly stdout?: string };
    expect(stdout).toContain('403 Forbidden');
    expect(stdout).toContain('Invalid or non-existent authentication information');
  },
  60_000,
);

test('no more than a bound is read of a stranger, who is answered and cut off', async () => {
  const { origin } = await testServer();
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  onTestFinished(() => {
    socket.destroy();
  });
  let answer = '';
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => resolve());
  });
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.write(
    'POST /legacy/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000000\r\n\r\n',
  );
  const chunk = Buffer.alloc(1 << 16);
  let sent = 0;
  const send = (): void => {
    while (!socket.destroyed && sent < 1e9) {
      sent += chunk.length;
      if (!socket.write(chunk)) {
        socket.once('drain', send);
        return;
      }
    }
  };
  send();
  await closed;
  expect(answer).toMatch(/^HTTP\/1\.1 403 Invalid or non-existent/);
  // Besides what is read, the system holds some.
  expect(sent).toBeLessThan(32 << 20);
});
