/** The public indexes that need no address: a table, `data/package-indexes.json`. */
import table from './data/package-indexes.json' with { type: 'json' };

/** An index and its addresses. */
export interface PackageIndex {
  /** As `.pypirc` and twine call it. */
  readonly name: string;
  /** As people call it. */
  readonly title: string;
  /** Of the legacy upload API. */
  readonly upload: string;
  /** Of the list of projects, which installers read. */
  readonly simple: string;
  /** Of the pages for people, and of `/_/oidc/`. */
  readonly site: string;
  /** Of tokens for trusted publishing. */
  readonly audience: string;
}

export const PACKAGE_INDEXES: ReadonlyMap<string, PackageIndex> = new Map(
  Object.entries(table.indexes).map(([name, index]) => [name, { name, ...index }]),
);

/** The index with this upload address, with or without the slash at its end; undefined for any other server. */
export function indexByUploadUrl(url: string): PackageIndex | undefined {
  const wanted = url.replace(/\/+$/, '');
  return [...PACKAGE_INDEXES.values()].find(({ upload }) => upload.replace(/\/+$/, '') === wanted);
}
