/** A small wheel cut into a set by hand: a chunked library, one that moved, one that lies elsewhere. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { openZip } from '../../src/archive/zip/index.ts';
import { openBytes } from '../../src/support/random-access.ts';
import {
  collectRebuild,
  encodeChunkHeader,
  encodeRebuild,
  printPart,
  printSplit,
  type DataPlace,
  type SplitChunk,
  type SplitDescription,
} from '../../src/wheel/split/index.ts';
import { buildWheel, type BuiltWheel, type Content, type WheelSpec } from './wheel-builder.ts';

export interface SplitSpec {
  version?: string;
  tags?: string;
  /** Of the main wheel and the original, when the parts have others. */
  mainTags?: string;
  /** The library that is cut. */
  core?: Uint8Array;
  /** The main wheel holds the small module changed; the second part keeps the bytes that it had. */
  changed?: boolean;
  /** The library that moves into the first part. */
  moved?: Uint8Array;
  /** Another spelling of the original's archive: descriptors, prefix, zip64. */
  original?: Pick<WheelSpec, 'members' | 'zip'>;
  /** The original holds the large library stored. */
  stored?: boolean;
  /** Changes what the main wheel says. */
  description?: (description: SplitDescription) => SplitDescription;
  /** Changes the rebuild data; their digest is made of what comes out. */
  rebuild?: (bytes: Uint8Array) => Uint8Array;
  /** Changes the files of the main wheel or of the part whose number is given; digests are made of the originals. */
  files?: (files: Record<string, Content>, part: number | undefined) => Record<string, Content>;
  /** Changes a part's wheel after its digest was taken. */
  part?: (bytes: Uint8Array, part: number) => Uint8Array;
  /** Requires-Dist of the main wheel; the right ones by default. */
  requires?: readonly string[];
}

/** The folder of the set, and what it was made from. */
export interface BuiltSplit {
  readonly folder: string;
  readonly main: string;
  readonly parts: readonly string[];
  readonly original: BuiltWheel;
}

const sha256 = (bytes: Uint8Array | string): string =>
  createHash('sha256').update(bytes).digest('hex');

export const CORE = 'big/_core.cpython-312-x86_64-linux-gnu.so';
const MOVED = 'big/libs/liba.so.1';
const SMALL = 'big/_small.cpython-312-x86_64-linux-gnu.so';

/** Where a part keeps the compressed bytes of files that the set holds changed, behind those of others. */
const KEPT = 'big_part2/originals.kept';
const KEPT_BEFORE = Buffer.from('bytes of another file');

/** Bytes that compress, but not to nothing. */
export function libraryBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 7;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[index] = (state >>> 16) & 63;
  }
  return bytes;
}

/** Builds the set into a folder. */
export async function buildSplit(folder: string, spec: SplitSpec = {}): Promise<BuiltSplit> {
  const { version = '1.0', tags = 'cp312-cp312-linux_x86_64' } = spec;
  const mainTags = spec.mainTags ?? tags;
  const core = spec.core ?? libraryBytes(300_000);
  const plain: Record<string, Content> = {
    'big/__init__.py': 'from big import _core\n',
    [CORE]: core,
    [SMALL]: libraryBytes(900),
    [MOVED]: spec.moved ?? libraryBytes(5000),
  };
  const { stored = false, original: shape = {} } = spec;
  const original = buildWheel({
    name: 'big',
    version,
    tags: mainTags,
    files: plain,
    ...shape,
    members: (members) => {
      const all = members.map((each) =>
        each.name === CORE && stored ? { ...each, method: 0 } : each,
      );
      return shape.members?.(all) ?? all;
    },
  });
  const distInfo = original.distInfo;
  const slices = cut(deflateRawSync(core), 3);
  const chunkBytes = slices.map((slice, index) =>
    Buffer.concat([
      encodeChunkHeader({ index, count: slices.length, sha256: sha256(core) }),
      slice,
    ]),
  );
  const chunks = chunkBytes.map((bytes, index): SplitChunk => ({
    distribution: index === 0 ? null : `big-part${index}`,
    path: chunkPath(index),
    size: bytes.length,
    sha256: sha256(bytes),
  }));
  const parts = [1, 2].map((part) => {
    const files = {
      [`big_part${part}/__init__.py`]: `VERSION = "${version}"\n`,
      [chunkPath(part)]: chunkBytes[part] ?? '',
      ...(part === 1 ? { [MOVED]: plain[MOVED] ?? '' } : {}),
      ...(part === 2 && spec.changed === true
        ? { [KEPT]: Buffer.concat([KEPT_BEFORE, deflateRawSync(plain[SMALL] ?? '')]) }
        : {}),
      [`big_part${part}-${version}.dist-info/split-part.json`]: printPart({
        of: { distribution: 'big', version },
        part,
        contents: [{ path: chunkPath(part), sha256: chunks[part]?.sha256 ?? '' }],
      }),
    };
    return buildWheel({
      name: `big_part${part}`,
      version,
      tags,
      files: spec.files?.(files, part) ?? files,
      metadata: `Metadata-Version: 2.1\nName: big-part${part}\nVersion: ${version}\n`,
      members: storeChunks,
    });
  });
  const rebuild = await rebuildOf(original.bytes, spec);
  const description: SplitDescription = {
    original: {
      filename: original.filename,
      size: original.bytes.length,
      sha256: sha256(original.bytes),
    },
    maxSize: 150_000,
    choices: {},
    parts: parts.map((built, index) => ({
      distribution: `big-part${index + 1}`,
      filename: built.filename,
      sha256: sha256(built.bytes),
    })),
    chunked: [
      {
        path: CORE,
        size: core.length,
        sha256: sha256(core),
        originalMethod: stored ? 'stored' : 'deflated',
        crc32: crc32(core),
        chunks,
      },
    ],
    moved: [{ path: MOVED, distribution: 'big-part1' }],
    relocated: [{ path: SMALL, to: `big_cache/files/${SMALL}` }],
    replaced: [`${distInfo}/METADATA`, `${distInfo}/RECORD`],
    rebuild: { member: `${distInfo}/split-original.bin`, sha256: sha256(rebuild) },
  };
  const requires = spec.requires ?? [1, 2].map((part) => `big-part${part}==${version}`);
  const mainFiles: Record<string, Content> = {
    'big/__init__.py': plain['big/__init__.py'] ?? '',
    'big_cache/__init__.py': '',
    [chunkPath(0)]: chunkBytes[0] ?? '',
    [`big_cache/files/${SMALL}`]: spec.changed === true ? 'edited' : (plain[SMALL] ?? ''),
    [`${distInfo}/split.json`]: printSplit(spec.description?.(description) ?? description),
    [`${distInfo}/split-original.bin`]: rebuild,
  };
  const main = buildWheel({
    name: 'big',
    version,
    tags: mainTags,
    files: spec.files?.(mainFiles, undefined) ?? mainFiles,
    metadata: [
      'Metadata-Version: 2.1',
      'Name: big',
      `Version: ${version}`,
      ...requires.map((requirement) => `Requires-Dist: ${requirement}`),
      '',
    ].join('\n'),
    members: storeChunks,
  });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, main.filename), main.bytes);
  for (const [index, { filename, bytes }] of parts.entries())
    await writeFile(join(folder, filename), spec.part?.(bytes, index + 1) ?? bytes);
  return {
    folder,
    main: join(folder, main.filename),
    parts: parts.map(({ filename }) => join(folder, filename)),
    original,
  };
}

function chunkPath(index: number): string {
  return index === 0 ? 'big_cache/chunk-0.wwpart' : `big_part${index}/chunk-${index}.wwpart`;
}

const storeChunks: NonNullable<WheelSpec['members']> = (members) =>
  members.map((each) =>
    /\.(?:wwpart|kept)$/.test(String(each.name)) ? { ...each, method: 0 } : each,
  );

function cut(bytes: Uint8Array, count: number): Uint8Array[] {
  const step = Math.ceil(bytes.length / count);
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * step, (index + 1) * step),
  );
}

async function rebuildOf(original: Uint8Array, spec: SplitSpec): Promise<Uint8Array> {
  const archive = await openZip(openBytes(original));
  const rebuild = await collectRebuild(archive, ({ path }): DataPlace => {
    if (path === CORE) return { kind: 'chunks' };
    if (path === MOVED) return { kind: 'member', carrier: 'big-part1', path };
    if (path === SMALL && spec.changed === true)
      return { kind: 'member', carrier: 'big-part2', path: KEPT, offset: KEPT_BEFORE.length };
    if (path === SMALL) return { kind: 'member', carrier: null, path: `big_cache/files/${path}` };
    if (path === 'big/__init__.py') return { kind: 'member', carrier: null, path };
    return { kind: 'inline' };
  });
  const bytes = encodeRebuild(rebuild);
  return spec.rebuild?.(bytes) ?? bytes;
}
