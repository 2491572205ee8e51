/** The state of an index as its facts add up. */
import { canonicalVersion, normalizeName, tryParseVersion } from '../../packaging/index.ts';
import type { IndexState, StoredFile, StoredProject, StoredRelease } from '../state.ts';
import type { Fact, FileFact, ProjectFact } from './facts.ts';

/** By this versions are one: 1.0 and 1.0.0 are the same release. */
export function releaseKey(version: string): string {
  const parsed = tryParseVersion(version);
  return parsed === undefined ? version : canonicalVersion(parsed);
}

/** An index that facts are added to. What was taken out of it before stays as it was. */
export interface MemoryState extends IndexState {
  /** The normalised names of the projects that are another from now on. */
  apply(fact: Fact): readonly string[];
}

export function createMemoryState(facts: readonly Fact[] = []): MemoryState {
  const projects = new Map<string, StoredProject>();
  const deletedFilenames = new Set<string>();
  const prohibitedNames = new Set<string>();
  const byFilename = new Map<string, StoredFile>();
  const byContent = new Map<string, StoredFile>();

  const put = (project: StoredProject): readonly string[] => {
    projects.set(project.normalizedName, project);
    return [project.normalizedName];
  };
  const known = (name: string): StoredProject | undefined => projects.get(normalizeName(name));

  const takeFile = (fact: FileFact): readonly string[] => {
    const { file } = fact;
    byFilename.set(file.filename, file);
    byContent.set(file.blake2b256, file);
    return put(withFile(projects.get(file.project) ?? madeBy(fact), fact));
  };
  const replaceFile = (
    filename: string,
    replacement: (file: StoredFile) => StoredFile | undefined,
  ): readonly string[] => {
    const file = byFilename.get(filename);
    const project = file === undefined ? undefined : projects.get(file.project);
    if (file === undefined || project === undefined) return [];
    const next = replacement(file);
    const files = new Map(project.files);
    if (next === undefined) {
      files.delete(filename);
      byFilename.delete(filename);
      byContent.delete(file.blake2b256);
    } else {
      files.set(filename, next);
      byFilename.set(filename, next);
      byContent.set(file.blake2b256, next);
    }
    return put({ ...project, files });
  };
  const state: MemoryState = {
    projects,
    deletedFilenames,
    prohibitedNames,
    file: (filename) => byFilename.get(filename),
    fileByContent: (blake2b256) => byContent.get(blake2b256),
    apply(fact) {
      switch (fact.fact) {
        case 'file':
          return takeFile(fact);
        case 'project':
          return put(withProject(known(fact.name), fact));
        case 'deleted':
          deletedFilenames.add(fact.filename);
          return replaceFile(fact.filename, () => undefined);
        case 'yanked':
          return replaceFile(fact.filename, (file) => withYank(file, fact.yanked));
        case 'status': {
          const project = known(fact.project);
          if (project === undefined) return [];
          const { status, reason } = fact;
          return put({
            ...project,
            status: { status, ...(reason === undefined ? {} : { reason }) },
          });
        }
        case 'prohibited':
          for (const name of fact.names) prohibitedNames.add(normalizeName(name));
          return [];
        case 'burnt':
          for (const filename of fact.filenames) deletedFilenames.add(filename);
          return [];
      }
    },
  };
  for (const fact of facts) state.apply(fact);
  return state;
}

function madeBy({ name, owners, file }: FileFact): StoredProject {
  return {
    name,
    normalizedName: file.project,
    created: file.uploadTime,
    owners,
    releases: new Map(),
    files: new Map(),
  };
}

function withFile(project: StoredProject, { file, metadata }: FileFact): StoredProject {
  const key = releaseKey(file.version);
  const releases = new Map<string, StoredRelease>(project.releases);
  if (!releases.has(key))
    releases.set(key, { version: file.version, created: file.uploadTime, metadata });
  const files = new Map(project.files);
  files.set(file.filename, file);
  return { ...project, releases, files };
}

function withProject(before: StoredProject | undefined, fact: ProjectFact): StoredProject {
  const { name, created, owners, fileLimit, totalLimit } = fact;
  return {
    name: before?.name ?? name,
    normalizedName: normalizeName(name),
    created: before?.created ?? created,
    releases: before?.releases ?? new Map<string, StoredRelease>(),
    files: before?.files ?? new Map<string, StoredFile>(),
    ...(before?.status === undefined ? {} : { status: before.status }),
    owners,
    ...(fileLimit === undefined ? {} : { fileLimit }),
    ...(totalLimit === undefined ? {} : { totalLimit }),
  };
}

function withYank(file: StoredFile, yanked: boolean | string): StoredFile {
  const { yanked: _before, ...rest } = file;
  return yanked === false ? rest : { ...rest, yanked: yanked === '' ? true : yanked };
}
