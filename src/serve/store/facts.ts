/** What happens to an index, a fact each: its journal is a list of these, and its state is what they add up to. */
import type { FormEntry } from '../../packaging/index.ts';
import type { ProjectStatus } from '../../packaging/index.ts';
import type { StoredFile } from '../state.ts';

/** A file was taken. The first of a project makes the project, the first of a release the release. */
export interface FileFact {
  readonly fact: 'file';
  /** The project as the upload spells it. */
  readonly name: string;
  /** Of a project that the file makes. */
  readonly owners: readonly string[];
  readonly file: StoredFile;
  /** Of a release that the file makes. */
  readonly metadata: readonly FormEntry[];
}

/** A project is there before its files are, or belongs to others from now on. */
export interface ProjectFact {
  readonly fact: 'project';
  readonly name: string;
  /** UTC. */
  readonly created: string;
  readonly owners: readonly string[];
  /** Bytes. */
  readonly fileLimit?: number;
  readonly totalLimit?: number;
}

export type Fact =
  | FileFact
  | ProjectFact
  | { readonly fact: 'deleted'; readonly filename: string }
  /** `false` takes it back. */
  | { readonly fact: 'yanked'; readonly filename: string; readonly yanked: boolean | string }
  | {
      readonly fact: 'status';
      readonly project: string;
      readonly status: ProjectStatus;
      readonly reason?: string;
    }
  | { readonly fact: 'prohibited'; readonly names: readonly string[] }
  /** Names of files that are burnt without ever having been here. */
  | { readonly fact: 'burnt'; readonly filenames: readonly string[] };

const KINDS: ReadonlySet<string> = new Set([
  'file',
  'project',
  'deleted',
  'yanked',
  'status',
  'prohibited',
  'burnt',
]);

/** A fact out of a line of the journal, or undefined when it is none. */
export function parseFact(line: string): Fact | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('fact' in value)) return undefined;
    return typeof value.fact === 'string' && KINDS.has(value.fact) ? (value as Fact) : undefined;
  } catch {
    return undefined;
  }
}
