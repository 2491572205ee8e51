/**
 * One measurement, as JSON: `pages KIND FOLDER` for 10,000 answers of a project's page with 100 files, `upload RULES WHEEL`
 * for an upload, `floor WHEEL` for what no upload can do without.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPages } from './load.mjs';
import { HAS_TASKSET, startBare, startServer, TOKEN } from './server.mjs';
import { uploadFile } from './upload.mjs';

const REQUESTS = 10_000;
const SECONDS = 4;
const ACCEPTS = {
  json: 'application/vnd.pypi.simple.v1+json',
  html: 'application/vnd.pypi.simple.v1+html',
};

const [what, ...args] = process.argv.slice(2);
const measurements = { pages, upload, floor };
console.log(JSON.stringify(await measurements[what](...args)));

async function pages(kind, folder) {
  const isBare = kind === 'bare';
  const filled = await startServer(['--rules', 'none'], { core: 0 });
  let server = filled;
  try {
    for (const name of readdirSync(folder)) {
      const status = await uploadFile(filled.origin, join(folder, name), {
        token: TOKEN,
        fields: formOf('small', name.split('-')[1]),
      });
      if (!status.startsWith('200')) throw new Error(status);
    }
    const accept = ACCEPTS[isBare ? 'json' : kind];
    const page = await fetch(`${filled.origin}/simple/small/`, { headers: { accept } });
    const bytes = Buffer.from(await page.arrayBuffer());
    if (isBare) {
      const path = join(folder, '..', 'page');
      writeFileSync(path, bytes);
      server = await startBare(path, 0);
    }
    const url = `${server.origin}/simple/small/`;
    const perSecond = withWrk(url, accept) ?? (await loadPages(url, accept, SECONDS));
    return {
      seconds: REQUESTS / perSecond,
      check: `${(await (await fetch(url, { headers: { accept } })).arrayBuffer()).byteLength > 1000}`,
      peakMegabytes: server.peakMegabytes(),
    };
  } finally {
    await filled.end();
    if (server !== filled) await server.end();
  }
}

function withWrk(url, accept) {
  const pinned = HAS_TASKSET ? ['taskset', '-c', '1'] : [];
  const command = [...pinned, 'wrk', '-t1', '-c16', `-d${SECONDS}s`, '-H', `Accept: ${accept}`];
  const { status, stdout } = spawnSync(command[0], [...command.slice(1), url], {
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  if (stdout.includes('Non-2xx')) throw new Error(stdout);
  return Number(/Requests\/sec:\s*([\d.]+)/.exec(stdout)[1]);
}

async function upload(rules, wheel) {
  const folder = `${wheel}.index`;
  const server = await startServer(['--rules', rules, '--max-size', '2GiB', folder]);
  try {
    const fields = { ...formOf('big', '1.0'), sha256_digest: await digestOf(wheel) };
    const started = performance.now();
    const answer = await uploadFile(server.origin, wheel, { token: TOKEN, fields });
    const seconds = (performance.now() - started) / 1000;
    if (!answer.startsWith('200')) throw new Error(answer);
    return { seconds, check: fields.sha256_digest, peakMegabytes: server.peakMegabytes() };
  } finally {
    await server.end();
    rmSync(folder, { recursive: true });
  }
}

function formOf(name, version) {
  return {
    ':action': 'file_upload',
    protocol_version: '1',
    filetype: 'bdist_wheel',
    pyversion: 'py3',
    metadata_version: '2.1',
    name,
    version,
  };
}

async function floor(wheel) {
  const started = performance.now();
  const target = await open(`${wheel}.copy`, 'w');
  const check = await digestOf(wheel, (bytes) => target.write(bytes));
  await target.sync();
  await target.close();
  const seconds = (performance.now() - started) / 1000;
  rmSync(`${wheel}.copy`);
  return { seconds, check };
}

async function digestOf(path, write) {
  const source = await open(path);
  const hash = createHash('sha256');
  for await (const bytes of source.createReadStream({ highWaterMark: 1 << 20 })) {
    hash.update(bytes);
    await write?.(bytes);
  }
  return hash.digest('hex');
}
