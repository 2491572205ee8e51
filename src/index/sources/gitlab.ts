/**
 * Links of GitLab's releases.
 *
 * Specification: GitLab Releases API, "List Releases". https://docs.gitlab.com/api/releases/#list-releases
 */
import { posix } from 'node:path';
import * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import { isDistributionName, type FoundFile, type SourceResult } from './found-file.ts';
import { readPagedList, type ForgeOptions } from './paged-api.ts';

const PUBLIC_API = 'https://gitlab.com/api/v4';

const RELEASE = z.object({
  released_at: z.string().nullish(),
  upcoming_release: z.boolean().default(false),
  assets: z.object({
    links: z
      .array(
        z.object({
          name: z.string(),
          url: z.string(),
          direct_asset_url: z.string().nullish(),
        }),
      )
      .default([]),
  }),
});

/**
 * All distributions among the links of all releases; upcoming ones are left out. GitLab tells neither sizes nor digests.
 * @throws WheelworksError `index/source`, `index/api-refused`, `index/api-answer`, `http/*`.
 */
export async function readGitlab(project: string, options: ForgeOptions): Promise<SourceResult> {
  if (!/^[\w.-]+(?:\/[\w.-]+)*$/.test(project))
    throw new WheelworksError('index/source', `gitlab:${project} names no project.`, {
      hint: 'Write gitlab:GROUP/PROJECT.',
    });
  const api = (options.apiUrl ?? PUBLIC_API).replace(/\/+$/, '');
  const releases = await readPagedList(
    `${api}/projects/${encodeURIComponent(project)}/releases?per_page=100`,
    options,
  );
  const files: FoundFile[] = [];
  const passedOver: string[] = [];
  for (const value of releases) {
    const release = RELEASE.safeParse(value);
    if (!release.success)
      throw new WheelworksError('index/api-answer', 'A release of the list is not understood.', {
        evidence: release.error.issues[0]?.message ?? '',
        hint: 'Is --api-url the address of the API of GitLab (.../api/v4)?',
      });
    if (release.data.upcoming_release) continue;
    for (const link of release.data.assets.links) {
      const file = fileOf(link, release.data.released_at ?? undefined);
      if (file === undefined) passedOver.push(link.name);
      else files.push(file);
    }
  }
  return { files, passedOver };
}

/** A link may be called anything: the end of its address counts where its name is none of a file. */
function fileOf(
  link: { name: string; url: string; direct_asset_url?: string | null | undefined },
  released: string | undefined,
): FoundFile | undefined {
  for (const url of [link.direct_asset_url ?? link.url, link.url]) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) continue;
    const last = posix.basename(new URL(url).pathname);
    const filename = [link.name, decode(last)].find(isDistributionName);
    if (filename === undefined) continue;
    return {
      filename,
      place: { kind: 'remote', url: new URL(url).href },
      told: released === undefined ? {} : { uploadTime: released },
    };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
