/**
 * zip.js as a contender: zip-js.mjs OPERATION FIXTURE OUTPUT. Its WebAssembly codec in this thread (Node has no web
 * workers) and pieces of 1 MiB: with native compression streams or other pieces it is slower here.
 */
import { open, rm } from 'node:fs/promises';
import {
  configure,
  Reader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  Writer,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js';

configure({ useWebWorkers: false, useCompressionStream: false, chunkSize: 1 << 20 });
const [operation, fixture, output] = process.argv.slice(2);

class FileReader extends Reader {
  constructor(handle) {
    super();
    this.handle = handle;
  }
  async init() {
    await super.init?.();
    this.size = (await this.handle.stat()).size;
  }
  async readUint8Array(offset, length) {
    const bytes = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, this.size - offset)));
    await this.handle.read(bytes, 0, bytes.length, offset);
    return new Uint8Array(bytes.buffer, 0, bytes.length);
  }
}

class FileWriter extends Writer {
  constructor(handle) {
    super();
    this.handle = handle;
    this.position = 0;
  }
  async writeUint8Array(bytes) {
    await this.handle.write(bytes, 0, bytes.length, this.position);
    this.position += bytes.length;
  }
}

class CountingWriter extends Writer {
  count = 0;
  async writeUint8Array(bytes) {
    this.count += bytes.length;
  }
}

const operations = {
  list: (entries) =>
    `${entries.length} members, ${entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0)} bytes`,

  async 'read-one'(entries) {
    const entry = entries.find(({ filename }) => filename === 'package/large0.bin');
    return `${(await entry.getData(new Uint8ArrayWriter(), { checkSignature: true })).length} bytes`;
  },

  async 'inflate-all'(entries) {
    const sizes = await inPairs(entries, async (entry) => {
      const writer = new CountingWriter();
      await entry.getData(writer, { checkSignature: true });
      return writer.count;
    });
    return `${sizes.reduce((sum, size) => sum + size, 0)} bytes`;
  },

  async copy(entries) {
    return write(async (writer) => {
      for (const entry of entries) {
        const { readable, writable } = new TransformStream();
        const reading = entry.getData(writable, { passThrough: true });
        await writer.add(entry.filename, readable, {
          passThrough: true,
          uncompressedSize: entry.uncompressedSize,
          compressionMethod: entry.compressionMethod,
          crc32: entry.crc32 ?? entry.signature,
          dataDescriptor: false,
        });
        await reading;
      }
      return entries.length;
    });
  },

  async 'deflate-all'(entries) {
    const contents = await inPairs(entries, async (entry) => [
      entry.filename,
      await entry.getData(new Uint8ArrayWriter()),
    ]);
    started = performance.now();
    return write(async (writer) => {
      await inPairs(contents, ([filename, bytes]) =>
        writer.add(filename, new Uint8ArrayReader(bytes), { level: 6, dataDescriptor: false }),
      );
      return contents.length;
    });
  },
};

async function write(add) {
  const handle = await open(output, 'w');
  const writer = new ZipWriter(new FileWriter(handle), { dataDescriptor: false });
  const count = await add(writer);
  await writer.close();
  await handle.close();
  return `${count} members`;
}

async function inPairs(items, work) {
  const results = [];
  const next = items.entries();
  const worker = async () => {
    for (const [index, item] of next) results[index] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}

await rm(output, { force: true });
let started = performance.now();
const handle = await open(fixture);
const reader = new ZipReader(new FileReader(handle));
const check = await operations[operation](await reader.getEntries());
await reader.close();
await handle.close();
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, check }));
