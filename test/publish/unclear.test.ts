import { describe, expect, it } from 'vitest';
import { goodWheel, plan, publish, run } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';
import { startUploadServer } from '../support/upload-server.ts';

describe('an end that leaves open whether the file was taken', () => {
  it('is cleared up by the index: the answer is lost after the file was kept', async () => {
    const folder = await scratch();
    const server = await startUploadServer({
      answer: ({ filename, content }, response) => {
        server.files.set(filename, content);
        response.destroy();
        return true;
      },
    });
    const report = await publish(server.upload, [await goodWheel(folder)], folder);
    expect(report.files[0]).toMatchObject({ outcome: 'arrived', attempts: 1 });
    expect(server.uploads).toHaveLength(1);
  });

  it('is tried again where the index does not have the file', async () => {
    const folder = await scratch();
    const server = await startUploadServer({
      answer: (_, response, count) => {
        if (count > 2) return undefined;
        response.destroy();
        return true;
      },
    });
    const report = await publish(server.upload, [await goodWheel(folder)], folder);
    expect(report.files[0]).toMatchObject({ outcome: 'sent', attempts: 3 });
  });

  it('is tried again after 500, with pauses that grow', async () => {
    const folder = await scratch();
    const pauses: number[] = [];
    const server = await startUploadServer({
      answer: (_, __, count) => (count > 2 ? undefined : { status: 500, reason: 'Oops' }),
    });
    const report = await publish(server.upload, [await goodWheel(folder)], folder, {
      run: { pause: async (milliseconds) => void pauses.push(milliseconds) },
    });
    expect(report.files[0]).toMatchObject({ outcome: 'sent', attempts: 3 });
    expect(pauses).toEqual([1000, 2000]);
  });

  it('waits as long as the index asks, within bounds', async () => {
    const folder = await scratch();
    const pauses: number[] = [];
    const waits = ['7', '999999', 'Sun, 29 Nov 2026 12:00:20 GMT'];
    const server = await startUploadServer({
      answer: (_, __, count) => {
        const wait = waits[count - 1];
        return wait === undefined ? undefined : { status: 503, headers: { 'retry-after': wait } };
      },
    });
    await publish(server.upload, [await goodWheel(folder)], folder, {
      run: { pause: async (milliseconds) => void pauses.push(milliseconds) },
    });
    expect(pauses).toEqual([7000, 300_000, 20_000]);
  });

  it('ends after the retries, and the next run asks the index', async () => {
    const folder = await scratch();
    const server = await startUploadServer({ answer: () => ({ status: 502 }) });
    const path = await goodWheel(folder);
    const report = await publish(server.upload, [path], folder, { run: { retries: 2 } });
    expect(server.uploads).toHaveLength(3);
    expect(report.files[0]).toMatchObject({
      outcome: 'failed',
      attempts: 3,
      error: { code: 'publish/server-failed' },
    });
  });

  it('sends nothing again to an unknown server that cannot be asked', async () => {
    const folder = await scratch();
    const server = await startUploadServer({
      pageless: true,
      answer: (_, response) => {
        response.destroy();
        return true;
      },
    });
    const path = await goodWheel(folder);
    const report = await publish(server.upload, [path], folder);
    expect(server.uploads).toHaveLength(1);
    expect(report.files[0]?.error).toMatchObject({ code: 'publish/unclear' });
    const next = await plan(server.upload, [path], folder);
    expect(next.problems).toMatchObject([{ code: 'publish/unclear' }]);
    const asked = await plan(server.upload, [path], folder, { request: { resend: true } });
    expect(asked.problems).toEqual([]);
  });

  it('sends again to a server that is known to take the same bytes twice', async () => {
    const folder = await scratch();
    const server = await startUploadServer({
      pageless: true,
      answer: ({ filename, content }, response, count) => {
        if (count > 1) return undefined;
        server.files.set(filename, content);
        response.destroy();
        return true;
      },
    });
    const report = await publish(server.upload, [await goodWheel(folder)], folder, {
      destination: { isPyPI: true },
    });
    expect(report.files[0]).toMatchObject({ outcome: 'sent', attempts: 2 });
  });

  it('takes a taken name for its own only when the index shows the same bytes', async () => {
    const folder = await scratch();
    const path = await goodWheel(folder);
    const server = await startUploadServer({
      answer: ({ filename, content }) => {
        server.files.set(filename, content);
        return { status: 409, reason: 'Conflict' };
      },
    });
    const report = await publish(server.upload, [path], folder);
    expect(report.files[0]).toMatchObject({ outcome: 'present' });
    const other = await startUploadServer({
      answer: ({ filename }) => {
        other.files.set(filename, Buffer.from('other'));
        return { status: 400, reason: 'File already exists' };
      },
    });
    const refused = await publish(other.upload, [path], await scratch());
    expect(refused.files[0]?.error).toMatchObject({ code: 'publish/file-exists' });
  });

  it('is not known of a silent server either', async () => {
    const folder = await scratch();
    const server = await startUploadServer({ answer: () => true });
    const planned = await plan(server.upload, [await goodWheel(folder)], folder);
    const report = await run(planned, { timeoutMs: 150, retries: 1 });
    expect(server.uploads).toHaveLength(2);
    expect(report.files[0]?.error).toMatchObject({ code: 'http/no-answer' });
  });

  it('a connection that is refused was never sent, and is tried again', async () => {
    const folder = await scratch();
    const planned = await plan('http://127.0.0.1:1/legacy/', [await goodWheel(folder)], folder);
    let pauses = 0;
    const report = await run(planned, { retries: 2, pause: async () => void (pauses += 1) });
    expect(pauses).toBe(2);
    expect(report.files[0]?.error).toMatchObject({ code: 'http/no-answer' });
  });
});
