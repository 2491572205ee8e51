/** Which files are taken back (PEP 592), and what is said of projects (PEP 792). */
import { parse } from 'smol-toml';
import { normalizeName, PROJECT_STATUSES, type SimpleProject } from '../../packaging/index.ts';
import { WheelworksError } from '../../support/errors.ts';
import type { IndexEntry } from './entry.ts';

/** One rule: which files, and why. */
export interface Yank {
  /** `project==version`, a file name, or a pattern of one with `*`. */
  readonly what: string;
  /** May be empty. */
  readonly reason: string;
}

/**
 * Reads `yanked.toml`: every key is what is taken back, its value the reason.
 * @throws WheelworksError `index/yank`.
 */
export function parseYanks(text: string, path: string): readonly Yank[] {
  let table: Record<string, unknown>;
  try {
    table = parse(text);
  } catch (error) {
    throw bad(`${path} is not TOML.`, error instanceof Error ? error.message : '', path);
  }
  return Object.entries(table).map(([what, reason]) => {
    if (typeof reason !== 'string') throw bad(`${path}: ${what} has no reason.`, what, path);
    return yank(what, reason);
  });
}

/**
 * Reads `demo==1.0=reason` or `demo-1.0-*.whl=reason`.
 * @throws WheelworksError `index/yank`.
 */
export function parseYank(text: string): Yank {
  const [, what, reason] = /^([^=]+(?:==[^=]+)?)=(?!=)(.*)$/s.exec(text) ?? [];
  if (what === undefined || reason === undefined)
    throw bad('A yank is written as WHAT=REASON.', text);
  return yank(what, reason);
}

function yank(what: string, reason: string): Yank {
  if (/\p{Cc}/u.test(reason)) throw bad('A reason is one line of text.', what);
  return { what: what.trim(), reason: reason.trim() };
}

/**
 * Marks what the rules name; later rules win.
 * @throws WheelworksError `index/yank-unused` for a rule that names no file: it is likely misspelt, and what it is meant
 *   for would stay on offer.
 */
export function applyYanks(
  entries: readonly IndexEntry[],
  yanks: readonly Yank[],
): readonly IndexEntry[] {
  if (yanks.length === 0) return entries;
  const rules = yanks.map((each) => ({ each, matches: matcher(each.what), used: false }));
  const marked = entries.map((entry) => {
    let yanked: true | string | undefined = entry.file.yanked;
    for (const rule of rules) {
      if (!rule.matches(entry)) continue;
      rule.used = true;
      yanked = rule.each.reason === '' ? true : rule.each.reason;
    }
    return yanked === undefined ? entry : { ...entry, file: { ...entry.file, yanked } };
  });
  const unused = rules.find(({ used }) => !used);
  if (unused !== undefined)
    throw new WheelworksError('index/yank-unused', `No file is named by ${unused.each.what}.`, {
      hint: 'Write project==version, a file name, or a pattern such as demo-1.0-*.whl.',
    });
  return marked;
}

function matcher(what: string): (entry: IndexEntry) => boolean {
  const [name = '', version] = what.split('==');
  if (version !== undefined) {
    const project = normalizeName(name.trim());
    const wanted = version.trim();
    return (entry) => entry.project === project && entry.version === wanted;
  }
  const pattern = new RegExp(
    `^${what
      .split('*')
      .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('[^/]*')}$`,
  );
  return ({ filename }) => pattern.test(filename);
}

/**
 * Reads `demo=archived` or `demo=deprecated:use spam`.
 * @throws WheelworksError `index/status`.
 */
export function parseStatus(
  text: string,
): readonly [project: string, status: NonNullable<SimpleProject['status']>] {
  const [, name, word, reason] = /^([^=]+)=([a-z]+)(?::(.*))?$/s.exec(text) ?? [];
  const status = PROJECT_STATUSES.find((each) => each === word);
  if (name === undefined || status === undefined)
    throw new WheelworksError('index/status', `${text} is no status of a project.`, {
      hint: `Write PROJECT=STATUS or PROJECT=STATUS:REASON; a status is ${PROJECT_STATUSES.join(', ')}.`,
    });
  return [
    normalizeName(name.trim()),
    { status, ...(reason === undefined || reason === '' ? {} : { reason }) },
  ];
}

function bad(message: string, evidence: string, path?: string): WheelworksError {
  return new WheelworksError('index/yank', message, {
    evidence,
    ...(path === undefined ? {} : { path }),
    hint: 'A line is "demo==1.0" = "reason", or "demo-1.0-*.whl" = "reason".',
  });
}
