/** Laws of deriving, packing and unpacking, over random wheels and random edits. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unsafeNameReason } from '../../src/archive/zip/index.ts';
import { packTree } from '../../src/pack/index.ts';
import { retagWheel } from '../../src/retag/index.ts';
import { unpackDistribution } from '../../src/unpack/index.ts';
import {
  draftFromWheel,
  editDraft,
  verifyWheel,
  withWheel,
  writeWheel,
  type WheelEdit,
} from '../../src/wheel/index.ts';
import { buildWheel, type WheelSpec } from '../support/wheel-builder.ts';

let folder = '';
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelworks-laws-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A new folder. */
async function place(): Promise<string> {
  count += 1;
  const directory = join(folder, String(count));
  await mkdir(directory);
  return directory;
}

const CHARACTERS = [
  'a',
  'b',
  'A',
  'B',
  '0',
  '9',
  '_',
  '-',
  '.',
  ',',
  '"',
  "'",
  ' ',
  'ü',
  '漢',
  '🐍',
];

/** Parts that are valid on every file system; quotes and commas, as RECORD must escape them. */
const part = fc
  .string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 8 })
  .filter((text) => unsafeNameReason(text) === undefined && !/^[. ]|[. ]$/.test(text));
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const content = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ maxLength: 50 }).map((text) => Buffer.from(text.repeat(40))),
);

/** Files of which none is a folder of another, or differs from it only in case or accents. */
const files = fc
  .dictionary(path, content, { maxKeys: 8 })
  .map((given): Record<string, Uint8Array> => {
    const kept: Record<string, Uint8Array> = {};
    const folded = (text: string): string => text.normalize('NFC').toLowerCase();
    for (const [name, bytes] of Object.entries(given)) {
      const clashes = Object.keys(kept).some((other) => {
        const [left, right] = [folded(name), folded(other)];
        return left === right || left.startsWith(`${right}/`) || right.startsWith(`${left}/`);
      });
      if (!clashes) kept[name] = bytes;
    }
    return kept;
  });

const spec: fc.Arbitrary<WheelSpec> = fc
  .record({
    files,
    tags: fc.constantFrom('py3-none-any', 'py2.py3-none-any', 'cp311-abi3-linux_x86_64.win32'),
    build: fc.option(fc.constantFrom('1', '20', '3x'), { nil: undefined }),
    stored: fc.boolean(),
    executable: fc.boolean(),
  })
  .map(({ files: kept, tags, build, stored, executable }) => ({
    files: kept,
    tags,
    ...(build === undefined ? {} : { build }),
    executable: executable ? Object.keys(kept) : [],
    members: (members) => members.map((each) => ({ ...each, method: stored ? 0 : 8 })),
  }));

async function wheelOf(wanted: WheelSpec): Promise<{ path: string; directory: string }> {
  const directory = await place();
  const { filename, bytes } = buildWheel(wanted);
  await writeFile(join(directory, filename), bytes);
  return { path: join(directory, filename), directory };
}

/** Path to content and mode of every member but RECORD. */
async function membersOf(wheel: string): Promise<Map<string, string>> {
  return withWheel(wheel, async ({ archive }) => {
    const found = new Map<string, string>();
    for (const entry of archive.entries) {
      if (entry.path.endsWith('.dist-info/RECORD')) continue;
      const digest = createHash('sha256').update(await archive.read(entry));
      found.set(entry.path, `${entry.mode.toString(8)} ${digest.digest('hex')}`);
    }
    return found;
  });
}

async function expectConsistent(wheel: string): Promise<void> {
  await withWheel(wheel, async (opened) => {
    expect(await verifyWheel(opened)).toEqual([]);
  });
}

async function derive(wheel: string, edits: readonly WheelEdit[]): Promise<string> {
  return withWheel(wheel, async (opened) => {
    const draft = editDraft(await draftFromWheel(opened), edits);
    return (await writeWheel(draft, await place())).path;
  });
}

describe('laws', () => {
  it('a wheel derived without edits has the same members, and deriving it again the same bytes', async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (wanted) => {
        const { path: origin } = await wheelOf(wanted);
        const once = await derive(origin, []);
        await expectConsistent(once);
        expect(sorted(await membersOf(once))).toEqual(sorted(await membersOf(origin)));
        expect(await readFile(await derive(once, []))).toEqual(await readFile(once));
      }),
      { numRuns: 60 },
    );
  });

  it('retagging there and back gives the first wheel again', async () => {
    await fc.assert(
      fc.asyncProperty(spec, fc.constantFrom('9', '10z'), async (wanted, build) => {
        const first = await derive((await wheelOf(wanted)).path, []);
        const away = await retagWheel(
          first,
          { build, platform: 'win_arm64' },
          { directory: await place() },
        );
        await expectConsistent(away.output);
        const platform = (wanted.tags ?? '').split('-')[2] ?? '';
        const back = { build: wanted.build ?? '', platform };
        const again = await retagWheel(away.output, back, { directory: await place() });
        expect(basename(again.output)).toBe(basename(first));
        // The Build line may have moved: all but WHEEL, and so RECORD, is the same.
        const [before, after] = [await membersOf(first), await membersOf(again.output)];
        for (const map of [before, after]) map.delete('pkg-1.0.dist-info/WHEEL');
        expect(sorted(after)).toEqual(sorted(before));
      }),
      { numRuns: 40 },
    );
  });

  it('unpacking and packing keep every member, mode and name', async () => {
    await fc.assert(
      fc.asyncProperty(spec, async (wanted) => {
        const { path: origin, directory } = await wheelOf(wanted);
        const { output } = await unpackDistribution(origin, { directory });
        const target = await place();
        const packed = await packTree(output, target);
        await expectConsistent(packed.path);
        expect(packed.filename).toBe(basename(origin));
        expect(sorted(await membersOf(packed.path))).toEqual(sorted(await membersOf(origin)));
        expect(await readdir(directory)).toHaveLength(2);
      }),
      { numRuns: 40 },
    );
  });

  it('any edits that are taken make a consistent wheel that has exactly them', async () => {
    await fc.assert(
      fc.asyncProperty(
        spec,
        files,
        fc.array(fc.nat(), { maxLength: 4 }),
        fc.constantFrom('2.0', '1.0+x', '1.0'),
        async (wanted, added, removed, version) => {
          const { path: origin } = await wheelOf(wanted);
          const names = Object.keys(wanted.files ?? {});
          const gone = new Set(
            names.length === 0 ? [] : removed.map((n) => names[n % names.length] ?? ''),
          );
          const edits: WheelEdit[] = [
            ...[...gone].map((name): WheelEdit => ({ kind: 'remove', path: name })),
            ...Object.entries(added).map(([name, bytes]): WheelEdit => ({
              kind: 'add',
              path: `new/${name}`,
              bytes,
            })),
            { kind: 'version', version },
          ];
          const result = await derive(origin, edits);
          await expectConsistent(result);
          const expected = [
            ...names.filter((name) => !gone.has(name)),
            ...Object.keys(added).map((name) => `new/${name}`),
            `pkg-${version}.dist-info/METADATA`,
            `pkg-${version}.dist-info/WHEEL`,
          ];
          expect([...(await membersOf(result)).keys()].sort()).toEqual(expected.sort());
        },
      ),
      { numRuns: 60 },
    );
  });
});

function sorted(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map].sort(([left], [right]) => (left < right ? -1 : 1));
}
