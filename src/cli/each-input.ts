import { WheelworksError, type ErrorReport } from '../support/errors.ts';
import { mapParallel } from '../support/parallel.ts';
import type { CommandContext } from './context.ts';
import { sanitizeForTerminal, sanitizeLines } from './render/sanitize.ts';

/** An input that failed beside others that did not. */
export interface InputFailure {
  readonly path: string;
  readonly error: ErrorReport;
}

/** Whether this is what became of an input that failed. */
export function isFailure(result: object): result is InputFailure {
  return 'error' in result;
}

/** An input, or what an earlier step made of it. */
interface Input {
  readonly path: string;
}

/**
 * Works on every input, as many at once as the user allows; results in the order of the inputs. One that fails does not
 * keep the others from being done: its error stands in its place. A single input's error is the command's own.
 *
 * Results of an earlier call are taken as inputs too; failures among them stay as they are.
 * @throws what `work` throws for a single input, what is no WheelworksError, and what the run was aborted with.
 */
export async function eachInput<Item extends Input, Result extends object>(
  inputs: readonly (Item | InputFailure)[],
  context: Pick<CommandContext, 'jobs' | 'signal'>,
  work: (input: Item) => Promise<Result>,
): Promise<readonly (Result | InputFailure)[]> {
  return mapParallel(inputs, context.jobs, async (input) => {
    if (isFailure(input)) return input;
    context.signal.throwIfAborted();
    try {
      return await work(input);
    } catch (error) {
      if (inputs.length === 1 || !(error instanceof WheelworksError)) throw error;
      return { path: input.path, error: error.toJSON() };
    }
  });
}

/** How much to do at once for each of several inputs that are worked on side by side. */
export function jobsForEach(inputs: readonly unknown[], jobs: number): number {
  return Math.max(1, Math.floor(jobs / Math.max(1, inputs.length)));
}

/** What did not fail. */
export function successesOf<Result extends object>(
  results: readonly (Result | InputFailure)[],
): Result[] {
  return results.filter((result): result is Result => !isFailure(result));
}

/** A failure as one paragraph: the input, the error, what was seen, what to do. */
export function renderFailedInput(
  { path, error }: InputFailure,
  { colour }: Pick<CommandContext, 'colour'>,
): string {
  const lines = [
    colour.strong(sanitizeForTerminal(path)),
    `  ${colour.bad(`error[${error.code}]`)}: ${sanitizeForTerminal(error.message)}`,
    ...(error.evidence === undefined
      ? []
      : [
          `  evidence: ${sanitizeLines(error.evidence.trimEnd()).replaceAll('\n', '\n            ')}`,
        ]),
    ...(error.hint === undefined ? [] : [`  next: ${sanitizeForTerminal(error.hint)}`]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
