/** Crawls an index as pip and uv would, and says what they would stumble over. */
import {
  SIMPLE_TYPES,
  normalizeName,
  parseSimpleHtml,
  parseSimpleIndex,
  parseSimpleProject,
  projectNames,
  type SimpleFile,
  type SimpleHtmlPage,
  type SimpleProject,
} from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { Finding } from '../../support/finding.ts';
import type { HttpRequest } from '../../support/http.ts';
import { mapParallel } from '../../support/parallel.ts';
import { runTask, type EventSink } from '../../support/progress/events.ts';
import { advises, breaks } from './findings.ts';
import {
  foldUnreachable,
  isUnreachable,
  orUnreachable,
  patientReader,
  unreachable,
} from './reachable.ts';
import { channelsOfManifest, parseManifest } from '../build/manifest.ts';
import { MANIFEST } from '../build/target.ts';
import { openReader, type IndexReader, type Resource } from './reader.ts';
import { comparePages, verifyAnchors } from './verify-page.ts';
import { verifyFile } from './verify-file.ts';

/** How an index is verified. */
export interface VerifyOptions {
  /** Read every file, for its digest and metadata. Default true; otherwise it is only looked whether it is there. */
  readonly files?: boolean;
  readonly jobs: number;
  readonly events: EventSink;
  readonly request?: Pick<HttpRequest, 'signal' | 'timeoutMs' | 'dispatcher'>;
}

/** What was seen. */
export interface VerifiedIndex {
  readonly projects: number;
  readonly files: number;
  readonly findings: readonly Finding[];
}

/**
 * Verifies an index: the folder or address that holds `simple/`, or that of the list of projects itself.
 * @throws WheelworksError `index/no-index` when there is no list of projects, `http/*`.
 */
export async function verifyIndex(place: string, options: VerifyOptions): Promise<VerifiedIndex> {
  const reader = patientReader(openReader(place, options.request ?? {}));
  const channels = await channelsOf(reader);
  if (channels.length === 0) return verifyOne(reader, place, options);
  const results: VerifiedIndex[] = [];
  for (const channel of channels) {
    const base = new URL(`${channel}/`, reader.base).href;
    results.push(await verifyOne({ ...reader, base }, base, options));
  }
  return {
    projects: results.reduce((sum, { projects }) => sum + projects, 0),
    files: results.reduce((sum, { files }) => sum + files, 0),
    findings: results.flatMap(({ findings }) => findings),
  };
}

/** Each channel of a tree is an index of its own; what wrote the tree remembers which there are. */
async function channelsOf(reader: IndexReader): Promise<readonly string[]> {
  const page = await reader.page(new URL(MANIFEST, reader.base).href);
  if (page.status !== 200) return [];
  try {
    const names = channelsOfManifest(parseManifest(textOf(page), page.url));
    return names.filter((name) => name !== undefined);
  } catch {
    // Not ours, or not readable: then it is no help.
    return [];
  }
}

async function verifyOne(
  reader: IndexReader,
  place: string,
  options: VerifyOptions,
): Promise<VerifiedIndex> {
  const { url, names, isMarked, findings: rootFindings } = await readRoot(reader, place);
  const findings: Finding[] = [...rootFindings];
  const seen = new Map<string, SimpleFile>();
  const task = {
    id: 'index-verify',
    label: 'verify projects',
    total: names.length,
    unit: 'steps',
  } as const;
  let done = 0;
  const results = await runTask(options.events, task, () =>
    mapParallel(names, options.jobs, async (name) => {
      options.request?.signal?.throwIfAborted();
      const result = await verifyProject(
        reader,
        new URL(`${encodeURIComponent(name)}/`, url).href,
        {
          name,
          readsFiles: options.files !== false,
        },
      );
      done += 1;
      options.events({ type: 'task-progress', id: task.id, done, detail: name });
      return result;
    }),
  );
  for (const result of results) {
    findings.push(...result.findings);
    for (const file of result.files) seen.set(file.filename, file);
  }
  if (!isMarked && results.every(({ files }) => files.length === 0)) throw noIndex(place);
  const links = new URL('../links.html', url).href;
  findings.push(...(await orUnreachable(links, url, () => verifyLinks(reader, url, seen))));
  return { projects: names.length, files: seen.size, findings: foldUnreachable(findings) };
}

interface Root {
  readonly url: string;
  readonly names: readonly string[];
  /** It says of itself that it is a list of projects. */
  readonly isMarked: boolean;
  readonly findings: readonly Finding[];
}

async function readRoot(reader: IndexReader, place: string): Promise<Root> {
  const candidates = [new URL('simple/', reader.base).href, reader.base];
  for (const url of candidates) {
    const page = await reader.page(url, SIMPLE_TYPES.legacyHtml);
    if (page.status !== 200) continue;
    const written = typeOf(page) === 'json' ? parseSimpleIndex(textOf(page)) : writtenNames(page);
    const names = [...new Set(written.map(normalizeName))];
    const isMarked =
      typeOf(page) === 'json' || /["']pypi:repository-version["']/i.test(textOf(page));
    if (names.length === 0 && !isMarked) continue;
    const findings = [...typeFindings(page), ...nameFindings(written, url)];
    const json = await readJson(reader, url);
    if (json !== undefined) findings.push(...rootAgreement(names, textOf(json), url));
    return { url, names, isMarked, findings };
  }
  throw noIndex(place);
}

function noIndex(place: string): WheelworksError {
  return new WheelworksError('index/no-index', `${place} is no index: no list of projects.`, {
    path: place,
    hint: 'Is the address right? It is that which simple/ is in; with channels, each is an index of its own: try .../stable/.',
  });
}

/** The names that a list in HTML leads to, as it writes them. */
function writtenNames(page: Resource): readonly string[] {
  const html = parseSimpleHtml(textOf(page));
  const known = new Set(projectNames(html));
  return html.otherLinks.flatMap(({ href }) => {
    const name = /([^/]*)\/*$/.exec(href.split(/[?#]/, 1)[0] ?? '')?.[1] ?? '';
    return known.has(normalizeName(name)) ? [name] : [];
  });
}

function nameFindings(names: readonly string[], url: string): readonly Finding[] {
  return names
    .filter((name) => normalizeName(name) !== name)
    .map((name) =>
      breaks('index/name-not-normalised', `${name} is not a normalised name.`, {
        path: url,
        hint: `Installers ask for ${normalizeName(name)}/ (PEP 503).`,
      }),
    );
}

function rootAgreement(html: readonly string[], text: string, url: string): readonly Finding[] {
  const written = parseSimpleIndex(text);
  const json = [...new Set(written.map(normalizeName))];
  const missing = [
    ...html.filter((name) => !json.includes(name)),
    ...json.filter((name) => !html.includes(name)),
  ];
  const findings = nameFindings(written, url);
  if (missing.length === 0) return findings;
  return [
    ...findings,
    breaks('index/pages-disagree', 'The lists of projects in HTML and JSON differ.', {
      path: url,
      evidence: missing.slice(0, 5).join(', '),
    }),
  ];
}

interface ProjectResult {
  readonly files: readonly SimpleFile[];
  readonly findings: readonly Finding[];
}

async function verifyProject(
  reader: IndexReader,
  url: string,
  options: { name: string; readsFiles: boolean },
): Promise<ProjectResult> {
  try {
    return await verifyPage(reader, url, options);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    return { files: [], findings: [unreachable(url, new URL('../', url).href, error)] };
  }
}

async function verifyPage(
  reader: IndexReader,
  url: string,
  { name, readsFiles }: { name: string; readsFiles: boolean },
): Promise<ProjectResult> {
  const page = await reader.page(url, SIMPLE_TYPES.legacyHtml);
  if (page.status !== 200)
    return {
      files: [],
      findings: [
        breaks('index/missing-page', `The page of ${name} is not there.`, {
          path: url,
          evidence: String(page.status),
          hint: 'The list of projects leads to it.',
        }),
      ],
    };
  const findings = [...typeFindings(page)];
  let project: SimpleProject;
  try {
    const read = projectOf(page, name);
    project = read.project;
    if (read.html !== undefined) findings.push(...verifyAnchors(textOf(page), page.url));
    const json = await readJson(reader, url);
    if (json !== undefined && read.html !== undefined) {
      const other = resolved(parseSimpleProject(textOf(json)), json.url);
      findings.push(...comparePages(project, other, url));
      // What is in JSON alone is verified, too: sizes.
      project = other;
    }
  } catch (error) {
    if (isUnreachable(error) || !(error instanceof WheelworksError)) throw error;
    findings.push(breaks('index/unreadable-page', error.message, { path: url }));
    return { files: [], findings };
  }
  for (const file of project.files)
    findings.push(
      ...(await orUnreachable(file.url, url, () =>
        verifyFile(reader, file, { project: name, page: url, readsFiles }),
      )),
    );
  return { files: project.files, findings };
}

function projectOf(
  page: Resource,
  name: string,
): { project: SimpleProject; html?: SimpleHtmlPage } {
  if (typeOf(page) === 'json')
    return { project: resolved(parseSimpleProject(textOf(page)), page.url) };
  const html = parseSimpleHtml(textOf(page));
  const base = html.base === undefined ? page.url : new URL(html.base, page.url).href;
  const { files, status } = html;
  return {
    html,
    project: resolved({ name, files, ...(status === undefined ? {} : { status }) }, base),
  };
}

function resolved(project: SimpleProject, base: string): SimpleProject {
  return {
    ...project,
    files: project.files.map((file) => ({
      ...file,
      url: URL.canParse(file.url, base) ? new URL(file.url, base).href : file.url,
    })),
  };
}

/** JSON lies beside a static page, and behind the same address on a server. */
async function readJson(reader: IndexReader, url: string): Promise<Resource | undefined> {
  if (url.startsWith('http')) {
    const asked = await reader.page(url, SIMPLE_TYPES.json);
    if (asked.status === 200 && typeOf(asked) === 'json') return asked;
  }
  const beside = await reader.page(new URL('index.json', url).href);
  return beside.status === 200 ? beside : undefined;
}

/** Installers go by the type alone. */
function typeFindings(page: Resource): readonly Finding[] {
  if (page.type === undefined) return [];
  const type = page.type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (Object.values<string>(SIMPLE_TYPES).includes(type)) return [];
  return [
    breaks('index/content-type', 'Installers refuse the page for its type.', {
      path: page.url,
      evidence: page.type,
      hint: `Serve it as ${SIMPLE_TYPES.legacyHtml} or ${SIMPLE_TYPES.json}.`,
    }),
  ];
}

function typeOf(page: Resource): 'json' | 'html' {
  return /^application\/(?:vnd\.pypi\.simple\.v1\+)?json/i.test(page.type ?? '') ||
    (page.type === undefined && page.url.endsWith('.json'))
    ? 'json'
    : 'html';
}

function textOf({ bytes }: Resource): string {
  return Buffer.from(bytes).toString('utf8');
}

async function verifyLinks(
  reader: IndexReader,
  root: string,
  seen: ReadonlyMap<string, SimpleFile>,
): Promise<readonly Finding[]> {
  const url = new URL('../links.html', root).href;
  const page = await reader.page(url);
  if (page.status !== 200) return [];
  const names = new Set(parseSimpleHtml(textOf(page)).files.map(({ filename }) => filename));
  const odd = [
    ...[...seen.keys()].filter((name) => !names.has(name)),
    ...[...names].filter((name) => !seen.has(name)),
  ];
  if (odd.length === 0) return [];
  return [
    advises('index/links-disagree', 'links.html and the project pages have different files.', {
      path: url,
      evidence: odd.slice(0, 5).join(', '),
    }),
  ];
}
