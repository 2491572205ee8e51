/** What promotion does to a wheel. */
import type { ZipArchive, ZipEntry } from '../archive/zip/index.ts';
import { hashSource } from '../support/hash.ts';
import { mapParallel } from '../support/parallel.ts';
import {
  isRecordSignature,
  mapNatives,
  symlinkRefused,
  withWheel,
  type Wheel,
} from '../wheel/index.ts';
import type { ContentPlan, ContentRequest, TextChange } from './plan-file.ts';
import { searchContent, searchName, type Place, type Unsearched } from './remaining/places.ts';
import { mayChange, promoteMember } from './text/promote-member.ts';
import type { RewrittenRequirement } from './text/requirement-pins.ts';

/** Larger files are never rewritten, only searched. */
const LARGEST_TEXT = 16 << 20;

/**
 * Reads every member once: what may change is changed in memory, everything else is searched as it streams by.
 * @throws WheelworksError `wheel/*`, `zip/*`, `file/*`.
 */
export async function planWheel(request: ContentRequest): Promise<ContentPlan> {
  return withWheel(request.path, async (wheel) => {
    const { archive, distInfo } = wheel;
    const final = (path: string): string => finalPath(path, wheel, request);
    const files = archive.entries.filter(
      ({ path, isDirectory }) => !isDirectory && !isMadeAnew(path, distInfo),
    );
    const sha256 = await hashSource(archive.source);
    const known = await request.known.recall(sha256);
    const searched = files.filter((entry) => !isRead(entry, request) && !known.has(entry.index));
    const clean = await request.screen.clean(archive, searched);
    const largestFirst = files.toSorted((left, right) => right.size - left.size);
    const outcomes = await mapParallel(largestFirst, request.jobs * 2, async (entry) => {
      request.signal.throwIfAborted();
      if (entry.isSymlink) throw symlinkRefused(`${wheel.path}!${entry.path}`);
      const to = final(entry.path);
      if (!isRead(entry, request) && (known.has(entry.index) || clean.has(entry)))
        return { entry, ...NOTHING, isClean: true, places: searchName(to, request.searched) };
      return { entry, ...(await lookAt(entry, archive, to, request)) };
    });
    if (searched.length > 0)
      await request.known.keep(
        sha256,
        outcomes.flatMap(({ entry, isClean }) => (isClean ? [entry.index] : [])),
      );
    const inOrder = outcomes.toSorted((left, right) => left.entry.index - right.entry.index);
    const changes = inOrder.flatMap(({ change }) => (change === undefined ? [] : [change]));
    const places = inOrder.flatMap((outcome) => outcome.places);
    const folders = [distInfo, wheel.dataDirectory].filter((folder) =>
      files.some(({ path }) => path.startsWith(`${folder}/`)),
    );
    return {
      sha256,
      changes,
      renames: folders
        .map((folder) => ({ from: folder, to: final(`${folder}/`).slice(0, -1) }))
        .filter(({ from, to }) => from !== to),
      requirements: inOrder.flatMap(({ requirements }) => requirements),
      places: await withSections(wheel, places, final),
      unsearched: inOrder.flatMap((outcome) => outcome.unsearched),
      unchanged: files.length - changes.length,
      dropped: archive.entries
        .map(({ path }) => path)
        .filter((path) => isRecordSignature(path, distInfo)),
    };
  });
}

/** RECORD is made of what is written; what signed it signed another one. */
function isMadeAnew(path: string, distInfo: string): boolean {
  return path === `${distInfo}/RECORD` || isRecordSignature(path, distInfo);
}

function finalPath(
  path: string,
  { distInfo, dataDirectory }: Wheel,
  { own }: ContentRequest,
): string {
  for (const [folder, ending] of [
    [distInfo, '.dist-info'],
    [dataDirectory, '.data'],
  ] as const) {
    if (!path.startsWith(`${folder}/`)) continue;
    const stem = folder.slice(0, -ending.length);
    const name = stem.slice(0, stem.lastIndexOf('-'));
    return `${name}-${own.toText}${ending}${path.slice(folder.length)}`;
  }
  return path;
}

/** Whether it is read whole, because it may change. */
function isRead({ path, size }: ZipEntry, request: ContentRequest): boolean {
  return size <= LARGEST_TEXT && mayChange(path, request);
}

const NOTHING = { requirements: [], unsearched: [] };

interface Outcome {
  /** Its own bytes were searched, all of them, and nothing was found. */
  readonly isClean: boolean;
  readonly change?: TextChange;
  readonly requirements: readonly RewrittenRequirement[];
  readonly places: readonly Place[];
  readonly unsearched: readonly Unsearched[];
}

async function lookAt(
  entry: ZipEntry,
  archive: ZipArchive,
  to: string,
  request: ContentRequest,
): Promise<Outcome> {
  const { searched: versions } = request;
  const named = searchName(to, versions);
  if (!isRead(entry, request)) {
    const found = await searchContent(to, archive.stream(entry), { versions, size: entry.size });
    return {
      ...found,
      isClean: found.places.length === 0 && found.unsearched.length === 0,
      requirements: [],
      places: [...named, ...found.places],
    };
  }
  const before = await archive.read(entry, { maxSize: LARGEST_TEXT });
  const promoted = promoteMember(entry.path, before, { ...request, kind: 'wheel' });
  const after = promoted?.bytes ?? before;
  const found = await searchContent(to, pieces(after), { versions, size: after.length });
  return {
    isClean: false,
    ...(promoted === undefined ? {} : { change: { from: entry.path, to, before, after } }),
    requirements: promoted?.requirements ?? [],
    places: [...named, ...found.places],
    unsearched: found.unsearched,
  };
}

/** Bytes that are in memory already as a stream of one piece. */
export async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes;
}

/** Names the sections of ELF files in which something was found: `.rodata` can be rebuilt, `.debug_str` stripped. */
async function withSections(
  wheel: Wheel,
  places: readonly Place[],
  final: (path: string) => string,
): Promise<readonly Place[]> {
  const elf = new Set(places.filter(({ kind }) => kind === 'elf').map(({ path }) => path));
  if (elf.size === 0) return places;
  const only = new Set(
    wheel.archive.entries.map(({ path }) => path).filter((path) => elf.has(final(path))),
  );
  const sections = new Map(
    await mapNatives(wheel, ({ path, elf: file }) => [final(path), file?.sections ?? []] as const, {
      only,
    }),
  );
  return places.map((place) => ({
    ...place,
    found: place.found.map((found) => {
      const section = sections
        .get(place.path)
        ?.find(
          ({ offset, size, type }) =>
            type !== NOBITS && found.offset >= offset && found.offset < offset + size,
        );
      return section === undefined || section.name === ''
        ? found
        : { ...found, section: section.name };
    }),
  }));
}

/** sh_type of sections without bytes in the file: System V ABI, "Section Header". */
const NOBITS = 8;
