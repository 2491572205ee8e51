/** reStructuredText rendered by the docutils of a Python on this machine, with PyPI's settings. */
import { isAbsolute, parse } from 'node:path';
import renderScript from '../../../python/render_rst.py?raw';
import type { RunProgram } from '../../../python/index.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { runProcess, type ProcessResult } from '../../../support/process.ts';

/** How the Python is run. */
export interface DocutilsOptions {
  /** Its environment; `PYTHON*` variables do not count. Default: none, which Windows cannot do with. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds it may take. Default 30 seconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Default `runProcess`. */
  readonly run?: RunProgram;
}

/** What came of it. */
export type DocutilsAnswer =
  /** The Python cannot be run, or has no docutils. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'timed-out'; readonly problem: string }
  /** HTML that is not safe yet. */
  | { readonly kind: 'html'; readonly version: string; readonly html: string }
  /** docutils found a fault, or could not do it (`unproven`). */
  | {
      readonly kind: 'refused' | 'unproven';
      readonly version: string;
      readonly problem: string;
      readonly line?: number;
    };

const DEFAULT_TIMEOUT = 30_000;
/** Bytes; HTML is a few times the size of its source. */
const OUTPUT_LIMIT = 32 << 20;
const GRACE = 200;

/**
 * Has docutils render a text: without the user's packages and settings, file insertion, raw HTML or a working folder of
 * anybody's.
 * @param python absolute path
 * @throws WheelworksError `process/cancelled`.
 */
export async function renderWithDocutils(
  python: string,
  text: string,
  options: DocutilsOptions = {},
): Promise<DocutilsAnswer> {
  if (!isAbsolute(python)) return { kind: 'absent' };
  const result = await run(python, text, options);
  if (result === undefined) return { kind: 'absent' };
  if (result.cancelled)
    throw new WheelworksError('process/cancelled', 'Rendering the description was cancelled.');
  const answer = answerIn(result.stdout);
  if (answer !== undefined) return answer;
  if (!result.timedOut) return { kind: 'absent' };
  const problem = `docutils did not end within ${result.seconds.toFixed(0)} s.`;
  return { kind: 'timed-out', problem };
}

async function run(
  python: string,
  text: string,
  options: DocutilsOptions,
): Promise<ProcessResult | undefined> {
  const { env = {}, timeoutMs = DEFAULT_TIMEOUT, signal } = options;
  try {
    return await (options.run ?? runProcess)(python, ['-I', '-B', '-c', renderScript], {
      cwd: parse(python).root,
      env,
      input: Buffer.from(text, 'utf8'),
      timeoutMs,
      outputLimit: OUTPUT_LIMIT,
      graceMs: GRACE,
      label: python,
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    if (error instanceof WheelworksError) return undefined;
    throw error;
  }
}

const BEGIN = '<wheelworks-rst>';
const END = '</wheelworks-rst>';

/** Between the last markers: a `sitecustomize` may have written before. The document itself is ASCII without `<`. */
function answerIn(stdout: string): DocutilsAnswer | undefined {
  const end = stdout.lastIndexOf(END);
  const begin = stdout.lastIndexOf(BEGIN, end);
  if (begin === -1 || end === -1) return undefined;
  try {
    return readAnswer(JSON.parse(stdout.slice(begin + BEGIN.length, end)));
  } catch {
    return undefined;
  }
}

function readAnswer(document: unknown): DocutilsAnswer | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const fields: { readonly [name: string]: unknown } = { ...document };
  const { kind, version, html, problem, line } = fields;
  if (kind === 'absent') return { kind };
  if (typeof version !== 'string') return undefined;
  if (kind === 'html' && typeof html === 'string') return { kind, version, html };
  if ((kind !== 'refused' && kind !== 'unproven') || typeof problem !== 'string') return undefined;
  return { kind, version, problem, ...(typeof line === 'number' ? { line } : {}) };
}
