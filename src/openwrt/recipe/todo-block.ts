/**
 * The list of things to do at the top of a Makefile, brought to another sdist. Only items in the words of this tool are
 * touched; what people wrote there, and what they struck off, stays as they left it.
 */

/** Versions are never settled by what was done for the one before. */
const VERSION = /^PKG_VERSION: (?:(?:apk does not take|opkg takes) \S+|\S+ requires Python )/;
/** What only imports tell; without a reader of them nothing is known of it. */
const BY_IMPORTS = /^DEPENDS: .* \(openwrt\/[\w-]+\)$/;
/** Left where nobody could read the imports; done when they are read and written. */
const WITHOUT_IMPORTS = /^DEPENDS: parts of the standard library, which only imports tell$/;

/** How the items begin that `deriveRecipe` writes, or read on; those of one kind are exchanged together. */
const KINDS: readonly RegExp[] = [
  VERSION,
  /^PKG_LICENSE: (?:neither the metadata nor a file|no file at the top of the sdist|a list of identifiers)/,
  /^PKG_MAINTAINER: who keeps the recipe$/,
  /^PKG_CPE_ID: whether the project has one/,
  /^PKG_BUILD_DEPENDS: pyproject\.toml cannot be read/,
  /^PKG_BUILD_DEPENDS: ".*" of \[build-system\] is no requirement$/,
  /^PKG_BUILD_DEPENDS: the feed has no host recipe of /,
  /^PKG_BUILD_DEPENDS: \S+ is a backend of the sdist's own/,
  /^DEPENDS: ".*" of Requires-Dist is no requirement$/,
  /^DEPENDS: what .* requires for its extra is not known$/,
  /^DEPENDS: the build finds more requirements than the sdist tells/,
  /^DEPENDS: which modules the build installs cannot be told/,
  WITHOUT_IMPORTS,
  BY_IMPORTS,
  /^DEPENDS: the feed of \S+ has no \S+, as of /,
  /^DEPENDS: Rust code: /,
  /^DEPENDS: native code, /,
  /^TITLE: the metadata has no Summary$/,
  /^URL: the metadata has no home page$/,
  /^filespec: data files of /,
  /^filespec: the build installs etc/,
  /^filespec: share\/.* is left out$/,
];

/** Which kind of item this is; -1: none of this tool. */
export function todoKind(item: string): number {
  return KINDS.findIndex((kind) => kind.test(item));
}

export interface TodoBlock {
  readonly text: string;
  /** Items that no longer hold, and are gone. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export interface TodoState {
  /** What there is to do now. */
  readonly todo: readonly string[];
  /** A Python read the imports. */
  readonly hasImports: boolean;
  /** DEPENDS has what it should. */
  readonly isWritten: boolean;
}

/** The text with the list of the new sdist. */
export function updateTodoBlock(
  text: string,
  { todo, hasImports, isWritten }: TodoState,
): TodoBlock {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const end = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line));
  const start = lines.findIndex((line, at) => at < end && /^# TODO\s*$/.test(line));
  if (start === -1) return { text, removed: [], added: [] };
  const items = lines.slice(start + 1, end);
  const ours = items.map((line, at) => {
    const [, item] = /^# - (.*?)\s*$/.exec(line) ?? [];
    // An indented line goes on with the item: somebody wrote there.
    const goesOn = /^#\s{2,}\S/.test(items[at + 1] ?? '');
    const isKept =
      item === undefined ||
      goesOn ||
      (BY_IMPORTS.test(item) && !hasImports) ||
      (WITHOUT_IMPORTS.test(item) && !isWritten);
    return isKept ? -1 : todoKind(item);
  });
  const present = new Set(items.map(itemOf));
  const isWanted = new Set(todo);
  const versions = KINDS.indexOf(VERSION);
  const kinds = new Set([versions, ...ours]);
  const missing = todo.filter((each) => !present.has(each) && kinds.has(todoKind(each)));
  const added: string[] = [];
  const removed: string[] = [];
  const eol = lines[start]?.endsWith('\r\n') === true ? '\r\n' : '\n';
  const put = (kind: number): string[] => {
    const now = missing.filter((each) => todoKind(each) === kind && !added.includes(each));
    added.push(...now);
    return now.map((each) => `# - ${each}${eol}`);
  };
  const kept = ours.includes(versions) ? [] : put(versions);
  for (const [at, line] of items.entries()) {
    const kind = ours[at] ?? -1;
    const item = itemOf(line);
    const isGone = kind !== -1 && !isWanted.has(item);
    if (isGone) removed.push(item);
    kept.push(...(isGone ? [] : [line]), ...(kind === -1 ? [] : put(kind)));
  }
  const isEmpty = removed.length > 0 && !kept.some((line) => /^#\s*\S/.test(line));
  const block = isEmpty ? kept : [lines[start] ?? '', ...kept];
  const all = [...lines.slice(0, start), ...block, ...lines.slice(end)];
  const first = all.findIndex((line) => !/^\s*#?\s*$/.test(line));
  // A header of nothing but bars is none.
  return {
    text: (isEmpty && !isComment(all[first]) ? all.slice(first) : all).join(''),
    removed,
    added,
  };
}

function isComment(line: string | undefined): boolean {
  return line === undefined || line.startsWith('#');
}

function itemOf(line: string): string {
  return /^# - (.*?)\s*$/.exec(line)?.[1] ?? '';
}
