import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  type Dirent,
} from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readElf } from '../../src/binary/elf/index.ts';
import { demoLibrary, LAYOUTS } from '../support/elf-samples.ts';
import { localWheels } from '../support/local-wheels.ts';
import { hasPython, python } from '../support/python.ts';
import { askReadelf, compareFacts, factsOf, hasReadelf } from '../support/readelf.ts';
import { scratch } from '../support/scratch.ts';

/** All files of a machine take minutes, so a run of all tests takes a sample of them. */
const isFull = process.env['WHEELWORKS_FULL'] === '1';
const MOST_FILES = isFull ? Number.POSITIVE_INFINITY : 150;
const MOST_WHEELS = isFull ? Number.POSITIVE_INFINITY : 4;
const LARGEST_SAMPLED_WHEEL = 20_000_000;
const TIMEOUT = isFull ? 3_600_000 : 60_000;

const canAsk = hasReadelf();
const WITHOUT = 'needs GNU readelf 2.38 or newer (binutils)';

/** The files on which the reader and readelf differ, with how. */
function differences(paths: readonly string[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const path of paths) {
    const theirs = askReadelf(path);
    if (theirs === undefined) continue;
    const ours = factsOf(readElf(new Uint8Array(readFileSync(path)), { path }));
    const list = compareFacts(ours, theirs);
    if (list.length > 0) found[path] = list;
  }
  return found;
}

/** At most so many, evenly spread. */
function sample<Item>(items: readonly Item[], most: number): Item[] {
  const step = Math.max(1, Math.ceil(items.length / most));
  return items.filter((_, index) => index % step === 0);
}

/** Files below a folder whose names are those of libraries, modules, objects or programs, and that are ELF. */
function elfFilesBelow(root: string): string[] {
  return entriesOf(root)
    .flatMap((entry) => {
      const path = join(root, entry.name);
      if (entry.isDirectory()) return elfFilesBelow(path);
      const isCandidate = entry.isFile() && /\.so(\.|$)|\.k?o$|^[^.]+$/.test(entry.name);
      return isCandidate && isElf(path) ? [path] : [];
    })
    .sort();
}

/** What a folder holds; nothing for one that this user may not read. */
function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function isElf(path: string): boolean {
  try {
    const file = openSync(path, 'r');
    const magic = Buffer.alloc(4);
    readSync(file, magic, 0, 4, 0);
    closeSync(file);
    return magic.toString('latin1') === '\x7fELF';
  } catch {
    return false;
  }
}

/** Wheels with native files; in a sample none that takes long to unpack. */
function nativeWheels(): string[] {
  return localWheels().filter(
    (path) =>
      !path.endsWith('-none-any.whl') && (isFull || statSync(path).size < LARGEST_SAMPLED_WHEEL),
  );
}

/** Unpacks the ELF members of a wheel under names without folders, and prints how many there are. */
const UNPACK = `
import os, shutil, sys, zipfile
count = 0
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for member in wheel.infolist():
        with wheel.open(member) as source:
            if source.read(4) != b"\\x7fELF":
                continue
        name = f"{count}-{os.path.basename(member.filename)}"
        count += 1
        with wheel.open(member) as source, open(os.path.join(sys.argv[2], name), "wb") as target:
            shutil.copyfileobj(source, target)
print(count)
`;

describe.skipIf(!canAsk)(
  `the reader and readelf agree (${canAsk ? 'GNU readelf' : WITHOUT})`,
  () => {
    it.each(LAYOUTS)('on built $class-bit $byteOrder-endian images', async (layout) => {
      const path = join(await scratch(), 'libdemo.so');
      await writeFile(path, demoLibrary(layout).bytes);
      expect(differences([path])).toEqual({});
    });

    it(
      'on the files of /usr/lib',
      (ctx) => {
        if (process.platform !== 'linux') ctx.skip('needs Linux: /usr/lib has no ELF files');
        const files = sample(elfFilesBelow('/usr/lib'), MOST_FILES);
        if (files.length === 0) ctx.skip('/usr/lib has no ELF files');
        expect(differences(files)).toEqual({});
      },
      TIMEOUT,
    );

    it(
      'on the native files of local wheels',
      async (ctx) => {
        if (!hasPython) ctx.skip('needs python3');
        const wheels = nativeWheels();
        if (wheels.length === 0)
          ctx.skip('no native wheels: pip is configured with no local index');
        for (const wheel of sample(wheels, MOST_WHEELS)) {
          const folder = await scratch();
          python(UNPACK, [wheel, folder]);
          const files = readdirSync(folder).map((name) => join(folder, name));
          expect(differences(isFull ? files : files.slice(0, 20))).toEqual({});
          // All wheels at once would fill the disk.
          await rm(folder, { recursive: true });
        }
      },
      TIMEOUT,
    );
  },
);
