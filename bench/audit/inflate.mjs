/**
 * Nothing but zlib on the native members of wheels, on as many of them at once as there are processors: what every
 * auditor has to do at least. inflate.mjs PLAN, where PLAN is a JSON file: `[{ path, members: [{ start, end }] }]`.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const CHUNK = 256 << 10;

const wheels = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const members = wheels
  .flatMap(({ path, members }) => members.map((member) => ({ path, ...member })))
  .toSorted((left, right) => right.end - right.start - (left.end - left.start))
  .values();

await Promise.all(Array.from({ length: availableParallelism() }, work));

async function work() {
  for (const { path, start, end, stored } of members) {
    const source = createReadStream(path, { start, end: end - 1, highWaterMark: CHUNK });
    const sink = new Writable({ write: (chunk, encoding, done) => done() });
    if (stored) await pipeline(source, sink);
    else await pipeline(source, createInflateRaw({ chunkSize: CHUNK }), sink);
  }
}
