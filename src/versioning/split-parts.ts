/** Whose a project called NAME-part1 is: a part of our split wheel, or a stranger's package of that name. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { releasesOf, type IndexClientOptions } from '../index/index.ts';
import {
  headerValues,
  normalizeName,
  parseMetadata,
  type SimpleFile,
  type SimpleProject,
} from '../packaging/index.ts';
import { httpRequest } from '../support/http.ts';
import { parsePartSummary } from '../wheel/split/index.ts';

/**
 * The files of a project that may be parts of a wheel of ours: wheels, of which one says in its metadata that it is a part
 * (PEP 658). Where the index gives no metadata the name has to do: a version too many is held back, none is used twice.
 * @param wanted the index, the normalised name of the whole, and the number in the name of the part
 * @returns undefined for a stranger's project
 * @throws WheelworksError `http/*`.
 */
export async function filesOfPart(
  { name, files }: SimpleProject,
  wanted: { readonly index: string; readonly project: string; readonly part: number },
  options: IndexClientOptions,
): Promise<readonly SimpleFile[] | undefined> {
  const { index, project, part } = wanted;
  const wheels = files.filter(({ filename }) => filename.endsWith('.whl'));
  const newest = releasesOf(normalizeName(name), wheels)
    .flatMap((release) => release.files)
    .find(({ coreMetadata }) => coreMetadata !== undefined);
  if (newest === undefined) return wheels.length === 0 ? undefined : wheels;
  const text = await metadataOf(newest, index, options);
  if (text === undefined) return wheels;
  const said = parsePartSummary(headerValues(parseMetadata(text), 'Summary')[0] ?? '');
  const isOurs = said?.part === part && normalizeName(said.project) === project;
  return isOurs ? wheels : undefined;
}

/** The metadata beside a file; undefined when the index does not give it. */
async function metadataOf(
  { url }: SimpleFile,
  index: string,
  { userAgent, authorization, ...request }: IndexClientOptions,
): Promise<Uint8Array | undefined> {
  const place = new URL(`${url.replace(/#.*$/s, '')}.metadata`);
  if (place.protocol === 'file:') return readFile(fileURLToPath(place)).catch(() => undefined);
  // Files may lie on another host, which the credentials of the index are not for.
  const isOfIndex = URL.canParse(index) && new URL(index).origin === place.origin;
  const { status, body } = await httpRequest(place.href, {
    ...request,
    ...(isOfIndex && authorization !== undefined ? { authorization } : {}),
    ...(userAgent === undefined ? {} : { headers: { 'user-agent': userAgent } }),
  });
  return status === 200 ? body : undefined;
}
