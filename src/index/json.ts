/** The JSON form of the pages (PEP 691, PEP 700), written as `index.json` beside each `index.html`. */
import { fileUrl } from './html.ts';
import type { IndexedFile } from './model.ts';

const META = { 'api-version': '1.1' };

/** The list of every project. */
export function rootJson(projects: readonly string[]): string {
  return print({ meta: META, projects: projects.map((name) => ({ name })) });
}

/** A project's files; `versions` come in the order given; keys that do not apply are left out, since uv refuses null for them. */
export function projectJson(
  project: string,
  versions: readonly string[],
  files: readonly IndexedFile[],
  filesUrl: string,
): string {
  return print({
    meta: META,
    name: project,
    versions,
    files: files.map((file) => ({
      filename: file.filename,
      url: fileUrl(file, filesUrl),
      hashes: { sha256: file.sha256 },
      size: file.size,
      ...(file.requiresPython === undefined ? {} : { 'requires-python': file.requiresPython }),
      ...(file.metadataSha256 === undefined
        ? {}
        : { 'core-metadata': { sha256: file.metadataSha256 } }),
    })),
  });
}

function print(document: unknown): string {
  return `${JSON.stringify(document, null, 1)}\n`;
}
