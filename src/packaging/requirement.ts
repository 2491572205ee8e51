/**
 * Requirements, the values of `Requires-Dist`, `dependencies` and the lines of requirement files.
 *
 * Specification: Dependency specifiers (PEP 508). https://packaging.python.org/specifications/dependency-specifiers/
 */
import { DependencyCursor } from './dependency-cursor.ts';
import { excerpt } from './excerpt.ts';
import { scanMarker } from './marker-scan.ts';
import { formatMarker, type Marker } from './marker.ts';
import { formatSpecifierSet, tryParseSpecifierSet, type SpecifierSet } from './specifier-set.ts';
import { scanSpecifier, type Specifier } from './specifier.ts';

/** A requirement, taken apart. */
export interface Requirement {
  /** As written; compare with `normalizeName`. */
  readonly name: string;
  /** As written, sorted and without repetition; compare with `normalizeName`. */
  readonly extras: readonly string[];
  /** A direct reference; then `specifier` is empty. It is not checked: what a URL may be depends on who fetches it. */
  readonly url?: string;
  readonly specifier: SpecifierSet;
  readonly marker?: Marker;
}

/**
 * Reads one requirement: `name[extra] (>=1,<2); marker` or `name @ url ; marker`.
 * @throws WheelworksError `packaging/invalid-requirement`, `packaging/marker-too-deep`.
 */
export function parseRequirement(text: string): Requirement {
  const cursor = new DependencyCursor(text, {
    code: 'packaging/invalid-requirement',
    what: 'requirement',
  });
  cursor.skipBlanks();
  const name = cursor.identifier();
  if (name === undefined) throw cursor.expected('the name of a project');
  cursor.skipBlanks();
  const extras = scanExtras(cursor);
  cursor.skipBlanks();
  const rest = cursor.takes('@') ? scanReference(cursor) : scanVersions(cursor);
  if (!cursor.atEnd) throw cursor.expected('the end');
  return { name, extras, ...rest };
}

/** The normal form, `name[a,b]<2,>=1; marker` or `name @ url ; marker`; the spelling of the name is kept. */
export function formatRequirement(requirement: Requirement): string {
  const { name, extras, url, specifier, marker } = requirement;
  let text = name;
  if (extras.length > 0) text += `[${distinct(extras).join(',')}]`;
  text += formatSpecifierSet(specifier);
  // The blank keeps the semicolon out of the URL.
  if (url !== undefined) text += marker === undefined ? ` @ ${url}` : ` @ ${url} `;
  return marker === undefined ? text : `${text}; ${formatMarker(marker)}`;
}

type RequirementRest = Omit<Requirement, 'name' | 'extras'>;

function scanExtras(cursor: DependencyCursor): string[] {
  const column = cursor.position + 1;
  if (!cursor.takes('[')) return [];
  cursor.skipBlanks();
  const extras: string[] = [];
  const first = cursor.identifier();
  if (first !== undefined) {
    extras.push(first);
    cursor.skipBlanks();
    while (cursor.takes(',')) {
      cursor.skipBlanks();
      const extra = cursor.identifier();
      if (extra === undefined) throw cursor.expected("the name of an extra after ','");
      extras.push(extra);
      cursor.skipBlanks();
    }
  }
  if (!cursor.takes(']')) throw cursor.expected(`',' or ']' for the '[' at column ${column}`);
  return distinct(extras);
}

function scanReference(cursor: DependencyCursor): RequirementRest {
  cursor.skipBlanks();
  const url = cursor.nonBlank();
  if (url === '') throw cursor.expected("a URL after '@'");
  cursor.skipBlanks();
  if (cursor.atEnd) return { url, specifier: [] };
  return { url, specifier: [], ...scanSemicolonAndMarker(cursor, "';' or the end") };
}

function scanVersions(cursor: DependencyCursor): RequirementRest {
  const column = cursor.position + 1;
  const parenthesis = cursor.takes('(');
  cursor.skipBlanks();
  const specifier = scanSpecifiers(cursor);
  cursor.skipBlanks();
  if (parenthesis && !cursor.takes(')')) {
    throw cursor.expected(`',' or ')' for the '(' at column ${column}`);
  }
  cursor.skipBlanks();
  if (cursor.atEnd) return { specifier };
  const expected =
    specifier.length > 0
      ? "',', ';' or the end"
      : "'@', a version specifier such as >=1.0, ';' or the end";
  return { specifier, ...scanSemicolonAndMarker(cursor, expected) };
}

function scanSpecifiers(cursor: DependencyCursor): SpecifierSet {
  const start = cursor.position;
  for (;;) {
    const scanned = scanSpecifier(cursor.text, cursor.position);
    if (scanned === undefined) break;
    cursor.position = scanned.end;
    refuseTrail(cursor, scanned.specifier);
    cursor.skipBlanks();
    if (!cursor.takes(',')) break;
    cursor.skipBlanks();
  }
  // What `===` takes may hold commas, at which the set is parted like any other: it is read again as a whole.
  const text = cursor.text.slice(start, cursor.position);
  const set = tryParseSpecifierSet(text);
  if (set === undefined) throw cursor.error(`${excerpt(text)} are not valid version specifiers`);
  return set;
}

/** Says what is wrong with the two mistakes that people make, before the parser stumbles over their rest. */
function refuseTrail(cursor: DependencyCursor, { operator }: Specifier): void {
  const column = cursor.position + 1;
  if (cursor.sees('.*')) {
    throw cursor.error(`the .* at column ${column} may follow a plain release only, with == or !=`);
  }
  if (cursor.sees('+') && operator !== '==' && operator !== '!=') {
    throw cursor.error(`the local label at column ${column} goes with == and != only`);
  }
}

function scanSemicolonAndMarker(cursor: DependencyCursor, expected: string): { marker: Marker } {
  if (!cursor.takes(';')) throw cursor.expected(expected);
  return { marker: scanMarker(cursor) };
}

function distinct(extras: readonly string[]): string[] {
  return [...new Set(extras)].sort();
}
