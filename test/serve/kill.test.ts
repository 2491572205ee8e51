/**
 * A server that is killed at any moment of an upload: what it said it took is there, and what is there is whole.
 * `WHEELWORKS_SERVE_KILLS` asks for more kills than a test run has time for: each starts a server, which is a second of work.
 */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { scratch } from '../support/scratch.ts';
import { bundleServer, startProcess } from './bundle.ts';
import { ask, simpleJson, upload, wheelUpload, type UploadSpec } from './client.ts';

const KILLS = Number(process.env['WHEELWORKS_SERVE_KILLS'] ?? 50);
/** Milliseconds after the first answer; an upload takes about 5. */
const LATEST = 20;
const CLIENTS = 3;

test(`nothing is lost and nothing half shows when it is killed ${KILLS} times`, async () => {
  const folder = await scratch();
  const root = join(folder, 'index');
  const program = await bundleServer(folder);
  const taken = new Map<string, string>();
  const tried = new Map<string, string>();
  let number = 0;
  let cut = 0;
  const random = randomNumbers(20261129);

  for (let kill = 0; kill < 3 * KILLS; kill += 1) {
    // On a loaded machine answers wait for the clients, and a kill meets fewer uploads: then more kills meet enough.
    if (kill >= KILLS && cut > KILLS) break;
    const { child, origin, gone } = await startProcess(program, { root, rules: 'none' });
    const end = new AbortController();
    let answered = (): void => {};
    const first = new Promise<void>((resolve) => {
      answered = resolve;
    });
    const client = async (): Promise<void> => {
      while (!end.signal.aborted) {
        const spec = someUpload((number += 1));
        const digest = createHash('sha256').update(spec.content).digest('hex');
        tried.set(spec.filename, digest);
        const status = await upload(origin, spec).then(
          (reply) => reply.status,
          () => undefined,
        );
        answered();
        if (status === 200) taken.set(spec.filename, digest);
        else if (status === undefined) {
          cut += 1;
          return;
        } else throw new Error(`The server answered ${status}.`);
      }
    };
    const clients = Array.from({ length: CLIENTS }, client);
    await first;
    await sleep(random() * LATEST);
    child.kill('SIGKILL');
    end.abort();
    await gone;
    await Promise.all(clients);
  }

  const { origin, child, gone } = await startProcess(program, { root, rules: 'none' });
  const { files } = await simpleJson(origin, 'pkg');
  const shown = new Map(files.map((file) => [file.filename, file]));
  const lost = [...taken.keys()].filter((filename) => !shown.has(filename));
  expect(lost).toEqual([]);
  for (const { filename, hashes, url } of files) {
    const { pathname } = new URL(url, `${origin}/simple/pkg/`);
    const { status, body } = await ask(origin, pathname);
    expect(status).toBe(200);
    const digest = createHash('sha256').update(body).digest('hex');
    expect([digest, digest]).toEqual([hashes['sha256'], tried.get(filename)]);
  }
  expect(await readdir(join(root, 'incoming'))).toEqual([]);
  const contents = await readdir(join(root, 'contents'), { recursive: true });
  const digests = contents.filter((path) => /[0-9a-f]{64}$/.test(path));
  expect(digests).toHaveLength(files.length);
  // The kills must have met uploads, or the test shows nothing.
  expect(cut).toBeGreaterThan(KILLS);
  child.kill('SIGTERM');
  await gone;
  await rm(root, { recursive: true });
}, 900_000);

function someUpload(number: number): UploadSpec {
  return wheelUpload({
    version: `1.${number}`,
    files: {
      'pkg/data.bin': createHash('sha512').update(String(number)).digest('hex').repeat(400),
    },
  });
}

/** The same moments in every run, as far as a machine keeps time. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) % 2_147_483_648;
    return Math.abs(state) / 2_147_483_648;
  };
}
