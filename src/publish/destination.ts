/**
 * Where an upload goes: found by name or address in the command line, the environment, pyproject.toml and `.pypirc`, in
 * twine's order of precedence.
 */
import { PACKAGE_INDEXES, indexByUploadUrl } from '../packaging/index.ts';
import { closestName } from '../support/closest-name.ts';
import { WheelworksError } from '../support/errors.ts';
import { isLoopback, parseHttpUrl } from '../support/http.ts';
import type { PublishVariables } from './config/environment.ts';
import type { PublishSettings } from './config/project.ts';
import type { Pypirc, PypircServer } from './config/pypirc.ts';

/** An index that takes uploads. */
export interface Destination {
  /** As people call it in commands; for an address its host. */
  readonly name: string;
  readonly title: string;
  /** Address of the upload API, with scheme and path. */
  readonly upload: string;
  /** Address of the list of projects, which tells what is there already. */
  readonly index?: string;
  /** `index` was made up from the upload address, and may not be there. */
  readonly isIndexGuessed: boolean;
  /** Address of the pages for people. */
  readonly site?: string;
  /**
   * The server is known to answer a second upload of the same bytes with success, and to keep PyPI's rules. Of others
   * nothing is supposed.
   */
  readonly isPyPI: boolean;
  /** Where the address comes from. */
  readonly source: string;
  /** What `.pypirc` has for it. */
  readonly server?: PypircServer;
}

/** What is asked for and what is configured. */
export interface DestinationRequest {
  readonly repository?: string;
  readonly repositoryUrl?: string;
  readonly indexUrl?: string;
  readonly variables: PublishVariables;
  readonly settings: PublishSettings;
  readonly pypirc?: Pypirc;
}

/**
 * Finds the destination; `pypi` when nothing says another.
 * @throws WheelworksError `config/unknown-repository`, `http/bad-url`, `publish/insecure`.
 */
export function resolveDestination(request: DestinationRequest): Destination {
  const { variables, settings } = request;
  const found = choose([
    [request.repositoryUrl, request.repository, 'the command line'],
    [
      variables.repositoryUrl?.value,
      variables.repository?.value,
      variables.repositoryUrl?.variable ?? variables.repository?.variable ?? '',
    ],
    [settings.repositoryUrl, settings.repository, 'pyproject.toml'],
  ]);
  const destination =
    found.url === undefined
      ? byName(found.name, request, found.source)
      : byUrl(found.url, found.source);
  const index = request.indexUrl ?? variables.checkUrl?.value ?? settings.indexUrl;
  if (index === undefined) return destination;
  return { ...destination, index: parseHttpUrl(index).href, isIndexGuessed: false };
}

interface Choice {
  readonly url?: string;
  readonly name: string;
  readonly source: string;
}

/** An address wins over a name of the same place, as in twine. */
function choose(
  places: readonly (readonly [string | undefined, string | undefined, string])[],
): Choice {
  for (const [url, name, source] of places) {
    if (url !== undefined) return { url, name: '', source };
    if (name !== undefined) return { name, source };
  }
  return { name: 'pypi', source: 'the default' };
}

function byUrl(text: string, source: string): Destination {
  const url = secureUrl(text);
  const known = indexByUploadUrl(url.href);
  if (known !== undefined) return { ...ofKnown(known.name), source };
  return { name: url.host, title: url.host, ...ofAddress(url), source };
}

function byName(name: string, request: DestinationRequest, source: string): Destination {
  const server = request.pypirc?.servers.get(name);
  const address = server?.repository;
  const withServer = server === undefined ? {} : { server };
  if (address !== undefined) {
    const known = indexByUploadUrl(address);
    const url = secureUrl(address);
    return {
      ...(known === undefined ? { title: name, ...ofAddress(url) } : ofKnown(known.name)),
      name,
      source: request.pypirc?.path ?? source,
      ...withServer,
    };
  }
  if (PACKAGE_INDEXES.has(name)) return { ...ofKnown(name), source, ...withServer };
  const uv = request.settings.uvIndexes.find((index) => index.name === name);
  if (uv !== undefined) {
    const url = secureUrl(uv.publishUrl);
    return {
      name,
      title: name,
      ...ofAddress(url),
      index: parseHttpUrl(uv.url).href,
      isIndexGuessed: false,
      source: '[[tool.uv.index]] of pyproject.toml',
    };
  }
  throw unknownRepository(name, request, server !== undefined);
}

function ofKnown(name: string): Omit<Destination, 'source'> {
  const index = PACKAGE_INDEXES.get(name);
  if (index === undefined) throw new Error(`no index ${name}`);
  return {
    name,
    title: index.title,
    upload: index.upload,
    index: index.simple,
    isIndexGuessed: false,
    site: index.site,
    isPyPI: true,
  };
}

/** Servers that speak as PyPI does have their list of projects beside their upload API. */
function ofAddress(url: URL): Pick<Destination, 'upload' | 'index' | 'isIndexGuessed' | 'isPyPI'> {
  const isLegacy = /\/legacy\/?$/.test(url.pathname);
  return {
    upload: url.href,
    ...(isLegacy
      ? { index: new URL(url.pathname.endsWith('/') ? '../simple/' : 'simple/', url).href }
      : {}),
    isIndexGuessed: isLegacy,
    isPyPI: false,
  };
}

/** Releases and passwords over open connections can be changed and read by anyone on the way. */
function secureUrl(text: string): URL {
  const url = parseHttpUrl(text);
  if (url.protocol === 'https:' || isLoopback(url)) return url;
  throw new WheelworksError(
    'publish/insecure',
    `Nothing is uploaded to ${url.origin} without TLS.`,
    {
      hint: `Use https: ${url.href.replace(/^http:/, 'https:')}`,
    },
  );
}

function unknownRepository(
  name: string,
  { pypirc, settings }: DestinationRequest,
  isListed: boolean,
): WheelworksError {
  const known = [
    ...new Set([
      ...PACKAGE_INDEXES.keys(),
      ...(pypirc?.servers.keys() ?? []),
      ...settings.uvIndexes.map((index) => index.name),
    ]),
  ];
  const suggestion = closestName(name, known);
  return new WheelworksError(
    'config/unknown-repository',
    isListed ? `${name} has no address in .pypirc.` : `No index is known as ${name}.`,
    {
      ...(pypirc === undefined ? {} : { path: pypirc.path }),
      evidence: `known: ${known.join(', ')}`,
      hint: isListed
        ? `Add repository = https://... to its section.`
        : suggestion === undefined || suggestion === name
          ? 'Add it to .pypirc, or give its address with --repository-url.'
          : `Did you mean ${suggestion}?`,
    },
  );
}
