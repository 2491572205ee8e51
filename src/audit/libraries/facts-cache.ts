/** Native files on disk, read once a run however many wheels need them. */
import { WheelworksError } from '../../support/errors.ts';
import { readNativeFile } from '../../wheel/index.ts';
import { factsReader, type FactsOptions, type NativeFacts } from '../facts.ts';

/** The facts of files, by their real path. */
export interface FactsCache {
  /**
   * The facts of a file; undefined when it is no native file. `path` of the facts is that given.
   * @throws WheelworksError `file/*` when it cannot be read.
   */
  read(path: string): Promise<NativeFacts | undefined>;
  /** The same, and undefined for what cannot be read: a loader passes over it. */
  tryRead(path: string): Promise<NativeFacts | undefined>;
}

/** An empty cache. @param options what is read beyond the usual, the same for every file */
export function createFactsCache(options: FactsOptions = {}): FactsCache {
  const describe = factsReader(options);
  const known = new Map<string, Promise<NativeFacts | undefined>>();
  const read = (path: string): Promise<NativeFacts | undefined> => {
    const earlier = known.get(path);
    if (earlier !== undefined) return earlier;
    const facts = readNativeFile(path, describe);
    known.set(path, facts);
    return facts;
  };
  const tryRead = async (path: string): Promise<NativeFacts | undefined> => {
    try {
      return await read(path);
    } catch (error) {
      if (error instanceof WheelworksError) return undefined;
      throw error;
    }
  };
  return { read, tryRead };
}
