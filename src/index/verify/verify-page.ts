/** What only the text of a page tells, and whether its two forms say the same. */
import { Parser } from 'htmlparser2';
import type { SimpleFile, SimpleProject } from '../../packaging/index.ts';
import type { Finding } from '../../support/finding.ts';
import { advises, breaks } from './findings.ts';

/** Forms that clients read in different ways, or fail on. */
export function verifyAnchors(html: string, path: string): readonly Finding[] {
  const findings: Finding[] = [];
  // The parser gives a bare attribute the empty text, as HTML says; pip tells the two apart.
  for (const [tag] of html.matchAll(/<a\s[^>]*>/gi))
    if (/\sdata-yanked(?:\s|>|\/)(?!\s*=)/i.test(tag))
      findings.push(
        breaks('index/bare-yanked', 'pip takes a bare data-yanked for a file that is not yanked.', {
          path,
          evidence: tag.slice(0, 200),
          hint: 'Write data-yanked="" or the reason.',
        }),
      );
  const parser = new Parser({
    onopentag(name, { href }) {
      if (name !== 'a') return;
      if (href === undefined)
        findings.push(
          breaks('index/anchor-without-href', 'uv refuses a page with a link to nowhere.', {
            path,
          }),
        );
      const fragment = /#(.*)$/s.exec(href ?? '')?.[1] ?? '';
      if (fragment !== '' && !/^(?:md5|sha256|sha384|sha512|blake2b)=/.test(fragment))
        findings.push(
          breaks('index/odd-fragment', 'uv refuses a page with a fragment that is no digest.', {
            path,
            evidence: href ?? '',
          }),
        );
    },
  });
  parser.end(html);
  return findings;
}

/** Whether HTML and JSON offer the same files. */
export function comparePages(
  html: SimpleProject,
  json: SimpleProject,
  path: string,
): readonly Finding[] {
  const findings: Finding[] = [];
  const others = new Map(json.files.map((file) => [file.filename, file]));
  for (const file of html.files) {
    const other = others.get(file.filename);
    others.delete(file.filename);
    const odd = other === undefined ? 'not in JSON' : difference(file, other);
    if (odd !== undefined) findings.push(disagree(`${file.filename}: ${odd}`, path));
  }
  for (const filename of others.keys()) findings.push(disagree(`${filename}: not in HTML`, path));
  const listed = new Set(json.versions ?? []);
  if (json.versions !== undefined && listed.size === 0 && json.files.length > 0)
    findings.push(
      advises('index/no-versions', 'JSON lists no version though it has files.', { path }),
    );
  return findings;
}

function difference(html: SimpleFile, json: SimpleFile): string | undefined {
  if (html.url !== json.url) return 'another address';
  if (html.requiresPython !== json.requiresPython) return 'another Requires-Python';
  if ((html.yanked ?? false) !== (json.yanked ?? false)) return 'yanked in one only';
  const [one, two] = [html.hashes['sha256'], json.hashes['sha256']];
  if (one !== two) return 'another digest';
  if ((html.coreMetadata === undefined) !== (json.coreMetadata === undefined))
    return 'metadata in one only';
  return undefined;
}

function disagree(evidence: string, path: string): Finding {
  return breaks('index/pages-disagree', 'HTML and JSON do not say the same of a file.', {
    path,
    evidence,
    hint: 'pip reads JSON where it is offered, older tools HTML.',
  });
}
