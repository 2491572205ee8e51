/** The files of a static index as data: what will be written where, before anything is written. */
import { compareVersions, parseVersion } from '../packaging/index.ts';
import { findLinksPage, projectPage, rootPage } from './html.ts';
import { projectJson, rootJson } from './json.ts';
import type { IndexedFile } from './model.ts';

/** Path below the index folder, with `/`, to text. */
export type IndexPages = ReadonlyMap<string, string>;

/**
 * Every page for a set of files: `simple/` (PEP 503 and 691) and `links.html` (find-links). The files themselves lie
 * in the index folder, so that it can be moved or served as it is. Same files, same bytes.
 */
export function planIndex(files: readonly IndexedFile[]): IndexPages {
  const projects = new Map<string, IndexedFile[]>();
  for (const file of [...files].sort(newestLast)) {
    const list = projects.get(file.project) ?? [];
    list.push(file);
    projects.set(file.project, list);
  }
  const names = [...projects.keys()].sort();
  const pages = new Map<string, string>([
    ['simple/index.html', rootPage(names)],
    ['simple/index.json', rootJson(names)],
    [
      'links.html',
      findLinksPage(
        names.flatMap((name) => projects.get(name) ?? []),
        '',
      ),
    ],
  ]);
  for (const name of names) {
    const own = projects.get(name) ?? [];
    const versions = [...new Set(own.map((file) => file.version))];
    pages.set(`simple/${name}/index.html`, projectPage(name, own, '../../'));
    pages.set(`simple/${name}/index.json`, projectJson(name, versions, own, '../../'));
  }
  return pages;
}

function newestLast(left: IndexedFile, right: IndexedFile): number {
  const order = compareVersions(parseVersion(left.version), parseVersion(right.version));
  if (order !== 0) return order;
  if (left.filename === right.filename) return 0;
  return left.filename < right.filename ? -1 : 1;
}
