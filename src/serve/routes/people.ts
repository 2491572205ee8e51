/** Pages for people: home and search, projects, the log of uploads. */
import { normalizeName } from '../../packaging/index.ts';
import { pageAnswer, textAnswer, type Answer } from '../http/answer.ts';
import { preferredType } from '../http/accept.ts';
import {
  errorPage,
  findRelease,
  homePage,
  newestOf,
  projectPeoplePage,
  releasesOf,
  renderReadme,
  searchPage,
  uploadLogPage,
  uploadPage,
  type Readme,
  type ShownRelease,
  type Site,
} from '../people/index.ts';
import type { IndexState } from '../state.ts';
import type { UploadLog } from '../upload/attempt.ts';
import type { Route, Routed, RoutedRequest } from './context.ts';

export interface PeopleRoutesOptions {
  /** As it is at the moment of the request. */
  readonly site: () => Site;
  readonly state: () => IndexState;
  readonly log: UploadLog;
  /** Where a rule comes from. */
  readonly sourceOf?: (rule: string) => string | undefined;
  /** For descriptions. */
  readonly pythons?: readonly string[];
}

/** The routes `/`, `/project/` and `/uploads/`. */
export function peopleRoutes(options: PeopleRoutesOptions): Route {
  const { site, state, log } = options;
  const readmes = createReadmes(options.pythons);

  const project = async ({ segments, path }: RoutedRequest): Promise<Answer> => {
    const [, name = '', version = ''] = segments;
    if (!path.endsWith('/')) return moved(`${path}/`);
    const normalizedName = normalizeName(name);
    const found = state().projects.get(normalizedName);
    if (found === undefined) return missing('There is no such project here.');
    if (name !== normalizedName)
      return moved(
        `/project/${[normalizedName, version].filter(Boolean).map(encodeURIComponent).join('/')}/`,
      );
    const releases = releasesOf(found);
    const release = version === '' ? newestOf(releases) : findRelease(releases, version);
    if (version !== '' && release === undefined) return missing('There is no such release here.');
    const readme = release === undefined ? undefined : await readmes(release);
    return pageAnswer(
      projectPeoplePage({
        site: site(),
        state: state(),
        project: found,
        ...(release === undefined ? {} : { release }),
        ...(readme === undefined ? {} : { readme }),
      }),
    );
  };
  const uploads = ({ segments, path }: RoutedRequest): Answer => {
    const [, id = ''] = segments;
    if (!path.endsWith('/')) return moved(`${path}/`);
    if (id === '') return pageAnswer(uploadLogPage({ site: site(), uploads: log.list() }));
    const upload = log.list().find((each) => each.id === id);
    if (upload === undefined) return missing('There is no such upload, or it is too long ago.');
    const file = state().file(upload.filename ?? '');
    const { sourceOf } = options;
    return pageAnswer(
      uploadPage({
        site: site(),
        upload,
        ...(sourceOf === undefined ? {} : { sourceOf }),
        ...(file === undefined ? {} : { served: { project: file.project, version: file.version } }),
      }),
    );
  };
  const missing = (message: string): Answer =>
    pageAnswer(errorPage({ site: site(), status: 404, message }), 404);

  return (routed): Routed | Promise<Routed> => {
    const { segments, request, query } = routed;
    const [first = '', ...rest] = segments;
    const isPeople =
      (first === '' && rest.length === 0) || first === 'project' || first === 'uploads';
    if (!isPeople) {
      const wantsPage =
        request.method === 'GET' &&
        preferredType(request.headers.accept, ['text/plain', 'text/html']) === 'text/html';
      return wantsPage ? missing('There is nothing here.') : undefined;
    }
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return textAnswer(405, 'Only GET and HEAD are taken here.', { allow: 'GET, HEAD' });
    if (first === 'project')
      return rest.length > 3 ? missing('There is nothing here.') : project(routed);
    if (first === 'uploads')
      return rest.length > 2 ? missing('There is nothing here.') : uploads(routed);
    const words = query.get('q')?.trim() ?? '';
    return pageAnswer(
      words === ''
        ? homePage({ site: site(), state: state(), uploads: log.list() })
        : searchPage({ site: site(), state: state(), query: words }),
    );
  };
}

function moved(location: string): Answer {
  return textAnswer(301, location, { location, 'cache-control': 'no-cache' });
}

/** Each description is rendered once: releases never change what they say of themselves. */
function createReadmes(
  pythons: readonly string[] | undefined,
): (release: ShownRelease) => Promise<Readme | undefined> {
  const rendered = new WeakMap<ShownRelease['metadata'], Promise<Readme | undefined>>();
  return async ({ metadata }) => {
    const known = rendered.get(metadata);
    if (known !== undefined) return known;
    const made = renderReadme(metadata, pythons === undefined ? {} : { pythons });
    rendered.set(metadata, made);
    return made;
  };
}
