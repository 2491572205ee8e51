/**
 * The least that a repair can cost: the archive copied, and the members that changed deflated on all cores.
 *
 *     node floor.mjs <wheel> <folder of the changed members> <output>
 */
import {
  copyFileSync,
  openSync,
  fsyncSync,
  closeSync,
  readFileSync,
  readdirSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflateRaw } from 'node:zlib';

const deflate = promisify(deflateRaw);
/** Small enough that all cores have work to the end. */
const PIECE = 1 << 20;
const LEVEL = 6;

const [wheel, folder, output] = process.argv.slice(2);
copyFileSync(wheel, output);
const pieces = readdirSync(folder).flatMap((name) => {
  const bytes = readFileSync(join(folder, name));
  return Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, index) =>
    bytes.subarray(index * PIECE, (index + 1) * PIECE),
  );
});
const file = openSync(output, 'a');
for (const done of await Promise.all(
  pieces.map((piece) => deflate(piece, { level: LEVEL, chunkSize: PIECE })),
)) {
  writeSync(file, done);
}
fsyncSync(file);
closeSync(file);
