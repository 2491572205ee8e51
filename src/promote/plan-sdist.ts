/** What promotion does to an sdist. */
import { openSdistTar } from '../archive/tar/index.ts';
import { hashFile } from '../support/hash.ts';
import type { ContentPlan, ContentRequest, TextChange } from './plan-file.ts';
import { pieces } from './plan-wheel.ts';
import {
  searchContent,
  searchName,
  type Place,
  type SearchedContent,
  type Unsearched,
} from './remaining/places.ts';
import { mayChange, promoteMember } from './text/promote-member.ts';
import type { RewrittenRequirement } from './text/requirement-pins.ts';

/** Larger files are never rewritten, only searched. */
const LARGEST_TEXT = 16 << 20;

/**
 * Goes through the archive once, in memory that does not grow with it.
 * @throws WheelworksError `sdist/*`, `tar/*`, `file/*`.
 */
export async function planSdist(request: ContentRequest): Promise<ContentPlan> {
  const sdist = await openSdistTar(request.path);
  const { topDirectory } = sdist;
  const top = newTop(topDirectory, request.own.toText);
  const changes: TextChange[] = [];
  const requirements: RewrittenRequirement[] = [];
  const places: Place[] = [];
  const unsearched: Unsearched[] = [];
  const add = (searched: SearchedContent): void => {
    places.push(...searched.places);
    unsearched.push(...searched.unsearched);
  };
  let unchanged = 0;
  for await (const member of sdist.read()) {
    request.signal.throwIfAborted();
    const below = member.path.slice(topDirectory.length + 1);
    const to = `${top}/${below}`;
    places.push(...searchName(below, request.searched));
    if (member.type !== 'file') continue;
    if (member.size > LARGEST_TEXT || !mayChange(below, request)) {
      unchanged += 1;
      const options = { versions: request.searched, size: member.size };
      add(await searchContent(below, member.content(), options));
      continue;
    }
    const before = await member.bytes(LARGEST_TEXT);
    const promoted = promoteMember(below, before, { ...request, kind: 'sdist' });
    const after = promoted?.bytes ?? before;
    if (promoted === undefined) unchanged += 1;
    else changes.push({ from: member.path, to, before, after });
    if (below === 'PKG-INFO') requirements.push(...(promoted?.requirements ?? []));
    const options = { versions: request.searched, size: after.length };
    add(await searchContent(below, pieces(after), options));
  }
  return {
    sha256: (await hashFile(request.path)).sha256,
    changes,
    renames: [{ from: topDirectory, to: top }],
    requirements,
    places,
    unsearched,
    unchanged,
    dropped: [],
  };
}

/** The top folder is NAME-VERSION. */
export function newTop(topDirectory: string, version: string): string {
  return `${topDirectory.slice(0, topDirectory.lastIndexOf('-'))}-${version}`;
}
