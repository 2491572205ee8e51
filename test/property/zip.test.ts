/** Laws of the zip layer, over random members: what is written is read back, by us, by Python and by zip.js. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  bytesSink,
  openZip,
  unsafeNameReason,
  verifyZipFraming,
  writeZip,
  type ZipArchive,
  type ZipMember,
  type WriteZipOptions,
} from '../../src/archive/zip/index.ts';
import { WheelworksError } from '../../src/support/errors.ts';
import { openBytes } from '../../src/support/random-access.ts';

interface Plain {
  readonly path: string;
  readonly mode: number;
  readonly content: Uint8Array;
  readonly compress: boolean;
}

const part = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((text) => unsafeNameReason(text) === undefined && !text.includes('/'));
const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 500 }))
    .map(([piece, times]) => Buffer.concat(Array.from({ length: times }, () => piece))),
);
const member: fc.Arbitrary<Plain> = fc.record({
  path: path.filter((text) => unsafeNameReason(text) === undefined),
  mode: fc.constantFrom(0o644, 0o755, 0o600, 0o100664),
  content,
  compress: fc.boolean(),
});
const members = fc.uniqueArray(member, { maxLength: 15, selector: ({ path }) => path });

function toZipMembers(list: readonly Plain[]): ZipMember[] {
  return list.map(({ content, ...rest }) => ({
    ...rest,
    source: { kind: 'bytes', bytes: content },
  }));
}

async function write(list: readonly ZipMember[], options?: WriteZipOptions): Promise<Uint8Array> {
  const sink = bytesSink();
  await writeZip(sink, list, options);
  return sink.bytes();
}

async function contents(archive: ZipArchive): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for (const entry of archive.entries) {
    all.set(entry.path, Buffer.from(await archive.read(entry)).toString('hex'));
  }
  return all;
}

function expected(list: readonly Plain[]): Map<string, string> {
  return new Map(list.map(({ path, content }) => [path, Buffer.from(content).toString('hex')]));
}

const folder = mkdtempSync(join(tmpdir(), 'wheelworks-zip-property-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('write, then read', () => {
  it('gives the members that were written', async () => {
    await fc.assert(
      fc.asyncProperty(members, async (list) => {
        const archive = await openZip(openBytes(await write(toZipMembers(list))));
        expect(await contents(archive)).toEqual(expected(list));
        expect(archive.entries.map(({ path }) => path)).toEqual(list.map(({ path }) => path));
        expect(archive.entries.map(({ mode }) => mode & 0o7777)).toEqual(
          list.map(({ mode }) => mode & 0o7777),
        );
        expect(archive.entries.map(({ crc32: sum }) => sum)).toEqual(
          list.map(({ content }) => crc32(content)),
        );
        expect(await verifyZipFraming(archive)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same bytes twice, and through raw copies', async () => {
    await fc.assert(
      fc.asyncProperty(members, fc.integer({ min: 1, max: 6 }), async (list, concurrency) => {
        const first = await write(toZipMembers(list));
        expect(Buffer.compare(first, await write(toZipMembers(list), { concurrency }))).toBe(0);
        const archive = await openZip(openBytes(first));
        const copied = await write(
          archive.entries.map((entry) => ({
            path: entry.path,
            source: { kind: 'copy', archive, entry },
          })),
        );
        expect(Buffer.compare(first, copied)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('holds for any order and choice of copies and new members', async () => {
    await fc.assert(
      fc.asyncProperty(members, fc.infiniteStream(fc.nat({ max: 2 })), async (list, choices) => {
        const archive = await openZip(openBytes(await write(toZipMembers(list))));
        const mixed = toZipMembers(list)
          .map((member, index) => ({ member, index, choice: choices.next().value ?? 0 }))
          .filter(({ choice }) => choice !== 2)
          .reverse()
          .map(({ member, index, choice }): ZipMember => {
            const entry = archive.entries[index];
            return choice === 0 || entry === undefined
              ? member
              : { path: member.path, source: { kind: 'copy', archive, entry } };
          });
        const result = await openZip(openBytes(await write(mixed)));
        const kept = new Set(mixed.map((member) => member.path));
        expect(await contents(result)).toEqual(
          expected(list.filter((plain) => kept.has(plain.path))),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("passes Python's testzip with the same names and contents (needs python3)", async (ctx) => {
    if (python(['-c', 'import zipfile']) === undefined) ctx.skip('python3 is not on this machine');
    const script =
      'import sys, json, zipfile\n' +
      'result = []\n' +
      'for path in sys.argv[1:]:\n' +
      '    z = zipfile.ZipFile(path)\n' +
      '    assert z.testzip() is None\n' +
      '    result.append({i.filename: z.read(i).hex() for i in z.infolist()})\n' +
      'print(json.dumps(result))\n';
    const lists = fc.sample(members, { numRuns: 12, seed: 20261121 });
    const paths: string[] = [];
    for (const [index, list] of lists.entries()) {
      const path = join(folder, `${index}.zip`);
      writeFileSync(path, await write(toZipMembers(list)));
      paths.push(path);
    }
    const seen = JSON.parse(python(['-c', script, ...paths]) ?? 'null') as Record<string, string>[];
    expect(seen.map((each) => new Map(Object.entries(each)))).toEqual(lists.map(expected));
  });

  it('passes zip.js at its strictest', async () => {
    for (const list of fc.sample(members, { numRuns: 6, seed: 20261122 })) {
      const reader = new ZipReader(new Uint8ArrayReader(await write(toZipMembers(list))), {
        strictness: 'strict',
        checkSignature: true,
        useWebWorkers: false,
      });
      const seen = new Map<string, string>();
      for (const entry of await reader.getEntries()) {
        if (entry.directory) continue;
        const data = await entry.getData(new Uint8ArrayWriter());
        seen.set(entry.filename, Buffer.from(data).toString('hex'));
      }
      await reader.close();
      expect(seen).toEqual(expected(list));
    }
  });
});

describe('an archive damaged anywhere', () => {
  it('is read, or refused with a code', async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(members, damage, fc.boolean(), async (list, edits, lenient) => {
        const bytes = Buffer.from(await write(toZipMembers(list)));
        for (const [place, value] of edits) bytes[place % bytes.length] = value;
        expect(await outcome(bytes, lenient)).toMatch(/^(?:read|zip\/.+)$/);
      }),
      { numRuns: 300 },
    );
  });
});

/** What comes of reading everything in an archive: `read`, or the code of the error. */
async function outcome(bytes: Uint8Array, lenient: boolean): Promise<string> {
  try {
    const archive = await openZip(openBytes(bytes), { lenient });
    await verifyZipFraming(archive);
    await contents(archive);
    for (const entry of archive.entries) {
      for await (const piece of archive.stream(entry)) if (piece.length === 0) return 'empty piece';
    }
    return 'read';
  } catch (error) {
    if (error instanceof WheelworksError) return error.code;
    throw error;
  }
}

function python(args: readonly string[]): string | undefined {
  try {
    return execFileSync('python3', args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 26,
    });
  } catch {
    return undefined;
  }
}
