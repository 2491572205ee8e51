/** reStructuredText rendered by the docutils of a Python on this machine, with PyPI's settings. */
import { isAbsolute, parse } from 'node:path';
import renderScript from '../../../python/render_rst.py?raw';
import { WheelworksError } from '../../../support/errors.ts';
import { sha256 } from '../../../support/hash.ts';
import {
  startLineProcess,
  type LineAnswer,
  type LineProcess,
} from '../../../support/line-process.ts';

/** How the Python is run. */
export interface DocutilsOptions {
  /** Its environment; `PYTHON*` variables do not count. Default: none, which Windows cannot do with. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a text may take. Default 30 seconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Default `startLineProcess`. */
  readonly start?: typeof startLineProcess;
}

/** What came of it. */
export type DocutilsAnswer =
  /** The Python cannot be run, or has no docutils. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'timed-out'; readonly problem: string }
  /** HTML that is not safe yet. */
  | { readonly kind: 'html'; readonly version: string; readonly html: string }
  /** The verdict was all that was wanted. */
  | { readonly kind: 'renders'; readonly version: string }
  /** docutils found a fault, or could not do it (`unproven`). */
  | {
      readonly kind: 'refused' | 'unproven';
      readonly version: string;
      readonly problem: string;
      readonly line?: number;
    };

/** A docutils that stays: one text at a time. */
export interface Docutils {
  /**
   * Has it render a text: without the user's packages and settings, file insertion, raw HTML or a working folder of anybody's.
   * @throws WheelworksError `process/cancelled`.
   */
  render(text: string, wants: 'html' | 'verdict'): Promise<DocutilsAnswer>;
  /** All that a verdict depends on besides the text: versions, and how it is asked. Undefined when it is absent. */
  identity(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** What cannot be started at all is not started for every text. */
const MOST_ENDS = 2;
const DEFAULT_TIMEOUT = 30_000;
/** Characters; HTML is a few times the size of its source. */
const LONGEST_ANSWER = 32 << 20;
const BEGIN = '<wheelworks-rst>';
const END = '</wheelworks-rst>';

/**
 * The docutils of a Python, started with the first text, and again after one that ended it.
 * @param python absolute path
 */
export function openDocutils(python: string, options: DocutilsOptions = {}): Docutils {
  const { env = {}, timeoutMs = DEFAULT_TIMEOUT, signal } = options;
  let process: LineProcess | undefined;
  let isAbsent = !isAbsolute(python);
  /** Texts in a row that it has ended at: a text may bring it down, every text cannot. */
  let ends = 0;
  const ask = async (line: string): Promise<LineAnswer> => {
    const isNew = process?.isAlive !== true;
    if (isNew || process === undefined)
      process = (options.start ?? startLineProcess)(python, ['-I', '-B', '-c', renderScript], {
        cwd: parse(python).root,
        env,
        isAnswer: (each) => each.includes(END),
        longestAnswer: LONGEST_ANSWER,
      });
    const asked = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const answer = await process.ask(line, asked);
    // One that ends behind its last answer may not have been seen to be gone.
    return answer.kind === 'ended' && !isNew ? ask(line) : answer;
  };
  let identity: Promise<string | undefined> | undefined;
  const identify = async (): Promise<string | undefined> => {
    if (isAbsent) return undefined;
    const answer = await ask(JSON.stringify({ identify: true }));
    return answer.kind === 'line' ? identityIn(answer.line) : undefined;
  };
  return {
    identity: () => (identity ??= identify()),
    async render(text, wants) {
      if (isAbsent) return { kind: 'absent' };
      const answer = await ask(JSON.stringify({ text, html: wants === 'html' }));
      if (answer.kind === 'cancelled')
        throw new WheelworksError('process/cancelled', 'Rendering the description was cancelled.');
      if (answer.kind === 'timed-out') {
        const problem = `docutils did not end within ${(timeoutMs / 1000).toFixed(0)} s.`;
        return { kind: 'timed-out', problem };
      }
      const read = answer.kind === 'line' ? answerIn(answer.line) : undefined;
      ends = answer.kind === 'line' ? 0 : ends + 1;
      isAbsent = read?.kind === 'absent' || ends >= MOST_ENDS;
      return read ?? { kind: 'absent' };
    },
    async close() {
      await process?.close();
    },
  };
}

const SCRIPT = sha256(renderScript);

function identityIn(line: string): string | undefined {
  const { kind, version, pygments } = fieldsIn(line) ?? {};
  if (kind !== 'identity' || typeof version !== 'string') return undefined;
  return `docutils ${version}, pygments ${String(pygments)}, ${SCRIPT}`;
}

/** Between the last markers: a `sitecustomize` may have written before. The document itself is ASCII without `<`. */
function fieldsIn(line: string): { readonly [name: string]: unknown } | undefined {
  const end = line.lastIndexOf(END);
  const begin = line.lastIndexOf(BEGIN, end);
  if (begin === -1 || end === -1) return undefined;
  try {
    const document: unknown = JSON.parse(line.slice(begin + BEGIN.length, end));
    return typeof document === 'object' && document !== null ? { ...document } : undefined;
  } catch {
    return undefined;
  }
}

/** An answer of docutils; undefined for what is none. */
function answerIn(line: string): DocutilsAnswer | undefined {
  return readAnswer(fieldsIn(line));
}

/** The fields of an answer, from docutils or from where it was kept. */
export function readAnswer(
  fields: { readonly [name: string]: unknown } = {},
): DocutilsAnswer | undefined {
  const { kind, version, html, problem, line } = fields;
  if (kind === 'absent') return { kind };
  if (typeof version !== 'string') return undefined;
  if (kind === 'renders') return { kind, version };
  if (kind === 'html' && typeof html === 'string') return { kind, version, html };
  if ((kind !== 'refused' && kind !== 'unproven') || typeof problem !== 'string') return undefined;
  return { kind, version, problem, ...(typeof line === 'number' ? { line } : {}) };
}
