/** A project as its page has it. */
import { formatSimpleProject, type FormEntry, type SimpleProject } from '../../packaging/index.ts';
import {
  newestRelease,
  projectPage,
  releasesOf,
  simpleFileOf,
  urlPart,
  type ProjectFacts,
  type ProjectLink,
} from '../../index/index.ts';
import type { StoredFile, StoredProject } from '../state.ts';
import { releaseKey } from '../store/index.ts';

/** Both forms of a page. */
export interface PageTexts {
  readonly json: string;
  readonly html: string;
}

/** What pages must know of the server. */
export interface PagePlace {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly isServed: (file: StoredFile) => boolean;
}

export function projectTexts(project: StoredProject, place: PagePlace): PageTexts {
  const document = simpleProjectOf(project, place);
  const facts = projectFacts(project);
  return {
    json: formatSimpleProject(document),
    html: projectPage({
      project: document,
      indexUrl: `${place.origin}/simple/`,
      ...(facts === undefined ? {} : { facts }),
    }),
  };
}

/** As the API has it: of quarantined projects no files are offered (PEP 792). */
export function simpleProjectOf(
  project: StoredProject,
  { origin, isServed }: PagePlace,
): SimpleProject {
  const { normalizedName: name, status, releases } = project;
  const files = status?.status === 'quarantined' ? [] : [...project.files.values()];
  return {
    name,
    versions: [...releases.values()].map(({ version }) => version),
    files: files.filter(isServed).map((file) =>
      simpleFileOf(file, `../../${filePath(file)}`, {
        uploadTime: file.uploadTime,
        ...(file.yanked === undefined ? {} : { yanked: file.yanked }),
        ...(file.hasProvenance === true ? { provenance: `${origin}/${provenancePath(file)}` } : {}),
      }),
    ),
    ...(status === undefined ? {} : { status }),
  };
}

/** Where a file is, from the top of the server. Its digest is part of it: the bytes behind it never change. */
export function filePath({ sha256, filename }: StoredFile): string {
  return `files/${sha256}/${urlPart(filename)}`;
}

/** PyPI's path for the attestations of a file. */
export function provenancePath({ project, version, filename }: StoredFile): string {
  return `integrity/${urlPart(project)}/${urlPart(version)}/${urlPart(filename)}/provenance`;
}

/** What the newest release says of the project. */
export function projectFacts(project: StoredProject): ProjectFacts | undefined {
  const newest = newestRelease(releasesOf(project.normalizedName, [...project.files.values()]));
  const release =
    newest === undefined ? undefined : project.releases.get(releaseKey(newest.version));
  return release === undefined ? undefined : factsIn(release.metadata, project.name);
}

/** The fields of a form that people want to know. */
export function factsIn(metadata: readonly FormEntry[], name: string): ProjectFacts {
  const of = (field: string): readonly string[] =>
    metadata.flatMap(([key, value]) => (key === field ? [value] : []));
  const [summary] = of('summary');
  const [homePage] = of('home_page');
  return {
    name: of('name')[0] ?? name,
    ...(summary === undefined ? {} : { summary }),
    links: [
      ...(homePage === undefined ? [] : [{ label: 'Home page', url: homePage }]),
      ...of('project_urls').map(labelled),
    ],
  };
}

function labelled(value: string): ProjectLink {
  const comma = value.indexOf(',');
  return comma === -1
    ? { label: '', url: value }
    : { label: value.slice(0, comma).trim(), url: value.slice(comma + 1).trim() };
}
