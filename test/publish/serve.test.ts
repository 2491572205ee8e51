/** Against our own index with PyPI's rules, and its troubles on purpose. */
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  findCredentials,
  rehearse,
  resolveDestination,
  publishSettingsOf,
  readVariables,
  type Credentials,
} from '../../src/publish/index.ts';
import { startServer, type Fault, type RunningServer } from '../../src/serve/index.ts';
import { ignoreEvents } from '../../src/support/progress/events.ts';
import { NOW, goodSdist, goodWheel, plan, publish } from '../support/publication.ts';
import { scratch } from '../support/scratch.ts';

async function start(faults: readonly Fault[] = []): Promise<RunningServer> {
  const server = await startServer({ faults, startTime: new Date(NOW) });
  onTestFinished(() => server.close());
  return server;
}

async function credentialsFor(server: RunningServer): Promise<Credentials> {
  const variables = readVariables({});
  const [token] = server.tokens;
  const destination = resolveDestination({
    repositoryUrl: server.uploadUrl,
    variables,
    settings: publishSettingsOf({}, 'p'),
  });
  return findCredentials(destination, {
    variables,
    ...(token === undefined ? {} : { token: { value: token.secret, variable: 'test' } }),
  });
}

async function outcomes(faults: readonly Fault[]): Promise<string[]> {
  const folder = await scratch();
  const server = await start(faults);
  const request = { credentials: await credentialsFor(server) };
  const paths = [await goodWheel(folder), await goodSdist(folder)];
  const report = await publish(server.uploadUrl, paths, folder, { request });
  expect(report.ok).toBe(true);
  const again = await publish(server.uploadUrl, paths, folder, { request });
  expect(again.nothingToDo).toBe(true);
  return report.files.map(({ outcome, attempts }) => `${outcome} ${attempts}`);
}

describe('an index with the rules of PyPI', () => {
  it('takes a release, and has nothing to take the second time', async () => {
    expect(await outcomes([])).toEqual(['sent 1', 'sent 1']);
  });

  it('that fails twice gets the file the third time', async () => {
    const fault: Fault = { kind: 'status', status: 500, path: '/legacy/', times: 2 };
    expect(await outcomes([fault])).toEqual(['sent 3', 'sent 1']);
  });

  it('whose answer is lost after it took the file gets it once', async () => {
    const fault: Fault = { kind: 'lost', path: '/legacy/', times: 1 };
    expect(await outcomes([fault])).toEqual(['arrived 1', 'sent 1']);
  });

  it('that cuts the connection gets the file again', async () => {
    const fault: Fault = { kind: 'cut', after: 300, path: '/legacy/', times: 1 };
    expect(await outcomes([fault])).toEqual(['sent 2', 'sent 1']);
  });

  it('does not know the token: one request, and nothing more', async () => {
    const folder = await scratch();
    const server = await start();
    const paths = [await goodWheel(folder), await goodSdist(folder)];
    const report = await publish(server.uploadUrl, paths, folder);
    expect(report.files.map(({ outcome }) => outcome)).toEqual(['failed', 'not-sent']);
    expect(report.files[0]?.error).toMatchObject({ code: 'publish/bad-credentials' });
  });

  it('refuses a name that was deleted', async () => {
    const folder = await scratch();
    const server = await start();
    const request = { credentials: await credentialsFor(server) };
    const path = await goodWheel(folder);
    await publish(server.uploadUrl, [path], folder, { request });
    await server.deleteFile('spam-1.0-py3-none-any.whl');
    const report = await publish(server.uploadUrl, [path], folder, { request });
    expect(report.files[0]?.error).toMatchObject({ code: 'publish/name-burnt' });
  });
});

describe('a rehearsal', () => {
  const options = {
    jobs: 2,
    retries: 0,
    skipExisting: false,
    timeoutMs: 10_000,
    toolVersion: '0',
    events: ignoreEvents,
    signal: new AbortController().signal,
    now: () => NOW,
    pause: async () => {},
  };
  // Nothing listens there: a rehearsal sends nothing elsewhere.
  const nowhere = 'http://127.0.0.1:1/legacy/';

  it('publishes everything, and leaves the receipt alone', async () => {
    const folder = await scratch();
    const paths = [await goodWheel(folder), await goodSdist(folder)];
    const planned = await plan(nowhere, paths, folder);
    const rehearsal = await rehearse(planned, options);
    expect(rehearsal).toMatchObject({ ok: true, violations: [], trials: [] });
    expect(rehearsal.report.files.map(({ outcome }) => outcome)).toEqual(['sent', 'sent']);
    expect(planned.receipt.destinations()).toEqual([]);
  });

  it('tells everything that PyPI would say, not the first thing only', async () => {
    const folder = await scratch();
    const path = await goodWheel(folder, {
      tags: 'cp312-cp312-linux_x86_64',
      metadata: 'Metadata-Version: 2.1\nName: spam\nVersion: 1.0\nClassifier: No :: Such\n\n',
    });
    const rehearsal = await rehearse(await plan(nowhere, [path], folder), options);
    expect(rehearsal.ok).toBe(false);
    const said = rehearsal.violations.map(({ message }) => message).join('\n');
    expect(said).toContain('linux_x86_64');
    expect(said).toContain('No :: Such');
  });
});
