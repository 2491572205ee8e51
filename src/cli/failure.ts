import { inspect, stripVTControlCharacters } from 'node:util';
import { WheelworksError, fileError, type ErrorReport } from '../support/errors.ts';
import { redactText } from '../support/secret.ts';
import { EXIT, type ExitCode } from './command.ts';
import type { Palette } from './render/palette.ts';
import { sanitizeForTerminal, sanitizeLines } from './render/sanitize.ts';
import { hangingText } from './render/wrap.ts';

/** What went wrong, ready to be shown in either form. */
export interface Failure {
  readonly report: ErrorReport;
  readonly exitCode: ExitCode;
  /** Not an error the user caused: something is wrong in wheelworks. */
  readonly isBug: boolean;
  /** The stack traces of the error and its causes. */
  readonly trace: string;
}

const USAGE_AREAS: ReadonlySet<string> = new Set(['cli', 'config', 'plan']);
/** Refused by features, but about nothing except a word of the command line. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  'ci/unknown-target',
  'container/unknown-image',
  'promote/bad-target',
  'promote/no-interpreter',
  'python/bad-selector',
  'release/no-such-interpreter',
]);

/** Sorts out what was thrown: a refusal with a code, a system error about a file, or a bug. */
export function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof WheelworksError ? thrown : systemFailure(thrown);
  const trace = redactText(stripVTControlCharacters(inspect(thrown, { colors: false })));
  if (error === undefined)
    return { report: bugReport(thrown), exitCode: EXIT.problems, isBug: true, trace };
  const area = error.code.slice(0, error.code.indexOf('/'));
  const isUsage = USAGE_AREAS.has(area) || USAGE_CODES.has(error.code);
  const exitCode = isUsage ? EXIT.usage : EXIT.problems;
  return { report: error.toJSON(), exitCode, isBug: false, trace };
}

/** A full disk or a missing permission is the user's to cure even where a feature did not foresee it. */
function systemFailure(thrown: unknown): WheelworksError | undefined {
  if (!(thrown instanceof Error) || !('path' in thrown) || typeof thrown.path !== 'string')
    return undefined;
  const known = fileError(thrown, thrown.path);
  return known instanceof WheelworksError ? known : undefined;
}

function bugReport(thrown: unknown): ErrorReport {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: 'internal/bug',
    message: `This is a bug in wheelworks: ${redactText(message)}`,
    hint: 'Please report it with the output of the same command with --debug.',
  };
}

/** How an error is laid out for people. */
export interface FailureLayout {
  readonly palette: Palette;
  /** Cells in a line; undefined leaves lines whole. */
  readonly width: number | undefined;
  /** Adds the stack traces. */
  readonly debug: boolean;
}

/** `error[code]: message`, then the path, what was seen, and what to do next, a line each. */
export function renderFailure(failure: Failure, layout: FailureLayout): string {
  const { report } = failure;
  const { palette } = layout;
  const label = failure.isBug ? 'error' : `error[${report.code}]`;
  const message = sanitizeLines(report.message);
  // Most messages name the file already.
  const path = report.path === undefined || message.includes(report.path) ? undefined : report.path;
  const lines = [
    labelled(palette.bad(palette.strong(label)), message, layout),
    ...(path === undefined ? [] : [detail('path', sanitizeForTerminal(path), layout)]),
    ...(report.evidence === undefined
      ? []
      : [evidenceLines(sanitizeLines(report.evidence), layout)]),
    ...(report.hint === undefined ? [] : [detail('next', sanitizeLines(report.hint), layout)]),
    ...(layout.debug ? [sanitizeLines(failure.trace)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function labelled(label: string, text: string, layout: FailureLayout): string {
  if (layout.width === undefined) return `${label}: ${text}`;
  // Hanging under a long code would leave a narrow column.
  const [first = '', ...rest] = hangingText(' '.repeat(2), `${label}: ${text}`, layout.width).split(
    '\n',
  );
  return [first.trimStart(), ...rest].join('\n');
}

const DETAIL_WIDTH = 'evidence: '.length;

function detail(name: string, text: string, layout: FailureLayout): string {
  const prefix = `  ${layout.palette.faint(`${name}:`.padEnd(DETAIL_WIDTH))}`;
  return layout.width === undefined ? prefix + text : hangingText(prefix, text, layout.width);
}

/** Evidence is quoted as it was: no wrapping, further lines below the first. */
function evidenceLines(text: string, layout: FailureLayout): string {
  const indent = ' '.repeat(DETAIL_WIDTH + 2);
  return text
    .trimEnd()
    .split('\n')
    .map((line, index) =>
      index === 0 ? detail('evidence', line, { ...layout, width: undefined }) : indent + line,
    )
    .join('\n');
}
