import { copyFile, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  joinSplitSet,
  withSplitSet,
  type SplitDescription,
} from '../../../src/wheel/split/index.ts';
import { scratch } from '../../support/scratch.ts';
import { CORE, buildSplit, type BuiltSplit, type SplitSpec } from '../../support/split-builder.ts';
import { buildWheel } from '../../support/wheel-builder.ts';

/** Joins the set; whether the original came out. */
async function joined(set: BuiltSplit, candidates = set.parts): Promise<boolean> {
  const out = join(set.folder, 'out');
  await mkdir(out, { recursive: true });
  try {
    const path = await withSplitSet(set.main, candidates, (opened) => joinSplitSet(opened, out));
    expect(path).toBe(join(out, set.original.filename));
    return Buffer.compare(await readFile(path), set.original.bytes) === 0;
  } finally {
    // Whatever happened, nothing half-written stays.
    const left = await readdir(out);
    expect(left.filter((name) => name !== set.original.filename)).toEqual([]);
  }
}

const SHAPES: readonly (readonly [string, SplitSpec])[] = [
  ['as any tool writes it', {}],
  [
    'streamed, with descriptors',
    {
      original: {
        members: (members) => members.map((each) => ({ ...each, descriptor: 'signed' as const })),
      },
    },
  ],
  [
    'with data before it, a comment and zip64 records',
    {
      original: { zip: { prefix: Buffer.from('#!/bin/sh\n'), comment: 'made by hand', zip64: {} } },
    },
  ],
  ['with its large library stored', { stored: true }],
  ['with a file that the set holds changed', { changed: true }],
];

describe('joinSplitSet', () => {
  it.each(SHAPES)('gives the original back, byte for byte: %s', async (_, spec) => {
    expect(await joined(await buildSplit(await scratch(), spec))).toBe(true);
  });

  it('takes the part with the right digest among several of its name', async () => {
    const set = await buildSplit(await scratch());
    const other = await buildSplit(join(set.folder, 'other'), {
      files: (files, part) => (part === 1 ? { ...files, 'big_part1/more.py': '' } : files),
    });
    expect(await joined(set, [...other.parts, ...set.parts])).toBe(true);
  });

  it('names every part that is missing, and those of another version', async () => {
    const set = await buildSplit(await scratch());
    const newer = await buildSplit(join(set.folder, 'newer'), { version: '1.1' });
    await expect(joined(set, newer.parts)).rejects.toMatchObject({
      code: 'split/part-missing',
      path: set.main,
      evidence: expect.stringMatching(/big_part1-1\.0-.*, big_part2-1\.0-.*\n.*big_part1-1\.1-/s),
    });
  });

  it('refuses a part of another build', async () => {
    const set = await buildSplit(await scratch());
    const other = await buildSplit(join(set.folder, 'other'), {
      files: (files, part) => (part === 1 ? { ...files, 'big_part1/more.py': '' } : files),
    });
    await copyFile(other.parts[0] ?? '', set.parts[0] ?? '');
    await expect(joined(set)).rejects.toMatchObject({
      code: 'split/wrong-part',
      evidence: expect.stringContaining('part 1 of big 1.0, of another build'),
    });
  });

  it('refuses a part of another version that took the name', async () => {
    const set = await buildSplit(await scratch());
    const newer = await buildSplit(join(set.folder, 'newer'), { version: '1.1' });
    await copyFile(newer.parts[0] ?? '', set.parts[0] ?? '');
    await expect(joined(set)).rejects.toMatchObject({ code: 'split/wrong-part' });
  });

  it('refuses a part that was cut off', async () => {
    const set = await buildSplit(await scratch(), {
      part: (bytes, part) => (part === 2 ? bytes.subarray(0, bytes.length / 2) : bytes),
    });
    await expect(joined(set)).rejects.toMatchObject({
      code: 'split/wrong-part',
      path: set.parts[1],
      evidence: expect.stringContaining('damaged'),
    });
  });

  it('refuses a wheel that was not split, and says of a part what it is', async () => {
    const set = await buildSplit(await scratch());
    await expect(withSplitSet(set.parts[0] ?? '', [], async () => {})).rejects.toMatchObject({
      code: 'split/is-a-part',
      message: expect.stringContaining('part 1 of big 1.0'),
    });
    const plain = join(set.folder, basename(set.main).replace('big', 'plain'));
    await writeFile(plain, buildWheel({ name: 'plain' }).bytes);
    await expect(withSplitSet(plain, [], async () => {})).rejects.toMatchObject({
      code: 'split/not-a-set',
    });
  });

  it('never writes over a wheel of the set', async () => {
    const set = await buildSplit(await scratch());
    const before = await readFile(set.main);
    await expect(
      withSplitSet(set.main, set.parts, (opened) => joinSplitSet(opened, set.folder)),
    ).rejects.toMatchObject({ code: 'wheel/output-is-input' });
    expect(Buffer.compare(await readFile(set.main), before)).toBe(0);
  });

  it('reports what it has written, and stops when told', async () => {
    const set = await buildSplit(await scratch());
    const out = join(set.folder, 'out');
    await mkdir(out);
    const seen: number[] = [];
    await withSplitSet(set.main, set.parts, (opened) =>
      joinSplitSet(opened, out, { onProgress: (bytes) => seen.push(bytes) }),
    );
    expect(seen.at(-1)).toBe(set.original.bytes.length);
    await rm(join(out, set.original.filename));
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(
      withSplitSet(set.main, set.parts, (opened) => joinSplitSet(opened, out, { signal: aborted })),
    ).rejects.toThrow('enough');
    expect(await readdir(out)).toEqual([]);
  });

  it('works when the set lies under other folders', async () => {
    const set = await buildSplit(await scratch());
    const elsewhere = join(set.folder, 'parts');
    await mkdir(elsewhere);
    const parts: string[] = [];
    for (const part of set.parts) {
      parts.push(join(elsewhere, basename(part)));
      await rename(part, parts.at(-1) ?? '');
    }
    expect(await joined(set, parts)).toBe(true);
  });
});

describe('hostile sets', () => {
  const lies = (change: (description: SplitDescription) => SplitDescription): SplitSpec => ({
    description: change,
  });
  const chunkOf = (
    description: SplitDescription,
    change: (chunk: SplitDescription['chunked'][number]['chunks'][number], index: number) => object,
  ): SplitDescription => ({
    ...description,
    chunked: description.chunked.map((file) => ({
      ...file,
      chunks: file.chunks.map((chunk, index) => ({ ...chunk, ...change(chunk, index) })),
    })),
  });
  /** Changes the JSON document of the rebuild data, as long as it stays. */
  const rebuildText = (from: string, to: string) => (bytes: Uint8Array) => {
    expect(from.length).toBe(to.length);
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).toContain(from);
    return Buffer.from(text.replace(from, to), 'latin1');
  };

  const cases: readonly (readonly [string, string, SplitSpec])[] = [
    [
      'a chunk with another digest',
      'split/bad-chunk',
      lies((description) =>
        chunkOf(description, (_, index) => (index === 1 ? { sha256: '00'.repeat(32) } : {})),
      ),
    ],
    [
      'chunks in another order',
      'split/bad-chunk',
      lies((description) => ({
        ...description,
        chunked: description.chunked.map((file) => ({ ...file, chunks: file.chunks.toReversed() })),
      })),
    ],
    [
      'a chunk of another size',
      'split/bad-chunk',
      lies((description) => chunkOf(description, (_, index) => (index === 0 ? { size: 64 } : {}))),
    ],
    [
      'a chunk that is not there',
      'split/bad-chunk',
      lies((description) =>
        chunkOf(description, (_, index) => (index === 0 ? { path: 'big_cache/no.wwpart' } : {})),
      ),
    ],
    [
      'a member that is no chunk',
      'split/bad-chunk',
      lies((description) =>
        chunkOf(description, (_, index) => (index === 0 ? { path: 'big/__init__.py' } : {})),
      ),
    ],
    [
      'another digest of the original',
      'split/not-the-original',
      lies((description) => ({
        ...description,
        original: { ...description.original, sha256: '00'.repeat(32) },
      })),
    ],
    [
      'another size of the original',
      'split/bad-rebuild-data',
      lies((description) => ({ ...description, original: { ...description.original, size: 10 } })),
    ],
    [
      'rebuild data that are not there',
      'split/bad-rebuild-data',
      lies((description) => ({
        ...description,
        rebuild: { ...description.rebuild, member: 'big/no' },
      })),
    ],
    [
      'rebuild data with another digest',
      'split/bad-rebuild-data',
      lies((description) => ({
        ...description,
        rebuild: { ...description.rebuild, sha256: '00'.repeat(32) },
      })),
    ],
    [
      'no chunked file where one is wanted',
      'split/bad-rebuild-data',
      lies((description) => ({ ...description, chunked: [] })),
    ],
    [
      'steps of a part that is not there',
      'split/bad-rebuild-data',
      { rebuild: rebuildText('"big-part1"', '"big-part9"') },
    ],
    [
      'steps of a member that is not there',
      'split/bad-rebuild-data',
      { rebuild: rebuildText('"big/libs/liba.so.1"', '"big/libs/libb.so.1"') },
    ],
    [
      'steps past the end of a member',
      'split/bad-rebuild-data',
      { changed: true, rebuild: rebuildText(',21]', ',99]') },
    ],
    [
      'steps whose path escapes',
      'split/bad-rebuild-data',
      { rebuild: rebuildText('"big/libs/liba.so.1"', '"../../libs/liba.so"') },
    ],
    [
      'steps with an absurd length',
      'split/bad-rebuild-data',
      {
        rebuild: (bytes) =>
          Buffer.from(
            Buffer.from(bytes)
              .toString('latin1')
              .replace(/"inline",\d\d/, '"inline",9e'),
            'latin1',
          ),
      },
    ],
    [
      'rebuild data that go on',
      'split/bad-rebuild-data',
      { rebuild: (bytes) => Buffer.concat([bytes, Buffer.from('more')]) },
    ],
    [
      'rebuild data that were cut off',
      'split/bad-rebuild-data',
      { rebuild: (bytes) => bytes.subarray(0, 100) },
    ],
    [
      'rebuild data of another kind',
      'split/bad-rebuild-data',
      { rebuild: () => Buffer.from('wheelworks part\n....') },
    ],
    [
      'inline bytes that were changed',
      'split/not-the-original',
      { rebuild: (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([9])]) },
    ],
  ];
  it.each(cases)('are refused with %s', async (_, code, spec) => {
    const set = await buildSplit(await scratch(), spec);
    await expect(joined(set)).rejects.toMatchObject({ code });
  });

  it('do not make a stored file larger than it says', async () => {
    const set = await buildSplit(await scratch(), {
      stored: true,
      description: (description) => ({
        ...description,
        chunked: description.chunked.map((file) => ({ ...file, size: 1000 })),
      }),
    });
    await expect(joined(set)).rejects.toMatchObject({
      code: 'split/bad-chunk',
      path: expect.stringContaining(CORE),
    });
  });
});
