/** Wheelworks as a contender: wheelworks.mjs LIBRARY OPERATION FIXTURE OUTPUT */
import { open, rm } from 'node:fs/promises';

const [library, operation, fixture, output] = process.argv.slice(2);
const { fileSink, mapParallel, openZipFile, verifyZipFraming, writeZip } = await import(library);

const operations = {
  list: (archive) =>
    `${archive.entries.length} members, ${archive.entries.reduce((sum, { size }) => sum + size, 0)} bytes`,

  async 'read-one'(archive) {
    return `${(await archive.read(archive.get('package/large0.bin'))).length} bytes`;
  },

  async 'inflate-all'(archive) {
    const sizes = await mapParallel(archive.entries, 2, async (entry) => {
      let size = 0;
      for await (const chunk of archive.stream(entry)) size += chunk.length;
      return size;
    });
    return `${sizes.reduce((sum, size) => sum + size, 0)} bytes`;
  },

  async copy(archive) {
    return write(
      archive.entries.map((entry) => ({
        path: entry.path,
        source: { kind: 'copy', archive, entry },
      })),
    );
  },

  async 'deflate-all'(archive) {
    const members = await mapParallel(archive.entries, 2, async (entry) => ({
      path: entry.path,
      source: { kind: 'bytes', bytes: await archive.read(entry) },
    }));
    started = performance.now();
    return write(members);
  },

  async framing(archive) {
    return `${(await verifyZipFraming(archive)).length} findings`;
  },
};

async function write(members) {
  const handle = await open(output, 'w');
  const written = await writeZip(fileSink(handle), members);
  await handle.close();
  return `${written.members.length} members`;
}

await rm(output, { force: true });
let started = performance.now();
const archive = await openZipFile(fixture);
const check = await operations[operation](archive);
await archive.close();
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, check }));
