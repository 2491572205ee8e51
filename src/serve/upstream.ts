/**
 * Names that another index answers for. Listed names only, and never beside files of this index: a name is here or there,
 * so that nobody's file is taken for somebody else's (dependency confusion).
 */
import { createHash } from 'node:crypto';
import { projectPage, readSimpleProject } from '../index/index.ts';
import { formatSimpleProject, normalizeName } from '../packaging/index.ts';
import type { ReadyPage, ReadyPages } from './simple/page-cache.ts';

export interface Upstream {
  /** Normalised. */
  readonly names: ReadonlySet<string>;
  /** The page of a listed name with absolute addresses of files; undefined for names that are not listed. */
  pages(normalizedName: string): Promise<ReadyPages | undefined> | undefined;
}

export function createUpstream(
  options: { readonly url: string; readonly names: readonly string[] } | undefined,
): Upstream {
  const names = new Set((options?.names ?? []).map(normalizeName));
  return {
    names,
    pages: (normalizedName) =>
      options !== undefined && names.has(normalizedName)
        ? readPages(options.url, normalizedName)
        : undefined,
  };
}

async function readPages(url: string, name: string): Promise<ReadyPages | undefined> {
  const project = await readSimpleProject(url, name);
  if (project === undefined) return undefined;
  return {
    json: ready(formatSimpleProject(project)),
    html: ready(projectPage({ project })),
  };
}

function ready(text: string): ReadyPage {
  const bytes = Buffer.from(text);
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` };
}
