/**
 * Writes the digests of src/platform/data/images.json anew.
 *
 * node scripts/update-images.mjs PINNED_DOCKER_IMAGES.cfg [SOURCE]
 *
 * The file is cibuildwheel's cibuildwheel/resources/pinned_docker_images.cfg: sections named for an architecture, lines
 * `name = reference@sha256:... # release`. SOURCE says which commit it is of, for the table's own list of sources.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';

const TABLE = new URL('../src/platform/data/images.json', import.meta.url);

const [file, source] = process.argv.slice(2);
if (file === undefined) {
  console.error('Usage: node scripts/update-images.mjs PINNED_DOCKER_IMAGES.cfg [SOURCE]');
  process.exit(2);
}
const pins = readPins(await readFile(file, 'utf8'));
const table = JSON.parse(await readFile(TABLE, 'utf8'));
const used = new Set();
for (const image of table.images) {
  delete image.pins;
  const found = image.architectures.flatMap((architecture) => {
    const reference = `${image.registry}/${image.name}_${architecture}`;
    const pin = pins.get(reference);
    if (pin === undefined) return [];
    used.add(reference);
    return [[architecture, pin]];
  });
  if (found.length > 0) image.pins = Object.fromEntries(found);
}
const unknown = [...pins.keys()].filter((reference) => !used.has(reference));
if (unknown.length > 0) {
  console.error(`Not in the table; add them by hand first: ${unknown.join(', ')}`);
  process.exit(1);
}
if (source !== undefined) {
  const about = 'pinned_docker_images.cfg';
  table.sources = [...table.sources.filter((each) => !each.includes(about)), source];
}
const options = await resolveConfig(TABLE);
await writeFile(TABLE, await format(JSON.stringify(table), { ...options, parser: 'json' }));
console.log(`${pins.size} references pinned.`);

function readPins(text) {
  const lines = text.matchAll(/^\S+ = (\S+)@(sha256:[0-9a-f]{64}) +# (\S+)$/gm);
  return new Map(
    [...lines].map(([, reference, digest, release]) => [reference, { digest, release }]),
  );
}
