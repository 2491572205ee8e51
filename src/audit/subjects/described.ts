/** What the metadata beside installed or unpacked files says of them. */
import { readFile } from 'node:fs/promises';
import {
  compressTags,
  parseRecord,
  parseTag,
  parseTagSet,
  parseWheelFile,
  type TagSet,
} from '../../packaging/index.ts';
import { WheelworksError, systemErrorCode } from '../../support/errors.ts';

/** A `.dist-info` folder, as far as it could be read. */
export interface Described {
  /** Name and version from the folder's name. */
  readonly name: string;
  /** The tags of WHEEL, when they are what a file name can say. */
  readonly tags: TagSet | undefined;
  readonly rootIsPurelib: boolean | undefined;
  /** Paths of RECORD in its order; undefined without one. */
  readonly recorded: readonly string[] | undefined;
}

/** Reads WHEEL and RECORD. What is wrong with them is for `check` to say: it is left out. */
export async function describeDistInfo(path: string): Promise<Described> {
  const folder = path.slice(path.lastIndexOf('/') + 1);
  const [wheel, record] = await Promise.all([
    readIfThere(`${path}/WHEEL`),
    readIfThere(`${path}/RECORD`),
  ]);
  const parsed = wheel === undefined ? undefined : orUndefined(() => parseWheelFile(wheel));
  return {
    name: folder.replace(/\.dist-info$/, '').replace(/-(?=[^-]*$)/, ' '),
    tags: parsed === undefined ? undefined : orUndefined(() => tagsOf(parsed.tags)),
    rootIsPurelib: parsed?.rootIsPurelib,
    recorded:
      record === undefined ? undefined : parseRecord(record).entries.map((entry) => entry.path),
  };
}

function tagsOf(tags: readonly string[]): TagSet | undefined {
  if (tags.length === 0) return undefined;
  return parseTagSet(compressTags(tags.flatMap((text) => parseTag(text))));
}

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return undefined;
  }
}

function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
