/** Wheels cut into sets: how a main wheel and its parts describe themselves, and how they become one wheel again. */
export {
  CHUNK_HEADER_LENGTH,
  CHUNK_SUFFIX,
  encodeChunkHeader,
  parseChunkHeader,
  type ChunkHeader,
} from './chunk-header.ts';
export {
  parsePart,
  parseSplit,
  printPart,
  printSplit,
  readPart,
  readSplit,
  splitRole,
} from './description.ts';
export {
  REBUILD_FILE,
  SPLIT_FILE,
  SPLIT_PART_FILE,
  type Carrier,
  type ChunkedFile,
  type FileIdentity,
  type JsonValue,
  type MovedFile,
  type PartDescription,
  type RelocatedFile,
  type SplitChunk,
  type SplitDescription,
  type SplitPart,
} from './model.ts';
export { parsePartSummary, partSummary, type PartOf } from './part-summary.ts';
export { collectRebuild, type DataPlace, type Rebuild, type RebuildStep } from './rebuild.ts';
export { LARGEST_REBUILD, encodeRebuild, parseRebuild } from './rebuild-file.ts';
export { joinSplitSet, verifySplitSet, type JoinOptions } from './join.ts';
export { findParts, openSplitSet, withSplitSet, type FoundPart, type SplitSet } from './set.ts';
