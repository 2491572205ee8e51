/** Real ELF files to be mutated by fuzz-elf.mjs and fuzz-audit.mjs. */
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The ELF files among those named; without names, an even sample of those in /usr/lib of up to `largest` bytes. */
export async function elfSeeds(named, { largest, most }) {
  const paths = named.length > 0 ? named : await sample('/usr/lib', { largest, most });
  const seeds = [];
  for (const name of paths) {
    const bytes = new Uint8Array(await readFile(name));
    if (Buffer.from(bytes.subarray(0, 4)).toString('latin1') === '\x7fELF')
      seeds.push({ name, bytes });
  }
  if (seeds.length === 0) throw new Error('There is no ELF file to mutate.');
  return seeds;
}

/** ELF files spread evenly over a folder. */
async function sample(root, { largest, most }) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = [];
  for (const entry of entries) {
    if (!entry.isFile() || !/\.so(\.|$)|\.o$|^[a-z0-9_-]+$/i.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (await isSmallElf(path, largest)) files.push(path);
  }
  files.sort((a, b) => (a < b ? -1 : 1));
  const step = Math.max(1, Math.floor(files.length / most));
  return files.filter((_, index) => index % step === 0).slice(0, most);
}

async function isSmallElf(path, largest) {
  const { size } = await stat(path);
  if (size < 64 || size > largest) return false;
  const handle = await open(path);
  try {
    const magic = Buffer.alloc(4);
    await handle.read(magic, 0, 4, 0);
    return magic.toString('latin1') === '\x7fELF';
  } finally {
    await handle.close();
  }
}
