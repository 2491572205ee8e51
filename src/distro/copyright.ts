/**
 * The licences that a Debian copyright file states.
 *
 * Specification: "Machine-readable debian/copyright file" 1.0 (DEP-5). Its short names are Debian's own; the table of those that
 * have an SPDX identifier is data.
 */
import { parseLicenseExpression } from '../packaging/index.ts';
import { WheelworksError } from '../support/errors.ts';
import type { SystemPackage } from './package.ts';
import table from './data/debian-licenses.json' with { type: 'json' };

const SPDX: ReadonlyMap<string, string> = new Map(Object.entries(table.names));
const FORMAT = /^format(?:-specification)?:.*(?:dep5|copyright-format)/im;

/** The licences of all files; undefined where the file is prose. */
export function statedLicenses(text: string): SystemPackage['license'] {
  if (!FORMAT.test(text.slice(0, 2000))) return undefined;
  const names = new Set<string>();
  for (const paragraph of text.split(/\n\s*\n/)) {
    // Packaging is nobody's library.
    const files = /^files:(.*)$/im.exec(paragraph)?.[1]?.trim();
    if (files === undefined || /^debian\/\S*$/.test(files)) continue;
    const name = /^license:[ \t]*(\S.*)$/im.exec(paragraph)?.[1]?.trim();
    if (name !== undefined) names.add(name);
  }
  if (names.size === 0) return undefined;
  const sorted = [...names].sort();
  const expression = asExpression(sorted);
  return expression === undefined
    ? { text: sorted.join(' and '), isSpdx: false }
    : { text: expression, isSpdx: true };
}

/** All of them in SPDX's words, or nothing: half an expression would say that the rest is free. */
function asExpression(names: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const name of names) {
    const words = name
      .split(/\s+(and|or)\s+/i)
      .map((word, index) =>
        index % 2 === 1 ? word.toUpperCase() : spdxName(word.replace(/,$/, '')),
      );
    if (words.includes(undefined)) return undefined;
    parts.push(words.length > 1 && names.length > 1 ? `(${words.join(' ')})` : words.join(' '));
  }
  return checked([...new Set(parts)].join(' AND '));
}

function spdxName(name: string): string | undefined {
  const known = SPDX.get(name.toLowerCase());
  if (known !== undefined) return known;
  return checked(name);
}

/** Whether a text is an expression of SPDX. */
export function isLicenseExpression(text: string): boolean {
  return checked(text) !== undefined;
}

function checked(expression: string): string | undefined {
  try {
    return parseLicenseExpression(expression).text;
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}
