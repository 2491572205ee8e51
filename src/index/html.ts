/**
 * The HTML pages of a static index.
 *
 * Specification: "Simple repository API" (PEP 503, PEP 629, PEP 658, PEP 714), HTML form, version 1.0; and the flat page
 * that pip's --find-links reads.
 */
import type { IndexedFile } from './model.ts';

const STYLE =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}' +
  'a{overflow-wrap:anywhere}';

/** By this line pages of ours are told from those of others. */
export const GENERATOR = '<meta name="generator" content="wheelworks">';

/** The page that lists every project. */
export function rootPage(projects: readonly string[]): string {
  const links = projects.map(
    (name) => `<a href="${escapeHtml(encodeURIComponent(name))}/">${escapeHtml(name)}</a>`,
  );
  return page('Simple index', links);
}

/** A project's page; `filesUrl` is the relative URL of the folder that holds the files, ending in `/`. */
export function projectPage(
  project: string,
  files: readonly IndexedFile[],
  filesUrl: string,
): string {
  return page(
    `Links for ${project}`,
    files.map((file) => anchor(file, filesUrl)),
  );
}

/** One flat page with every file of every project, for `pip install --find-links`. */
export function findLinksPage(files: readonly IndexedFile[], filesUrl: string): string {
  return page(
    'All files',
    files.map((file) => anchor(file, filesUrl)),
  );
}

function anchor(file: IndexedFile, filesUrl: string): string {
  const attributes = [`href="${escapeHtml(fileUrl(file, filesUrl))}#sha256=${file.sha256}"`];
  if (file.requiresPython !== undefined)
    attributes.push(`data-requires-python="${escapeHtml(file.requiresPython)}"`);
  if (file.metadataSha256 !== undefined) {
    // PEP 714: the second name is what pip before 23.1 looks for; it must not disagree with the first.
    attributes.push(
      `data-core-metadata="sha256=${file.metadataSha256}"`,
      `data-dist-info-metadata="sha256=${file.metadataSha256}"`,
    );
  }
  return `<a ${attributes.join(' ')}>${escapeHtml(file.filename)}</a>`;
}

/** The URL of a file. `+` is escaped, since some object stores read it as a space. */
export function fileUrl(file: IndexedFile, filesUrl: string): string {
  return filesUrl + encodeURIComponent(file.filename);
}

function page(title: string, lines: readonly string[]): string {
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="pypi:repository-version" content="1.0">',
    GENERATOR,
    `<title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<h1>${escapeHtml(title)}</h1>`,
    ...lines.map((line) => `${line}<br>`),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
