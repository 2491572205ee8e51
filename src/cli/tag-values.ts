/** Values of options that name tags and versions, checked before any file is opened: a wrong one is a wrong command line. */
import { InvalidValue } from './command.ts';

/** A build tag (PEP 427), or nothing to remove it. */
export function buildTagValue(text: string): string {
  return conforming(
    text,
    /^(?:[0-9]{1,255}[A-Za-z0-9_.]*)?$/,
    'a build tag starts with a digit and has no "-"',
  );
}

/** Tags separated by dots, with a leading + or - to add them or take them away. */
export function tagChangeValue(text: string): string {
  const grammar = /^[+-]?[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*$/;
  return conforming(
    text,
    grammar,
    'tags are letters, digits and "_", several are separated by dots',
  );
}

/** A local version label (PEP 440), or nothing to remove it. */
export function localVersionValue(text: string): string {
  const grammar = /^(?:[A-Za-z0-9]+(?:[-_.][A-Za-z0-9]+)*)?$/;
  return conforming(text, grammar, 'a local version is letters and digits separated by dots');
}

function conforming(text: string, grammar: RegExp, rule: string): string {
  if (grammar.test(text)) return text;
  throw new InvalidValue(rule);
}
