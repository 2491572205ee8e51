/**
 * Licence expressions, the value of `License-Expression`: read, checked against the SPDX list and put into normal form.
 *
 * Specification: PEP 639 on top of SPDX 2.3, Annex D, with `LicenseRef-` for what the list lacks.
 * https://packaging.python.org/specifications/license-expression/
 */
import { WheelworksError } from '../support/errors.ts';
import { excerpt } from './excerpt.ts';
import { findException, findLicense, type SpdxEntry } from './license-list.ts';
import { isPythonSpace, skipPythonSpace } from './white-space.ts';

/** A valid licence expression. */
export interface LicenseExpression {
  /** The normal form: identifiers in their own case, operators in upper case, single blanks. */
  readonly text: string;
  /** Every licence in it once, in order, without `+`; those of one's own as `LicenseRef-...`. */
  readonly licenses: readonly string[];
  /** Every exception in it once, in order. */
  readonly exceptions: readonly string[];
  /** The licences and exceptions that SPDX advises against, such as `GPL-2.0`. */
  readonly deprecated: readonly string[];
}

/**
 * Reads a licence expression; case does not matter.
 * @throws WheelworksError `packaging/license-expression` for wrong syntax, `packaging/unknown-license` for an identifier that
 * is not on the SPDX list.
 */
export function parseLicenseExpression(text: string): LicenseExpression {
  const tokens = tokensOf(text);
  const reader = new ExpressionReader(text, spellingOfReferences(tokens));
  for (const token of tokens) reader.read(token);
  return reader.finish();
}

const OPERATORS = new Set(['AND', 'OR', 'WITH']);
const REFERENCE = /^licenseref-([a-z0-9.-]+)$/i;
const REFERENCE_PREFIX = 'LicenseRef-';
/** The reference tool, and so PyPI, has CPython's parser look at the parentheses, which takes no more inside each other. */
const DEEPEST = 200;

/**
 * What the word before allows next: `operand` where a licence must begin, `license` after one (so that `+` is behind it and
 * WITH may follow), `exception` after WITH, `closed` after a complete operand.
 */
type State = 'operand' | 'license' | 'exception' | 'closed';

class ExpressionReader {
  readonly #text: string;
  readonly #references: ReadonlyMap<string, string>;
  readonly #words: string[] = [];
  readonly #licenses = new Set<string>();
  readonly #exceptions = new Set<string>();
  readonly #deprecated = new Set<string>();
  #state: State = 'operand';
  #depth = 0;

  constructor(text: string, references: ReadonlyMap<string, string>) {
    this.#text = text;
    this.#references = references;
  }

  read(token: string): void {
    const operator = token.toUpperCase();
    if (token === '(') this.#open();
    else if (token === ')') this.#close();
    else if (OPERATORS.has(operator)) this.#operator(operator);
    else if (this.#state === 'exception') this.#exception(token);
    else this.#license(token);
  }

  finish(): LicenseExpression {
    if (this.#words.length === 0) throw this.#wrong('it is empty');
    if (this.#depth > 0) throw this.#wrong('a parenthesis is not closed');
    if (!this.#isOperandDone()) throw this.#wrong(`nothing follows ${this.#words.at(-1) ?? ''}`);
    return {
      text: this.#words.join(' ').replaceAll('( ', '(').replaceAll(' )', ')'),
      licenses: [...this.#licenses],
      exceptions: [...this.#exceptions],
      deprecated: [...this.#deprecated],
    };
  }

  #open(): void {
    if (this.#state !== 'operand') throw this.#wrong('a parenthesis opens where AND or OR is due');
    if (this.#depth === DEEPEST) throw this.#wrong('its parentheses are nested too deeply');
    this.#depth += 1;
    this.#words.push('(');
  }

  #close(): void {
    if (!this.#isOperandDone()) throw this.#wrong('a parenthesis closes where a licence is due');
    if (this.#depth === 0) throw this.#wrong('a parenthesis closes that was not opened');
    this.#depth -= 1;
    this.#words.push(')');
    this.#state = 'closed';
  }

  #operator(operator: string): void {
    if (!this.#isOperandDone()) throw this.#wrong(`${operator} stands where a licence is due`);
    if (operator === 'WITH' && this.#state !== 'license') {
      throw this.#wrong('WITH must follow a single licence');
    }
    this.#words.push(operator);
    this.#state = operator === 'WITH' ? 'exception' : 'operand';
  }

  #exception(token: string): void {
    const exception = findException(token);
    if (exception === undefined) throw unknown(token, 'licence exception');
    this.#words.push(exception.id);
    this.#note(this.#exceptions, exception);
    this.#state = 'closed';
  }

  #license(token: string): void {
    if (this.#state !== 'operand') throw this.#wrong(`AND or OR is due before ${excerpt(token)}`);
    if (token.toLowerCase().startsWith(REFERENCE_PREFIX.toLowerCase())) this.#reference(token);
    else this.#listed(token);
    this.#state = 'license';
  }

  #reference(token: string): void {
    const spelling = REFERENCE.test(token) ? this.#references.get(token.toLowerCase()) : undefined;
    if (spelling === undefined) {
      throw this.#wrong(
        `${excerpt(token)} is not a LicenseRef: letters, digits, "." and "-" may follow`,
      );
    }
    this.#words.push(spelling);
    this.#licenses.add(spelling);
  }

  #listed(token: string): void {
    const plus = token.endsWith('+') ? '+' : '';
    const license = findLicense(token.slice(0, token.length - plus.length));
    if (license === undefined) throw unknown(token, 'licence');
    this.#words.push(license.id + plus);
    this.#note(this.#licenses, license);
  }

  #note(ids: Set<string>, entry: SpdxEntry): void {
    ids.add(entry.id);
    if (entry.deprecated) this.#deprecated.add(entry.id);
  }

  #isOperandDone(): boolean {
    return this.#state === 'license' || this.#state === 'closed';
  }

  #wrong(reason: string): WheelworksError {
    return new WheelworksError(
      'packaging/license-expression',
      `${excerpt(this.#text)} is not a licence expression: ${reason}.`,
    );
  }
}

/** Words and parentheses, which need no white space around them. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let start = skipPythonSpace(text, 0);
  while (start < text.length) {
    const end = isParenthesis(text, start) ? start + 1 : endOfWord(text, start);
    tokens.push(text.slice(start, end));
    start = skipPythonSpace(text, end);
  }
  return tokens;
}

function endOfWord(text: string, start: number): number {
  let end = start;
  while (end < text.length && !isPythonSpace(text.charCodeAt(end)) && !isParenthesis(text, end)) {
    end += 1;
  }
  return end;
}

function isParenthesis(text: string, index: number): boolean {
  return text[index] === '(' || text[index] === ')';
}

/** References compare without case; where their spellings differ, all take that of the last, as the reference tool has it. */
function spellingOfReferences(tokens: readonly string[]): ReadonlyMap<string, string> {
  const spellings = new Map<string, string>();
  for (const token of tokens) {
    const name = REFERENCE.exec(token)?.[1];
    if (name !== undefined) spellings.set(token.toLowerCase(), REFERENCE_PREFIX + name);
  }
  return spellings;
}

function unknown(token: string, what: string): WheelworksError {
  return new WheelworksError(
    'packaging/unknown-license',
    `${excerpt(token)} is not a ${what} on the SPDX list.`,
    { hint: 'For a licence that is not on the list write LicenseRef- and a name of your own.' },
  );
}
