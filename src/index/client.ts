/**
 * An index as installers see it: over http, or as a folder.
 *
 * Specification: Simple repository API, "Version + format selection" (PEP 691).
 * https://packaging.python.org/specifications/simple-repository-api/
 */
import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  SIMPLE_TYPES,
  normalizeName,
  parseSimpleHtml,
  parseSimpleProject,
  type SimpleProject,
} from '../packaging/index.ts';
import { WheelworksError, fileError, systemErrorCode } from '../support/errors.ts';
import { httpRequest, parseHttpUrl, type HttpRequest } from '../support/http.ts';

/** How an index is asked. */
export type IndexClientOptions = Pick<
  HttpRequest,
  'authorization' | 'signal' | 'timeoutMs' | 'dispatcher'
> & { readonly userAgent?: string };

/** As pip: JSON before HTML. */
const ACCEPT = `${SIMPLE_TYPES.json}, ${SIMPLE_TYPES.html};q=0.1, ${SIMPLE_TYPES.legacyHtml};q=0.01`;

/**
 * A project's page, its addresses made absolute; undefined when the index does not have the project.
 * @param index the address of the list of projects (`https://.../simple/`), or the absolute path of such a folder
 * @throws WheelworksError `index/refused` for any other answer than a page, `index/not-a-page` for a page of another kind,
 * `packaging/simple-page`, `http/*`, `file/*`.
 */
export async function readSimpleProject(
  index: string,
  project: string,
  options: IndexClientOptions = {},
): Promise<SimpleProject | undefined> {
  const name = normalizeName(project);
  if (isAbsolute(index)) return readFolder(index, name);
  const url = new URL(`${encodeURIComponent(name)}/`, withSlash(parseHttpUrl(index)));
  const { userAgent, ...request } = options;
  const answer = await httpRequest(url.href, {
    ...request,
    headers: {
      accept: ACCEPT,
      ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    },
  });
  if (answer.status === 404) return undefined;
  if (answer.status !== 200)
    throw new WheelworksError('index/refused', `${url.href} was not given.`, {
      evidence: `${answer.status} ${answer.reason}`.trim(),
      hint:
        answer.status === 401 || answer.status === 403
          ? 'Give the credentials of the index.'
          : 'Look at the address of the index, and try again.',
    });
  const text = Buffer.from(answer.body).toString('utf8');
  return resolveUrls(pageOf(text, answer.headers['content-type'] ?? '', name), answer.url);
}

async function readFolder(folder: string, name: string): Promise<SimpleProject | undefined> {
  for (const [file, type] of [
    ['index.json', SIMPLE_TYPES.json],
    ['index.html', SIMPLE_TYPES.legacyHtml],
  ] as const) {
    const path = join(folder, name, file);
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw fileError(error, path);
    });
    if (text !== undefined) return resolveUrls(pageOf(text, type, name), pathToFileURL(path).href);
  }
  return undefined;
}

interface Page {
  readonly project: SimpleProject;
  readonly base?: string;
}

function pageOf(text: string, contentType: string, name: string): Page {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === SIMPLE_TYPES.json) return { project: parseSimpleProject(text) };
  if (type !== SIMPLE_TYPES.html && type !== SIMPLE_TYPES.legacyHtml)
    throw new WheelworksError('index/not-a-page', 'The index answers with no page of its API.', {
      evidence: contentType === '' ? 'no Content-Type' : contentType,
      hint: 'Installers refuse it, too. Is the address that of the list of projects (.../simple/)?',
    });
  const { files, status, base } = parseSimpleHtml(text);
  return {
    project: { name, files, ...(status === undefined ? {} : { status }) },
    ...(base === undefined ? {} : { base }),
  };
}

function resolveUrls({ project, base }: Page, pageUrl: string): SimpleProject {
  const from =
    base !== undefined && URL.canParse(base, pageUrl) ? new URL(base, pageUrl).href : pageUrl;
  return {
    ...project,
    files: project.files.map((file) => ({
      ...file,
      url: URL.canParse(file.url, from) ? new URL(file.url, from).href : file.url,
    })),
  };
}

/** Without the slash, the last name would be replaced and not followed. */
function withSlash(url: URL): URL {
  const result = new URL(url);
  if (!result.pathname.endsWith('/')) result.pathname += '/';
  return result;
}
