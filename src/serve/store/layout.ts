/** Where an index keeps what, below its folder. */
import { join } from 'node:path';

/** The paths of a store. Contents are named by their SHA-256: no name that a client chose ever becomes a path here. */
export interface StoreLayout {
  readonly journal: string;
  /** There while a server has the folder. */
  readonly lock: string;
  /** Hashes of identity tokens that were used. */
  readonly usedTokens: string;
  /** Uploads that are not finished; emptied at every start. */
  readonly incoming: string;
  readonly contents: string;
  readonly snapshots: string;
  content(sha256: string): string;
  /** METADATA of the wheel with these bytes. */
  metadata(sha256: string): string;
  /** The provenance document of the file with these bytes. */
  provenance(sha256: string): string;
  snapshot(name: string): string;
}

export function storeLayout(root: string): StoreLayout {
  const contents = join(root, 'contents');
  const content = (sha256: string): string => join(contents, sha256.slice(0, 2), sha256);
  return {
    journal: join(root, 'journal.jsonl'),
    lock: join(root, 'server.lock'),
    usedTokens: join(root, 'used-tokens'),
    incoming: join(root, 'incoming'),
    contents,
    snapshots: join(root, 'snapshots'),
    content,
    metadata: (sha256) => `${content(sha256)}.metadata`,
    provenance: (sha256) => `${content(sha256)}.provenance`,
    snapshot: (name) => join(root, 'snapshots', `${name}.jsonl`),
  };
}
