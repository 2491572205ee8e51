/** The interpreter that reads imports: one Python of this machine, asked for one file after the other. */
import { isAbsolute, parse } from 'node:path';
import scanScript from '../../../python/scan_imports.py?raw';
import { WheelworksError } from '../../../support/errors.ts';
import { startLineProcess, type LineProcess } from '../../../support/line-process.ts';
import type { Expression, FileImports, Guard, ImportFact, UnreadableSource } from './model.ts';

/** A file to be read. */
export interface ScanRequest {
  /** Dotted name of the module that it is; empty for a program. */
  readonly module: string;
  /** It is an `__init__.py`. */
  readonly isPackage: boolean;
  readonly source: Uint8Array;
}

export interface ImportScanner {
  /** Of the Python that reads: what is newer than it, it cannot read. */
  readonly version: readonly number[];
  /**
   * Reads one file; a file that brings the interpreter down is unreadable, and the next one gets a new interpreter.
   * @throws WheelworksError `process/cancelled`.
   */
  scan(request: ScanRequest): Promise<FileImports | UnreadableSource>;
}

export interface ScannerOptions {
  /** Absolute path of a Python 3, of any minor. */
  readonly python: string;
  /** Its environment; `PYTHON*` variables do not count. Default: none, which Windows cannot do with. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds that a file may take. Default 60 seconds. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const DEFAULT_TIMEOUT = 60_000;
/** Characters; what is said of a file is shorter than the file. */
const LONGEST_ANSWER = 64 << 20;
/** Bytes; the largest source of a release on PyPI has a tenth of it. */
const LARGEST_SOURCE = 32 << 20;
const BEGIN = '<wheelworks-imports>';
const END = '</wheelworks-imports>';

/**
 * Calls back with a scanner, and ends its interpreter afterwards.
 * @throws WheelworksError `openwrt/no-reader` when the Python cannot be run; `process/cancelled`.
 */
export async function withImportScanner<Result>(
  { python, env = {}, timeoutMs = DEFAULT_TIMEOUT, signal }: ScannerOptions,
  use: (scanner: ImportScanner) => Promise<Result>,
): Promise<Result> {
  if (!isAbsolute(python)) throw cannotRun(python);
  let process: LineProcess | undefined;
  const ask = async (request: object): Promise<Record<string, unknown> | string> => {
    if (process?.isAlive !== true)
      process = startLineProcess(python, ['-I', '-S', '-B', '-c', scanScript], {
        cwd: parse(python).root,
        env,
        isAnswer: (line) => line.endsWith(END),
        longestAnswer: LONGEST_ANSWER,
      });
    const asked = { timeoutMs, ...(signal === undefined ? {} : { signal }) };
    const answer = await process.ask(JSON.stringify(request), asked);
    if (answer.kind === 'cancelled')
      throw new WheelworksError('process/cancelled', 'Reading the imports was cancelled.');
    return answer.kind === 'line' ? fieldsOf(answer.line) : answer.kind;
  };
  try {
    const identity = await ask({ identify: true });
    if (typeof identity === 'string' || !isVersion(identity['version'])) throw cannotRun(python);
    return await use({
      version: identity['version'],
      async scan({ module, isPackage, source }) {
        if (source.length > LARGEST_SOURCE) return { problem: 'larger than any real source' };
        const text = Buffer.from(source).toString('base64');
        const answer = await ask({ module, package: isPackage, source: text });
        if (typeof answer !== 'string') return scanOf(answer);
        return {
          problem: answer === 'timed-out' ? 'takes too long to read' : 'ends the interpreter',
        };
      },
    });
  } finally {
    await process?.close();
  }
}

function cannotRun(python: string): WheelworksError {
  return new WheelworksError('openwrt/no-reader', `${python} cannot read the imports of files.`, {
    path: python,
    hint: 'Any Python from 3.6 can; name one with --python.',
  });
}

function fieldsOf(line: string): Record<string, unknown> {
  const fields: unknown = JSON.parse(line.slice(line.indexOf(BEGIN) + BEGIN.length, -END.length));
  return typeof fields === 'object' && fields !== null ? { ...fields } : {};
}

function isVersion(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'number');
}

/** The script's answer; its shapes are those of model.ts, but that what is empty is left out. */
function scanOf(fields: Record<string, unknown>): FileImports | UnreadableSource {
  const { problem, line, imports, constants, defined } = fields as {
    problem?: string;
    line?: number;
    imports?: readonly (Omit<ImportFact, 'guards'> & { guards?: readonly Guard[] })[];
    constants?: Record<string, Expression>;
    defined?: readonly string[];
  };
  if (problem !== undefined)
    return { problem, ...(line === undefined || line === 0 ? {} : { line }) };
  return {
    imports: (imports ?? []).map((fact) => ({ ...fact, guards: fact.guards ?? [] })),
    constants: constants ?? {},
    ...(defined === undefined ? {} : { defined }),
  };
}
