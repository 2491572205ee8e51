/** What an index has already, and what that means for a file that is to be sent. */
import { readSimpleProject, type IndexClientOptions } from '../index/index.ts';
import type { SimpleFile, SimpleProject } from '../packaging/index.ts';
import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { httpRequest } from '../support/http.ts';
import type { Destination } from './destination.ts';
import type { PublishFile } from './publish-file.ts';

/** What an index says of one file that is to be sent. */
export type Presence =
  | { readonly state: 'absent' }
  /** The same bytes under the same name. */
  | { readonly state: 'same' }
  | { readonly state: 'other'; readonly error: ErrorReport }
  /** A file of this name whose digest is not told. */
  | { readonly state: 'no-digest' }
  /** The index could not be asked. */
  | { readonly state: 'unknown'; readonly reason: string };

/** The pages of the projects of a set; undefined for one that the index does not have. */
export interface IndexState {
  readonly projects: ReadonlyMap<string, SimpleProject | undefined>;
  /** Why the index could not be asked, when it could not. */
  readonly problem?: string;
}

/**
 * Asks an index for projects. Failure is told and not thrown: what it means is for the plan to decide.
 * @throws WheelworksError `http/cancelled`.
 */
export async function askIndex(
  destination: Destination,
  projects: readonly string[],
  options: IndexClientOptions,
): Promise<IndexState> {
  const { index } = destination;
  if (index === undefined) return unasked('no address of its list of projects is known');
  try {
    if (destination.isIndexGuessed && !(await isThere(index, options)))
      return unasked(`${index} is no list of projects`);
    const pages = await Promise.all(
      projects.map(async (name) => [name, await readSimpleProject(index, name, options)] as const),
    );
    return { projects: new Map(pages) };
  } catch (error) {
    if (!(error instanceof WheelworksError) || error.code === 'http/cancelled') throw error;
    const evidence = error.evidence === undefined ? '' : ` (${error.evidence})`;
    return unasked(`${error.message}${evidence}`);
  }
}

function unasked(problem: string): IndexState {
  return { projects: new Map(), problem };
}

/** Of an address that was made up, a 404 for a project would mean nothing. */
async function isThere(index: string, options: IndexClientOptions): Promise<boolean> {
  const { userAgent: _, ...request } = options;
  const { status } = await httpRequest(index, { ...request, method: 'HEAD' });
  return status === 200 || status === 401 || status === 403;
}

/** What the index has of a file. */
export function presenceOf(file: PublishFile, state: IndexState): Presence {
  if (state.problem !== undefined) return { state: 'unknown', reason: state.problem };
  const files = state.projects.get(file.project)?.files ?? [];
  const named = files.find(({ filename }) => filename === file.filename);
  if (named === undefined) return otherName(file, files) ?? { state: 'absent' };
  const known = digestOf(named);
  if (known === undefined) return { state: 'no-digest' };
  if (known === file.sha256) return { state: 'same' };
  return {
    state: 'other',
    error: {
      code: 'publish/other-bytes',
      message: `The index has a ${file.filename} with other bytes.`,
      path: file.path,
      evidence: `there: sha256 ${known}\nhere:  sha256 ${file.sha256}`,
      hint: 'A file name can be used once: publish what was uploaded first, or raise the version (or the build number of a wheel).',
    },
  };
}

/** PyPI takes a content once, under one name. */
function otherName(file: PublishFile, files: readonly SimpleFile[]): Presence | undefined {
  const twin = files.find((each) => digestOf(each) === file.sha256);
  if (twin === undefined) return undefined;
  return {
    state: 'other',
    error: {
      code: 'publish/other-name',
      message: `The index has the bytes of ${file.filename} under another name.`,
      path: file.path,
      evidence: twin.filename,
      hint: 'Indexes take a content once. Was the file renamed? Use wheelworks retag to change tags.',
    },
  };
}

function digestOf({ hashes }: SimpleFile): string | undefined {
  return hashes['sha256']?.toLowerCase();
}
