/** Real wheels through a raw-copy rewrite: Python sees the same members, CRCs, modes and contents before and after. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fileSink,
  openZipFile,
  verifyZipCompression,
  verifyZipFraming,
  writeZip,
} from '../../src/archive/zip/index.ts';

const SAMPLE = 40;
const LARGEST = 20_000_000;

/** Wheels in directories that pip is configured to use, spread evenly over what is there. */
function sampleWheels(): string[] {
  const wheels = pipDirectories()
    .flatMap(wheelsBelow)
    .filter((path) => statSync(path).size < LARGEST)
    .sort((left, right) => (left < right ? -1 : 1));
  const step = Math.max(1, wheels.length / SAMPLE);
  return Array.from(
    { length: Math.min(SAMPLE, wheels.length) },
    (_, index) => wheels[Math.floor(index * step)] ?? '',
  );
}

/** Directories named by pip's settings: find-links, and indexes on this disk with what lies beside their pages. */
function pipDirectories(): string[] {
  const settings = run('python3', ['-m', 'pip', 'config', 'list']) ?? '';
  const directories = new Set<string>();
  for (const [, value = ''] of settings.matchAll(/(?:find-links|index-url)='([^']*)'/g)) {
    for (const word of value.split(/\s+/)) {
      const path = word.startsWith('file:') ? fileURLToPath(word) : word;
      if (!path.startsWith('/')) continue;
      directories.add(/\/simple\/?$/.test(path) ? join(path, '..') : path);
    }
  }
  return [...directories];
}

function wheelsBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.whl'))
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

function run(command: string, args: readonly string[]): string | undefined {
  try {
    return execFileSync(command, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    });
  } catch {
    return undefined;
  }
}

/** What Python sees in a wheel: for each member the name, CRC, size, mode and a digest of the content. */
const DESCRIBE = `
import hashlib, json, sys, zipfile
for path in sys.argv[1:]:
    with zipfile.ZipFile(path) as z:
        print(json.dumps([[i.filename, i.CRC, i.file_size, i.compress_size, i.compress_type,
                           i.external_attr >> 16 if i.create_system == 3 else 0,
                           hashlib.sha256(z.read(i)).hexdigest()] for i in z.infolist()]))
`;

describe('real wheels', () => {
  const wheels = sampleWheels();
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'wheelworks-zip-fidelity-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it(
    'keep every member through a raw-copy rewrite, as Python reads them',
    { timeout: 120_000 },
    async (ctx) => {
      if (wheels.length === 0)
        ctx.skip('no wheels: pip is not configured with a directory that has some');
      const rewritten: string[] = [];
      for (const [index, wheel] of wheels.entries()) {
        const path = join(folder, `${index}.whl`);
        const archive = await openZipFile(wheel);
        const handle = await open(path, 'w');
        try {
          await writeZip(
            fileSink(handle),
            archive.entries.map((entry) => ({
              path: entry.path,
              source: { kind: 'copy', archive, entry },
            })),
          );
        } finally {
          await handle.close();
          await archive.close();
        }
        rewritten.push(path);
      }
      const before = run('python3', ['-c', DESCRIBE, ...wheels])?.split('\n') ?? [];
      const after = run('python3', ['-c', DESCRIBE, ...rewritten])?.split('\n') ?? [];
      expect(before).toHaveLength(wheels.length + 1);
      for (const [index, wheel] of wheels.entries()) {
        expect([wheel, described(after[index])]).toEqual([
          wheel,
          withModes(described(before[index])),
        ]);
      }
      for (const path of rewritten) {
        const archive = await openZipFile(path);
        expect([path, await verifyZipFraming(archive)]).toEqual([path, []]);
        await archive.close();
      }
    },
  );

  it(
    'are read with the sizes and CRCs Python finds, and pass the checks PyPI let them pass',
    { timeout: 120_000 },
    async (ctx) => {
      if (wheels.length === 0)
        ctx.skip('no wheels: pip is not configured with a directory that has some');
      for (const wheel of wheels) {
        const archive = await openZipFile(wheel);
        try {
          expect([wheel, await verifyZipFraming(archive)]).toEqual([wheel, []]);
          expect([wheel, verifyZipCompression(archive)]).toEqual([wheel, []]);
          let total = 0;
          for (const entry of archive.entries) {
            for await (const piece of archive.stream(entry)) total += piece.length;
          }
          expect(total).toBe(archive.entries.reduce((sum, { size }) => sum + size, 0));
        } finally {
          await archive.close();
        }
      }
    },
  );
});

type Row = [
  name: string,
  crc: number,
  size: number,
  compressed: number,
  method: number,
  mode: number,
  digest: string,
];

function described(line: string | undefined): Row[] {
  return JSON.parse(line ?? 'null') as Row[];
}

/** A copy gets the mode of a regular file or directory where the original has none, or only permission bits. */
function withModes(rows: Row[]): Row[] {
  return rows.map(([name, crc, size, compressed, method, mode, digest]) => {
    const isDirectory = name.endsWith('/');
    const permissions = mode === 0 ? (isDirectory ? 0o755 : 0o644) : mode;
    const full =
      (permissions & 0o170000) === 0
        ? permissions | (isDirectory ? 0o040000 : 0o100000)
        : permissions;
    return [name, crc, size, compressed, method, full, digest];
  });
}
