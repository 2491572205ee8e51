import { describe, expect, it } from 'vitest';
import { openZip, type ZipArchive } from '../../../src/archive/zip/index.ts';
import { openBytes } from '../../../src/support/random-access.ts';
import {
  collectRebuild,
  encodeRebuild,
  parseRebuild,
  type DataPlace,
  type Rebuild,
} from '../../../src/wheel/split/index.ts';
import { buildZip, type ZipSpec } from '../../support/zip-builder.ts';

/** Walks the steps as a reader of the format would, taking member data from the archive itself. */
async function walk(rebuild: Rebuild, archive: ZipArchive): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let used = 0;
  for (const step of rebuild.steps) {
    if (step.kind === 'inline') {
      pieces.push(rebuild.inline.subarray(used, used + step.length));
      used += step.length;
      continue;
    }
    const entry = archive.get(step.path);
    if (entry === undefined) throw new Error(`no ${step.path}`);
    const { offset, length } = await archive.compressed(entry);
    expect(length).toBe(step.length);
    pieces.push(await archive.source.read(offset, length));
  }
  return Buffer.concat(pieces);
}

async function opened(spec: ZipSpec): Promise<{ archive: ZipArchive; bytes: Uint8Array }> {
  const bytes = buildZip(spec);
  return { archive: await openZip(openBytes(bytes)), bytes };
}

const big = Buffer.alloc(5000, 'many bytes of a library');
const members: ZipSpec['members'] = [
  { name: 'pkg/', content: '', method: 0 },
  { name: 'pkg/lib.so', content: big },
  { name: 'pkg/data.bin', content: big, method: 0 },
  { name: 'pkg/empty', content: '', method: 0 },
  { name: 'pkg/__init__.py', content: 'x = 1\n' },
];

const shapes: readonly (readonly [string, ZipSpec])[] = [
  ['a plain archive', { members }],
  ['data descriptors', { members: members.map((each) => ({ ...each, descriptor: 'signed' })) }],
  [
    'extra fields that differ between the headers',
    {
      members: members.map((each) => ({
        ...each,
        local: { extra: Buffer.from([0x55, 0x54, 5, 0, 3, 1, 2, 3, 4]) },
      })),
    },
  ],
  [
    'bytes between members',
    { members: members.map((each) => ({ ...each, before: Buffer.from('gap') })) },
  ],
  [
    'zip64 records, a comment and data before the archive',
    { members, zip64: {}, comment: 'made by hand', prefix: Buffer.from('#!/bin/sh\n') },
  ],
  ['members in another order than their headers', { members: members.toReversed() }],
];

describe('rebuild data', () => {
  it.each(shapes)('give the file back: %s', async (_, spec) => {
    const { archive, bytes } = await opened(spec);
    const rebuild = await collectRebuild(archive, ({ path }): DataPlace => {
      if (path === 'pkg/lib.so') return { kind: 'chunks' };
      if (path === 'pkg/__init__.py') return { kind: 'inline' };
      return { kind: 'member', carrier: null, path };
    });
    const read = parseRebuild(encodeRebuild(rebuild), 'x');
    expect(read).toEqual(rebuild);
    expect(Buffer.compare(await walk(read, archive), bytes)).toBe(0);
    expect(rebuild.steps.filter(({ kind }) => kind === 'chunks')).toHaveLength(1);
    // Only what no wheel carries: the two large members are not in it.
    expect(rebuild.inline.length).toBeLessThan(1500);
  });

  it('name the wheel that carries a member', async () => {
    const { archive } = await opened({ members });
    const rebuild = await collectRebuild(archive, ({ path }) => ({
      kind: 'member',
      carrier: 'pkg-part1',
      path,
    }));
    expect(rebuild.steps).toContainEqual({
      kind: 'member',
      carrier: 'pkg-part1',
      path: 'pkg/data.bin',
      length: 5000,
    });
  });

  it('are refused when too much of the file would be kept', async () => {
    const archive = await openZip(
      openBytes(Buffer.concat([Buffer.alloc(65 << 20), buildZip({ members })])),
    );
    await expect(collectRebuild(archive, () => ({ kind: 'chunks' }))).rejects.toMatchObject({
      code: 'split/too-much-around',
    });
  });
});
