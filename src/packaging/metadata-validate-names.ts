/**
 * Judges what metadata says can be imported.
 *
 * Specification: PEP 794, `Import-Name` and `Import-Namespace`.
 */
import type { Finding } from '../support/finding.ts';
import { excerpt } from './excerpt.ts';
import { breaking, rejected } from './metadata-finding.ts';
import type { MetadataView } from './metadata-view.ts';
import { skipPythonSpace, trimPythonSpace } from './white-space.ts';

/** Findings about the names to import. */
export function importNameFindings(view: MetadataView): readonly Finding[] {
  const names = view.importNames ?? [];
  const namespaces = new Set(view.importNamespaces.map(dottedName));
  return [
    ...names.flatMap((text) => nameFindings('Import-Name', text)),
    ...view.importNamespaces.flatMap((text) => nameFindings('Import-Namespace', text)),
    ...names.filter((text) => namespaces.has(dottedName(text))).map(twice),
  ];
}

/** A keyword can be part of no import statement. Source: `keyword.kwlist` of CPython 3.15. */
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Lexical analysis of Python, "Names". */
const IDENTIFIER = /^[\p{XID_Start}_]\p{XID_Continue}*$/u;

function nameFindings(field: string, text: string): Finding[] {
  const problem = nameProblem(text);
  if (problem === undefined) return [];
  return [
    rejected('metadata/import-name-invalid', `${field} ${excerpt(text)} is wrong: ${problem}.`),
  ];
}

function nameProblem(text: string): string | undefined {
  for (const part of dottedName(text).split('.')) {
    if (!IDENTIFIER.test(part)) return `${excerpt(part)} is not an identifier`;
    if (KEYWORDS.has(part)) return `${excerpt(part)} is a keyword`;
  }
  const semicolon = text.indexOf(';');
  if (semicolon === -1) return undefined;
  const option = text.slice(skipPythonSpace(text, semicolon + 1));
  return option === 'private' ? undefined : 'only "private" may follow the semicolon';
}

function dottedName(text: string): string {
  const semicolon = text.indexOf(';');
  return semicolon === -1 ? text : trimPythonSpace(text.slice(0, semicolon));
}

function twice(text: string): Finding {
  return breaking(
    'metadata/import-name-twice',
    `${excerpt(text)} is given as Import-Name and as Import-Namespace; it can be only one of them.`,
  );
}
