/** Data files of an sdist as lines of the filespec, and against the lines that a recipe has. */
import type { RecipeDefinition } from '../definition/index.ts';
import type { DataFiles } from './data-files.ts';

/** Where the feed's packages have nothing: routers have no reader of it. */
const FOR_READERS = /^share\/(?:man|doc|info)(?:\/|$)/;
/** The default installation takes these. */
const PROGRAMS = /^bin(?:\/|$)/;

/** Paths below the root that the filespec must name. */
function pathsOf({ places }: DataFiles): string[] {
  return places
    .filter((each) => !FOR_READERS.test(each) && !PROGRAMS.test(each))
    .map((each) => `/usr/${each}`);
}

/** Lines of the filespec; undefined where the default has everything. */
export function dataFilespec(data: DataFiles): string[] | undefined {
  const paths = pathsOf(data);
  return paths.length === 0
    ? undefined
    : ['$(PYTHON3_PKG_DIR)', ...paths].map((each) => `+|${each}`);
}

/** What a maintainer must look at. */
export function dataTodo(data: DataFiles): string[] {
  const left = data.places.filter((each) => FOR_READERS.test(each));
  const settings = data.places.filter((each) => /^etc(?:\/|$)/.test(each));
  return [
    ...data.unclear.map((each) => `filespec: data files of ${each}`.replaceAll('\n', ' ')),
    ...settings.map(
      (each) =>
        `filespec: the build installs ${each} into /usr/${each}; a program that looks for /${each} needs it moved, and conffiles`,
    ),
    ...(left.length === 0 ? [] : [`filespec: ${left.join(' ')} is left out`]),
  ];
}

/** Data files that no package of the recipe takes, and those that it takes and no setting names any more. */
export function dataNotes({ package: packages }: RecipeDefinition, data: DataFiles): string[] {
  const own = packages.filter(({ interpreter }) => interpreter !== 'none');
  if (own.some((each) => each['package-install'] !== undefined)) return [];
  const lines = own.flatMap(({ filespec }) => filespec ?? []);
  const taken = lines.flatMap((each) => /^\s*\+\s*\|\s*(\/usr\/[^|\s]+)/.exec(each)?.[1] ?? []);
  const installs = own.map(({ install }) => install ?? '').join('\n');
  const paths = pathsOf(data);
  const covers = (outer: string, path: string): boolean =>
    path === outer || path.startsWith(`${outer.replace(/\/+$/, '')}/`);
  const lost = paths.filter(
    (path) => !taken.some((each) => covers(each, path)) && !installs.includes(path),
  );
  const gone = taken.filter(
    (each) =>
      /^\/usr\/(?:share|etc)\//.test(each) &&
      !paths.some((path) => covers(path, each) || covers(each, path)),
  );
  return [
    ...(lost.length === 0 ? [] : [`the filespec lacks data files: ${lost.join(' ')}`]),
    ...(gone.length === 0
      ? []
      : [`the filespec names what the settings of the build do not: ${gone.join(' ')}`]),
  ];
}
