/** The interpreter that reads imports: one Python of this machine, asked for a lot of files at a time. */
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
   * Reads files, answers in their order; a file that brings the interpreter down is unreadable, and the next one gets a new
   * interpreter.
   * @throws WheelworksError `process/cancelled`.
   */
  scan(requests: readonly ScanRequest[]): Promise<readonly (FileImports | UnreadableSource)[]>;
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
/** Bytes of source asked for at once: a few hundredths of a second of work. */
const LOT = 128 << 10;
const BEGIN = '<wheelworks-imports>';
const END = '</wheelworks-imports>';

/**
 * Calls back with a scanner, and ends its interpreter afterwards.
 * @throws WheelworksError `openwrt/no-reader` when the Python cannot be run; `process/cancelled`.
 */
export async function withImportScanner<Result>(
  options: ScannerOptions,
  use: (scanner: ImportScanner) => Promise<Result>,
): Promise<Result> {
  const scanner = await startImportScanner(options);
  try {
    return await use(scanner);
  } finally {
    await scanner.close();
  }
}

/** A scanner that whoever started it ends. */
export interface StartedScanner extends ImportScanner {
  close(): Promise<void>;
}

/** @throws WheelworksError as {@link withImportScanner}. */
export async function startImportScanner({
  python,
  env = {},
  timeoutMs = DEFAULT_TIMEOUT,
  signal,
}: ScannerOptions): Promise<StartedScanner> {
  if (!isAbsolute(python)) throw cannotRun(python);
  let process: LineProcess | undefined;
  const ask = async (request: object, attached: readonly Uint8Array[] = []): Promise<unknown> => {
    if (process?.isAlive !== true)
      process = startLineProcess(python, ['-I', '-S', '-B', '-c', scanScript], {
        cwd: parse(python).root,
        env,
        isAnswer: (line) => line.endsWith(END),
        longestAnswer: LONGEST_ANSWER,
      });
    const asked = { timeoutMs, attached, ...(signal === undefined ? {} : { signal }) };
    const answer = await process.ask(JSON.stringify(request), asked);
    if (answer.kind === 'cancelled')
      throw new WheelworksError('process/cancelled', 'Reading the imports was cancelled.');
    return answer.kind === 'line' ? toldBy(answer.line) : answer.kind;
  };
  const scanLot = async (lot: readonly ScanRequest[]): Promise<Scan[]> => {
    const sources = lot.map(({ source }) => source);
    const answer = await ask({ files: lot.map(fileOf) }, sources);
    if (Array.isArray(answer)) return answer.map(scanOf);
    if (lot.length > 1) return inTurn(lot, async (each) => scanLot([each]));
    return [
      { problem: answer === 'timed-out' ? 'takes too long to read' : 'ends the interpreter' },
    ];
  };
  const close = async (): Promise<void> => process?.close();
  try {
    const identity = await ask({ identify: true });
    if (!isIdentity(identity)) throw cannotRun(python);
    return {
      version: identity.version,
      scan: async (requests) =>
        inTurn(lotsOf(requests), async (lot) =>
          lot[0] !== undefined && lot[0].source.length > LARGEST_SOURCE
            ? [{ problem: 'larger than any real source' }]
            : scanLot(lot),
        ),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Scan = FileImports | UnreadableSource;

async function inTurn<Item>(
  items: readonly Item[],
  scan: (item: Item) => Promise<readonly Scan[]>,
): Promise<Scan[]> {
  const scans: Scan[] = [];
  for (const item of items) scans.push(...(await scan(item)));
  return scans;
}

/** A file larger than a lot is one of its own. */
function lotsOf(requests: readonly ScanRequest[]): ScanRequest[][] {
  const lots: ScanRequest[][] = [];
  let room = 0;
  for (const request of requests) {
    if (request.source.length > room || lots.length === 0) {
      lots.push([]);
      room = LOT;
    }
    lots.at(-1)?.push(request);
    room -= request.source.length + 1;
  }
  return lots;
}

function fileOf({ module, isPackage, source }: ScanRequest): object {
  return { module, package: isPackage, size: source.length };
}

function cannotRun(python: string): WheelworksError {
  return new WheelworksError('openwrt/no-reader', `${python} cannot read the imports of files.`, {
    path: python,
    hint: 'Any Python from 3.6 can; name one with --python.',
  });
}

function toldBy(line: string): unknown {
  return JSON.parse(line.slice(line.indexOf(BEGIN) + BEGIN.length, -END.length));
}

function isIdentity(answer: unknown): answer is { readonly version: readonly number[] } {
  if (typeof answer !== 'object' || answer === null || !('version' in answer)) return false;
  const { version } = answer;
  return Array.isArray(version) && version.every((part) => typeof part === 'number');
}

/** The script's answer; its shapes are those of model.ts, but that what is empty is left out. */
function scanOf(fields: object): Scan {
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
