/** The simple API: pages, files, metadata, provenance. */
import { normalizeName, PROVENANCE_MEDIA_TYPE, SIMPLE_TYPES } from '../../packaging/index.ts';
import type { Answer } from '../http/answer.ts';
import { textAnswer } from '../http/answer.ts';
import { isKnown, sendFile } from '../http/send-file.ts';
import { createNegotiator } from '../simple/negotiate.ts';
import type { PageCache, ReadyPages } from '../simple/page-cache.ts';
import { provenancePath } from '../simple/project-document.ts';
import type { StoredFile } from '../state.ts';
import type { Store } from '../store/index.ts';
import type { Route, Routed, RoutedRequest } from './context.ts';

export interface SimpleRoutesOptions {
  readonly store: Store;
  readonly pages: PageCache;
  /** The page of a name that another index answers for; undefined for all others. */
  readonly foreignPages: (normalizedName: string) => Promise<ReadyPages | undefined> | undefined;
}

/** The routes below `/simple/`, `/files/` and `/integrity/`. */
export function simpleRoutes(options: SimpleRoutesOptions): Route {
  const negotiate = createNegotiator();

  const pageAnswerOf = (pages: ReadyPages, { request, query }: RoutedRequest): Answer => {
    const { accept } = request.headers;
    // PEP 691 permits the form in the address, for whoever cannot send headers.
    const form = negotiate(query.get('format') ?? accept);
    if (form === undefined)
      return textAnswer(
        406,
        `Only these are to be had: ${Object.values(SIMPLE_TYPES).join(', ')}`,
        {
          vary: 'Accept',
        },
      );
    const { bytes, etag } = pages[form.kind];
    const headers = {
      'content-type': form.contentType,
      vary: 'Accept',
      etag,
      'cache-control': 'no-cache',
    };
    return isKnown(request.headers['if-none-match'], etag)
      ? { status: 304, headers }
      : { status: 200, headers, body: bytes };
  };
  const project = (name: string, routed: RoutedRequest): Routed | Promise<Routed> => {
    const normalizedName = normalizeName(name);
    const isExact = name === normalizedName && routed.segments.length === 3;
    if (!isExact) return moved(`/simple/${encodeURIComponent(normalizedName)}/`);
    const foreign = options.foreignPages(normalizedName);
    if (foreign !== undefined)
      return foreign.then((pages) =>
        pages === undefined ? NO_PROJECT : pageAnswerOf(pages, routed),
      );
    const stale = routed.isStale ? options.pages.staleProject(normalizedName) : undefined;
    const pages = stale ?? options.pages.project(normalizedName);
    return pages === undefined ? NO_PROJECT : pageAnswerOf(pages, routed);
  };

  return (routed) => {
    const { segments, request } = routed;
    const [first, second, third] = segments;
    if (first !== 'simple' && first !== 'files' && first !== 'integrity') return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') return NOT_ALLOWED;
    if (first === 'simple') {
      if (second === undefined) return moved('/simple/');
      if (second === '' && segments.length === 2) return pageAnswerOf(options.pages.root(), routed);
      const isPage = segments.length === 2 || (segments.length === 3 && third === '');
      return isPage ? project(second, routed) : NOT_FOUND;
    }
    if (first === 'files' && segments.length === 3)
      return sendContent(routed, options.store, { digest: second ?? '', filename: third ?? '' });
    if (first === 'integrity' && segments.length === 5)
      return sendProvenance(routed, options.store);
    return NOT_FOUND;
  };
}

const NOT_FOUND = textAnswer(404, 'Not found.');
const NO_PROJECT = textAnswer(404, 'There is no such project here.');
const NOT_ALLOWED = textAnswer(405, 'Only GET and HEAD are taken here.', { allow: 'GET, HEAD' });

function moved(location: string): Answer {
  return textAnswer(301, location, { location, 'cache-control': 'no-cache' });
}

const METADATA = '.metadata';

interface Wanted {
  readonly digest: string;
  readonly filename: string;
}

/** Found by looking the name up, never by making a path of it. */
async function sendContent(
  { request, response }: RoutedRequest,
  store: Store,
  { digest, filename }: Wanted,
): Promise<Routed> {
  const isMetadata = filename.endsWith(METADATA);
  const name = isMetadata ? filename.slice(0, -METADATA.length) : filename;
  const file = offered(store, name);
  if (file === undefined || file.sha256 !== digest) return NOT_FOUND;
  if (!isMetadata) {
    await sendFile(request, response, {
      path: store.layout.content(file.sha256),
      size: file.size,
      etag: `"${file.sha256}"`,
      contentType: 'application/octet-stream',
      downloadName: file.filename,
    });
    return 'sent';
  }
  if (file.metadataSha256 === undefined) return NOT_FOUND;
  await sendFile(request, response, {
    path: store.layout.metadata(file.sha256),
    size: await store.sizeOf(store.layout.metadata(file.sha256)),
    etag: `"${file.metadataSha256}"`,
    contentType: 'application/octet-stream',
  });
  return 'sent';
}

async function sendProvenance(
  { request, response, segments }: RoutedRequest,
  store: Store,
): Promise<Routed> {
  const [, project = '', version = '', filename = '', last] = segments;
  const file = offered(store, filename);
  const wanted = `integrity/${[project, version, filename].map(encodeURIComponent).join('/')}/provenance`;
  if (file?.hasProvenance !== true || last !== 'provenance' || provenancePath(file) !== wanted)
    return NOT_FOUND;
  const path = store.layout.provenance(file.sha256);
  await sendFile(request, response, {
    path,
    size: await store.sizeOf(path),
    etag: `"${file.sha256}-provenance"`,
    contentType: PROVENANCE_MEDIA_TYPE,
  });
  return 'sent';
}

function offered(store: Store, filename: string): StoredFile | undefined {
  const file = store.state.file(filename);
  if (file === undefined || store.isDamaged(file)) return undefined;
  return store.state.projects.get(file.project)?.status?.status === 'quarantined'
    ? undefined
    : file;
}
