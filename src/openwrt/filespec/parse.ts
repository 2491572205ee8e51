import { WheelworksError, type ErrorCode } from '../../support/errors.ts';
import { hasUnclosedSet } from '../../support/text-pattern.ts';
import type { Filespec, FilespecOperator, FilespecRule, IgnoredLine } from './model.ts';

export interface FilespecOptions {
  /**
   * Accept what older scripts let pass: lines with an operator that is none, and `-` of what is not there. What a line
   * that is right in both means is the same. Default false.
   */
  readonly lenient?: boolean;
}

/**
 * Reads a filespec: a line each of `operator|path|file mode|directory mode`, blanks around the fields, empty lines and
 * lines that begin with `#` left out.
 * @param path of the file, for messages
 * @throws WheelworksError, with the line as evidence: `filespec/unknown-operator`, `filespec/bad-line`,
 *   `filespec/bad-mode`, `filespec/bad-pattern`, `filespec/outside-root`; `filespec/takes-nothing` without any line.
 */
export function parseFilespec(
  text: string,
  path: string,
  { lenient = false }: FilespecOptions = {},
): Filespec {
  const rules: FilespecRule[] = [];
  const ignored: IgnoredLine[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const fields = trimmed.split('|').map((field) => field.trim());
    const operator = OPERATORS.find((each) => each === fields[0]);
    if (operator === undefined) {
      if (!lenient) throw unknownOperator(path, line, trimmed);
      ignored.push({ line, text: trimmed, reason: 'its operator is none' });
      continue;
    }
    const read = { path, line, text: trimmed };
    rules.push(checked(read, { line, text: trimmed, operator, ...readFields(read, fields) }));
  }
  if (rules.length === 0) throw takesNothing(path);
  return { path, rules, lenient, ignored };
}

const OPERATORS: readonly FilespecOperator[] = ['+', '-', '=', '=='];

interface Place {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

function readFields(
  place: Place,
  [, where = '', fileMode = '', directoryMode = '', ...rest]: readonly string[],
): Pick<FilespecRule, 'parts' | 'fileMode' | 'directoryMode'> {
  if (rest.some((field) => field !== ''))
    throw badLine(place, 'has more than four fields', 'A | cannot be part of a path.');
  return {
    parts: readPath(place, where),
    ...(fileMode === '' ? {} : { fileMode: readMode(place, fileMode) }),
    ...(directoryMode === '' ? {} : { directoryMode: readMode(place, directoryMode) }),
  };
}

function readPath(place: Place, text: string): readonly string[] {
  if (text === '')
    throw badLine(place, 'has no path', 'A line is operator|path|mode|mode of directories.');
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..'))
    throw problem('filespec/outside-root', place, {
      what: 'leads out of the root',
      hint: 'Write the path as it is on the device, without "..".',
    });
  if (parts.some(hasUnclosedSet))
    throw problem('filespec/bad-pattern', place, {
      what: 'has a [ that is never closed',
      hint: 'Close the set, as in [a-z]; a bracket of a name itself is written [[].',
    });
  return parts;
}

function readMode(place: Place, text: string): number {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  throw problem('filespec/bad-mode', place, {
    what: `has a mode that is none, ${JSON.stringify(text)}`,
    hint: 'Modes are octal numbers of up to four digits: 0644.',
  });
}

function checked(place: Place, rule: FilespecRule): FilespecRule {
  const hasMode = rule.fileMode !== undefined || rule.directoryMode !== undefined;
  if (rule.operator.startsWith('=') && !hasMode)
    throw problem('filespec/bad-mode', place, {
      what: 'sets a mode and names none',
      hint: 'Name a mode of files, of directories, or both: =|/usr/bin|0755 or =|/var/lib|0600|0700.',
    });
  return rule;
}

function unknownOperator(path: string, line: number, text: string): WheelworksError {
  return problem(
    'filespec/unknown-operator',
    { path, line, text },
    {
      what: 'does not begin with +, -, = or ==',
      hint: 'A line is operator|path|mode|mode of directories. --lenient passes over such lines, as older scripts do.',
    },
  );
}

function badLine(place: Place, what: string, hint: string): WheelworksError {
  return problem('filespec/bad-line', place, { what, hint });
}

/** Of a filespec that leaves a package without any file. */
export function takesNothing(path: string): WheelworksError {
  return new WheelworksError('filespec/takes-nothing', `${path} takes no file.`, {
    path,
    hint: 'The first line is +|/ for everything, or + with what the package shall have; - lines then take away.',
  });
}

/** An error about a line: its number is part of the message, the line itself the evidence. */
export function problem(
  code: ErrorCode,
  { path, line, text }: Place,
  { what, hint }: { readonly what: string; readonly hint: string },
): WheelworksError {
  return new WheelworksError(code, `Line ${line} of ${path} ${what}.`, {
    path,
    evidence: text,
    hint,
  });
}
