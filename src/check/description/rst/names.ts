/**
 * Every name that a source could define, found without parsing it: what a reference may lead to.
 *
 * More is found than docutils would: a name in a literal block or a comment counts as well. A reference to something that
 * is not even here has no target for certain.
 */
import known from './data/docutils.json' with { type: 'json' };
import type { RstLine } from './lines.ts';

/** What a source might define. */
export interface RstNames {
  /** Keys (`nameKey`) of targets, titles, footnotes and citations. */
  readonly targets: ReadonlySet<string>;
  /** Keys of substitutions. */
  readonly substitutions: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  /** Whether footnotes get their numbers from docutils: any number may then be a target. */
  readonly hasNumberedFootnotes: boolean;
  readonly hasAnonymousTargets: boolean;
}

/** Two names with different keys are different names. Case, blanks, markup and punctuation are not in it. */
export function nameKey(name: string): string {
  const key = name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  // Of punctuation alone, every name is taken for the same.
  return key === '' ? '?' : key;
}

/** The longest that a name is looked for; longer ones are no names anybody writes. */
const LONGEST = 2000;

/** Collects the names of a source. */
export function namesIn(text: string, lines: readonly RstLine[]): RstNames {
  const targets = new Set<string>(['contents', '?']);
  const substitutions = new Set<string>();
  const roles = new Set<string>(known.roles);
  const add = (name: string | undefined): void => {
    if (name !== undefined) targets.add(nameKey(name));
  };
  for (const [index, { text }] of lines.entries()) {
    const next = lines[index + 1]?.text ?? '';
    if (PUNCTUATION.test(next)) titleNames(text).forEach(add);
    for (const [, target = ''] of text.matchAll(/\.\. +_(.{1,2000})/g)) {
      // Where the name ends is a matter of escapes and quotes, and it may go on in the next lines.
      const whole = [target, ...lines.slice(index + 1, index + 4).map((line) => line.text.trim())];
      prefixesOf(whole.join(' ').slice(0, LONGEST)).forEach(add);
    }
    for (const [, label] of text.matchAll(/\.\. +\[#?([^\]]{1,200})\]/g)) add(label);
    for (const [, name] of text.matchAll(/:name: *(.+)/g)) add(name);
    for (const [, title] of text.matchAll(/\.\. +contents *:: *(.*)/gi)) add(title);
    for (const [, name] of text.matchAll(/\.\. +\|([^|]{1,500})\|/g))
      substitutions.add(nameKey(name ?? ''));
    for (const [, role] of text.matchAll(/\.\. +role *:: *([^\s(]+)/gi))
      roles.add((role ?? '').toLowerCase());
  }
  for (const [, name] of text.matchAll(/_`([^`]{1,2000})`/g)) add(name);
  for (const [, name] of text.matchAll(/`([^`<]{0,2000})<[^`]{1,2000}>`_/g)) add(name);
  for (const [, name] of text.matchAll(/<([^<>`]{1,2000})>`_/g)) add(name);
  return {
    targets,
    substitutions,
    roles,
    hasNumberedFootnotes: /\.\. +\[[#*]/.test(text),
    hasAnonymousTargets: /\.\. +__|(?:^|\s)__(?:\s|$)/.test(text),
  };
}

const PUNCTUATION = /^ *[!-/:-@[-`{-~]+$/;

/** A title as it is written, and without the addresses in it. */
function titleNames(title: string): readonly string[] {
  const unrolled = title.replaceAll(/:[\w.+-]{1,60}:(?=`)/g, '');
  return [title, unrolled].flatMap((text) => [text, text.replaceAll(/<[^<>]*>/g, '')]);
}

function prefixesOf(target: string): readonly string[] {
  const ends = [...target.matchAll(/:(?= |$)/g)].slice(0, 20);
  return [...ends.map(({ index }) => target.slice(0, index)), target.slice(0, LONGEST)];
}
