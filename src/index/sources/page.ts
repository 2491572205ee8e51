/** Indexes of others as input: a flat page, a project's page, or a list of projects with all that it leads to. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  SIMPLE_TYPES,
  parseSimpleHtml,
  parseSimpleIndex,
  parseSimpleProject,
  projectNames,
  type SimpleFile,
} from '../../packaging/index.ts';
import { WheelworksError, fileError } from '../../support/errors.ts';
import { httpRequest } from '../../support/http.ts';
import { mapParallel } from '../../support/parallel.ts';
import { readSimpleProject, type IndexClientOptions } from '../client.ts';
import type { FoundFile, SourceResult } from './found-file.ts';

/** How a page of another index is read. */
export interface PageSourceOptions {
  readonly client?: IndexClientOptions;
  /** How many projects are read at once. */
  readonly jobs: number;
}

/**
 * Reads a page at an address or in a file. Pages without any hash are taken, too.
 * @throws WheelworksError `index/refused`, `index/not-a-page`, `index/empty-page`, `packaging/simple-page`, `http/*`,
 *   `file/*`.
 */
export async function readPage(
  location: string,
  { client = {}, jobs }: PageSourceOptions,
): Promise<SourceResult> {
  const isUrl = /^https?:/i.test(location);
  const page = isUrl ? await fetchPage(location, client) : await openPage(location);
  const { files, names } = contentOf(page);
  if (files.length > 0)
    return { files: files.map((file) => found(file, page.url)), passedOver: [] };
  if (names.length === 0)
    throw new WheelworksError('index/empty-page', `${location} leads to no distribution.`, {
      path: location,
      hint: 'Give the address of a page with files, or of a list of projects.',
    });
  const root = isUrl ? page.url : dirname(location);
  const projects = await mapParallel(names, jobs, (name) => readSimpleProject(root, name, client));
  return {
    files: projects.flatMap((project) =>
      (project?.files ?? []).map((file) => found(file, page.url)),
    ),
    passedOver: names.filter((_, index) => projects[index] === undefined),
  };
}

interface Page {
  readonly text: string;
  readonly isJson: boolean;
  readonly url: string;
}

async function fetchPage(address: string, client: IndexClientOptions): Promise<Page> {
  const { userAgent, ...request } = client;
  const answer = await httpRequest(address, {
    ...request,
    headers: {
      accept: `${SIMPLE_TYPES.json}, ${SIMPLE_TYPES.html};q=0.2, text/html;q=0.1`,
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    },
  });
  if (answer.status !== 200)
    throw new WheelworksError('index/refused', `${address} was not given.`, {
      evidence: `${answer.status} ${answer.reason}`.trim(),
      hint: 'Look at the address, and try again.',
    });
  const type = answer.headers['content-type'] ?? '';
  return {
    text: Buffer.from(answer.body).toString('utf8'),
    isJson: /^application\/(?:vnd\.pypi\.simple\.v1\+)?json\b/i.test(type),
    url: answer.url,
  };
}

async function openPage(path: string): Promise<Page> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw fileError(error, path);
  });
  return { text, isJson: path.endsWith('.json'), url: pathToFileURL(path).href };
}

function contentOf(page: Page): { files: readonly SimpleFile[]; names: readonly string[] } {
  if (page.isJson) {
    const isList = /"projects"\s*:/.test(page.text.slice(0, 4096));
    return isList
      ? { files: [], names: parseSimpleIndex(page.text) }
      : { files: parseSimpleProject(page.text).files, names: [] };
  }
  const parsed = parseSimpleHtml(page.text);
  const base = parsed.base ?? '';
  const files = parsed.files.map((file) => ({ ...file, url: absolute(file.url, base, page.url) }));
  return { files, names: files.length > 0 ? [] : projectNames(parsed) };
}

function absolute(url: string, base: string, page: string): string {
  const from = base !== '' && URL.canParse(base, page) ? new URL(base, page).href : page;
  return URL.canParse(url, from) ? new URL(url, from).href : url;
}

/** What a page on the net leads to is never a file of this machine. */
function found({ filename, url, ...told }: SimpleFile, page: string): FoundFile {
  const address = absolute(url, '', page);
  if (/^https?:/i.test(address)) return { filename, place: { kind: 'remote', url: address }, told };
  if (address.startsWith('file:') && page.startsWith('file:'))
    return { filename, place: { kind: 'local', path: join(fileURLToPath(address)) }, told: {} };
  throw new WheelworksError('index/unsafe-url', `${filename} is at no http or https address.`, {
    evidence: address,
    hint: 'The page is not one to make an index of.',
  });
}
