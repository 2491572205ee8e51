/** Why a build failed, told from its output while it comes: memory does not grow with it. */
import { constants } from 'node:os';
import { WheelworksError, type ErrorDetails } from '../support/errors.ts';
import type { ProcessResult } from '../support/process.ts';
import { SIGNS, type DiagnosisContext, type Sign } from './signs.ts';

/** Lines shown when no sign explains the failure. */
const LAST_LINES = 20;
/** A line of a minified file or a command with hundreds of objects says nothing more at its end. */
const LONGEST_LINE = 400;

interface Trace {
  readonly found: string;
  readonly line: string;
}

/** Watches the output of one build. */
export class Diagnosis {
  readonly #traces = new Map<Sign, Trace>();
  readonly #last: string[] = [];

  /** Takes the next line. Of several lines with one sign the last counts: it is nearest to the failure. */
  line(text: string): void {
    const line = text.slice(0, LONGEST_LINE).trimEnd();
    this.#last.push(line);
    if (this.#last.length > LAST_LINES) this.#last.shift();
    for (const sign of SIGNS) {
      const match = sign.pattern.exec(line);
      if (match === null) continue;
      const found = match.slice(1).find((group) => group !== undefined) ?? '';
      this.#traces.set(sign, { found, line: line.trim() });
    }
  }

  /** The error for a build that failed: the weightiest sign found, or how it ended with its last lines. */
  error(result: ProcessResult, context: DiagnosisContext): WheelworksError {
    const { path } = context.interpreter;
    if (result.timedOut) {
      const message = 'The build did not end in time and was stopped.';
      return new WheelworksError('build/timed-out', message, { path, ...this.#evidence() });
    }
    for (const sign of SIGNS) {
      const trace = this.#traces.get(sign);
      if (trace === undefined) continue;
      const hint = sign.hint(trace.found, context);
      return new WheelworksError(sign.code, sign.message(trace.found, context), {
        path,
        evidence: trace.line,
        ...(hint === undefined ? {} : { hint }),
      });
    }
    const signal = result.signal ?? this.#signalOfChild();
    if (signal !== undefined) {
      return new WheelworksError('build/crashed', `The build was ended by ${signal}.`, {
        path,
        ...this.#evidence(),
        ...(signal === 'SIGKILL'
          ? { hint: 'Linux ends a process like this when memory runs out; try --jobs 1.' }
          : {}),
      });
    }
    return new WheelworksError(
      'build/failed',
      `The build failed with exit code ${result.exitCode ?? 'unknown'}.`,
      { path, ...this.#evidence(), hint: 'The whole output is in the log.' },
    );
  }

  #evidence(): Pick<ErrorDetails, 'evidence'> {
    return this.#last.length === 0 ? {} : { evidence: this.#last.join('\n') };
  }

  /** How frontends report that a signal ended the backend: by name, or as a negative exit code (Python's subprocess). */
  #signalOfChild(): string | undefined {
    for (const line of this.#last.toReversed()) {
      const named = /died with <Signals\.(SIG[A-Z]+)/.exec(line)?.[1];
      if (named !== undefined) return named;
      const number = /exit (?:code|status):? -(\d+)/.exec(line)?.[1];
      if (number !== undefined) return signalName(Number(number));
    }
    return undefined;
  }
}

function signalName(number: number): string {
  const known = Object.entries(constants.signals).find(([, each]) => each === number);
  return known?.[0] ?? `signal ${number}`;
}
