/**
 * Assets of GitHub's releases.
 *
 * Specification: GitHub REST API, "List releases". https://docs.github.com/rest/releases/releases#list-releases
 */
import * as z from 'zod';
import { WheelworksError } from '../../support/errors.ts';
import { isDistributionName, type FoundFile, type SourceResult } from './found-file.ts';
import { readPagedList, type ForgeOptions } from './paged-api.ts';

const PUBLIC_API = 'https://api.github.com';

const RELEASE = z.object({
  draft: z.boolean().default(false),
  assets: z.array(
    z.object({
      name: z.string(),
      browser_download_url: z.url({ protocol: /^https?$/ }),
      size: z.int().nonnegative().optional(),
      digest: z.string().nullish(),
      created_at: z.string().optional(),
      state: z.string().optional(),
    }),
  ),
});

/**
 * All distributions among the assets of all releases, but for drafts and for uploads that were broken off.
 * @throws WheelworksError `index/source`, `index/api-refused`, `index/api-answer`, `http/*`.
 */
export async function readGithub(repository: string, options: ForgeOptions): Promise<SourceResult> {
  const [, owner, name] = /^([A-Za-z0-9][\w.-]*)\/([\w.-]+)$/.exec(repository) ?? [];
  if (owner === undefined || name === undefined)
    throw new WheelworksError('index/source', `github:${repository} names no repository.`, {
      hint: 'Write github:OWNER/NAME.',
    });
  const api = (options.apiUrl ?? PUBLIC_API).replace(/\/+$/, '');
  const releases = await readPagedList(
    `${api}/repos/${owner}/${name}/releases?per_page=100`,
    options,
  );
  const files: FoundFile[] = [];
  const passedOver: string[] = [];
  for (const value of releases) {
    const release = RELEASE.safeParse(value);
    if (!release.success)
      throw new WheelworksError('index/api-answer', 'A release of the list is not understood.', {
        evidence: release.error.issues[0]?.message ?? '',
        hint: 'Is --api-url the address of the API of GitHub?',
      });
    if (release.data.draft) continue;
    for (const asset of release.data.assets) {
      if (!isDistributionName(asset.name) || (asset.state ?? 'uploaded') !== 'uploaded')
        passedOver.push(asset.name);
      else files.push(fileOf(asset));
    }
  }
  return { files, passedOver };
}

function fileOf(asset: z.infer<typeof RELEASE>['assets'][number]): FoundFile {
  const [, sha256] = /^sha256:([0-9a-fA-F]{64})$/.exec(asset.digest ?? '') ?? [];
  return {
    filename: asset.name,
    place: { kind: 'remote', url: asset.browser_download_url },
    told: {
      ...(sha256 === undefined ? {} : { hashes: { sha256: sha256.toLowerCase() } }),
      ...(asset.size === undefined ? {} : { size: asset.size }),
      ...(asset.created_at === undefined ? {} : { uploadTime: asset.created_at }),
    },
  };
}
