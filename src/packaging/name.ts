/**
 * Project names.
 *
 * Specifications: Names and normalization (PEP 503, PEP 508), and for file names the binary and source distribution
 * formats (PEP 427, PEP 625). https://packaging.python.org/specifications/name-normalization/
 */

const SEPARATORS = /[-_.]+/g;
const FOREIGN_CHARACTER = /[^A-Za-z0-9._-]/;
const LETTER_OR_DIGIT = /^[A-Za-z0-9]$/;

/**
 * The one spelling under which indexes and installers know a project: lower case, every run of `-`, `_` and `.` as one
 * `-`. Extras and dependency groups are compared the same way (PEP 685, PEP 735).
 *
 * It does not judge the name: an invalid one gives an equally invalid result, see {@link isValidName}.
 */
export function normalizeName(name: string): string {
  return name.toLowerCase().replaceAll(SEPARATORS, '-');
}

/** Whether a name is allowed: ASCII letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. */
export function isValidName(name: string): boolean {
  return (
    !FOREIGN_CHARACTER.test(name) &&
    LETTER_OR_DIGIT.test(name.charAt(0)) &&
    LETTER_OR_DIGIT.test(name.slice(-1))
  );
}

/** The name as the first component of a wheel's or sdist's file name, where `-` separates components: `My.Pkg` is `my_pkg`. */
export function nameForFile(name: string): string {
  return normalizeName(name).replaceAll('-', '_');
}
