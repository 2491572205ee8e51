/** The main wheel of a set as a wheel about to be written. */
import { addHeader, type MetadataDocument } from '../../packaging/index.ts';
import { sha256 } from '../../support/hash.ts';
import { editDraft, type WheelDraft, type WheelEdit } from '../../wheel/index.ts';
import {
  REBUILD_FILE,
  SPLIT_FILE,
  collectRebuild,
  encodeRebuild,
  printSplit,
  type DataPlace,
  type FileIdentity,
  type JsonValue,
  type SplitPart,
} from '../../wheel/split/index.ts';
import type { SplitChoices } from '../options.ts';
import type { WheelSplit } from '../plan.ts';
import type { SplitInput } from '../reading/input.ts';
import { filesModule, stubText, type CutFacts } from './files-module.ts';
import { JOINER_FILES } from './joiner-files.ts';
import type { Chunk } from './slices.ts';

/** What the main wheel is made of. */
export interface MainContents {
  readonly split: WheelSplit;
  readonly choices: SplitChoices;
  readonly original: FileIdentity;
  /** File name of a part to what is known of it. */
  readonly parts: ReadonlyMap<string, SplitPart>;
  /** Path to the new content of native files that were given a search path. */
  readonly edited: ReadonlyMap<string, Uint8Array>;
  /** Path to facts of the files that were cut. */
  readonly cuts: ReadonlyMap<string, CutFacts>;
  /** Chunks and windows that the main wheel carries itself. */
  readonly chunks: ReadonlyMap<string, Chunk>;
  readonly windows: ReadonlyMap<string, Uint8Array>;
}

/** The draft of a main wheel. @throws WheelworksError `split/too-much-around`, `wheel/*`, `zip/*`. */
export async function mainDraft(input: SplitInput, contents: MainContents): Promise<WheelDraft> {
  const { draft } = input;
  const { split } = contents;
  const rebuild = encodeRebuild(
    await collectRebuild(input.wheel.archive, placesOf(input, contents)),
  );
  const made: WheelEdit[] = [...joinerEdits(input, contents), ...chunkEdits(contents)];
  const describedAt = (name: string): string => `${draft.distInfo}/${name}`;
  made.push({ kind: 'add', path: describedAt(REBUILD_FILE), bytes: rebuild });
  const replaced = [
    ...['METADATA', 'RECORD', 'WHEEL', SPLIT_FILE].map(describedAt),
    ...made.flatMap((edit) => (edit.kind === 'add' ? [edit.path] : [])),
    ...contents.edited.keys(),
  ].sort();
  const description = printSplit({
    ...describe(contents, input),
    replaced,
    rebuild: { member: describedAt(REBUILD_FILE), sha256: sha256(rebuild) },
  });
  return editDraft(draft, [
    { kind: 'metadata', metadata: withPins(draft.metadata, split.pins) },
    ...split.moved.map(({ path }): WheelEdit => ({ kind: 'remove', path })),
    ...split.chunked.map(({ path }): WheelEdit => ({ kind: 'remove', path })),
    ...[...contents.edited].map(([path, bytes]): WheelEdit => ({ kind: 'replace', path, bytes })),
    ...split.relocated.map(({ path, to }): WheelEdit => ({ kind: 'rename', from: path, to })),
    ...made,
    { kind: 'add', path: describedAt(SPLIT_FILE), bytes: description },
  ]);
}

/** The pins stand behind what was required before, of which no byte changes. */
function withPins(metadata: MetadataDocument, pins: readonly string[]): MetadataDocument {
  return pins.reduce((document, pin) => addHeader(document, 'Requires-Dist', pin), metadata);
}

function joinerEdits(input: SplitInput, contents: MainContents): readonly WheelEdit[] {
  const { names, draft, members } = input;
  const { split, choices, cuts } = contents;
  if (split.groups.length === 0) return [];
  const [platform = 'any'] = input.wheel.filename.tags.platforms;
  const files = filesModule({
    names,
    version: draft.version,
    choices,
    split,
    platform,
    cuts,
    digests: new Map(
      members.flatMap(({ path, sha256: digest }) => (digest === undefined ? [] : [[path, digest]])),
    ),
  });
  const texts = [...JOINER_FILES, ['_files.py', files] as const];
  return [
    ...texts.map(([name, text]): WheelEdit => ({
      kind: 'add',
      path: `${names.cache}/${name}`,
      bytes: Buffer.from(text),
    })),
    ...split.stubs.map((stub): WheelEdit => ({
      kind: 'add',
      path: stub.path,
      bytes: Buffer.from(stubText(stub, names)),
    })),
  ];
}

function chunkEdits({ chunks, windows }: MainContents): readonly WheelEdit[] {
  return [
    ...[...chunks].map(([path, { content }]): WheelEdit => ({
      kind: 'add',
      path,
      stored: content,
    })),
    ...[...windows].map(([path, bytes]): WheelEdit => ({ kind: 'add', path, bytes })),
  ];
}

/** Where the data of each member of the original are. */
function placesOf(
  { draft }: SplitInput,
  { split, parts, edited }: MainContents,
): (entry: { readonly path: string }) => DataPlace {
  const moved = new Map(split.moved.map((move) => [move.path, move]));
  const relocated = new Map(split.relocated.map(({ path, to }) => [path, to]));
  const cut = new Set(split.chunked.map(({ path }) => path));
  return ({ path }) => {
    if (cut.has(path)) return { kind: 'chunks' };
    if (!draft.members.has(path) || edited.has(path)) return { kind: 'inline' };
    const move = moved.get(path);
    if (move !== undefined)
      return {
        kind: 'member',
        carrier: parts.get(move.part)?.distribution ?? null,
        path: move.to,
      };
    return { kind: 'member', carrier: null, path: relocated.get(path) ?? path };
  };
}

function describe(
  { split, choices, original, parts, cuts }: MainContents,
  input: SplitInput,
): Omit<Parameters<typeof printSplit>[0], 'replaced' | 'rebuild'> {
  const distributionOf = (part: string): string => parts.get(part)?.distribution ?? part;
  const methods = new Map(input.members.map(({ path, entry }) => [path, entry.method]));
  return {
    original,
    maxSize: choices.maxSize,
    choices: choicesAsJson(choices),
    parts: split.parts.flatMap((filename) => parts.get(filename) ?? []),
    chunked: split.chunked.map(({ path, size, chunks }) => {
      const facts = cuts.get(path);
      if (facts === undefined) throw new TypeError(`${path} was cut and not read`);
      return {
        path,
        size,
        sha256: facts.sha256,
        originalMethod: methods.get(path) === 0 ? 'stored' : 'deflated',
        crc32: facts.crc32,
        chunks: chunks.map(({ part, member }, index) => ({
          distribution: part === null ? null : distributionOf(part),
          path: member,
          size: facts.chunks[index]?.size ?? 0,
          sha256: facts.chunks[index]?.sha256 ?? '',
        })),
      };
    }),
    moved: split.moved.map(({ path, to, part }) => ({
      path,
      distribution: distributionOf(part),
      ...(to === path ? {} : { to }),
    })),
    relocated: split.relocated,
  };
}

function choicesAsJson({
  byPath,
  inPlace,
  exclude,
  cacheVariable,
  cacheDirectory,
}: SplitChoices): Readonly<Record<string, JsonValue>> {
  return {
    byPath,
    ...(inPlace === undefined ? {} : { inPlace }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(cacheVariable === undefined ? {} : { cacheVariable }),
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
  };
}
