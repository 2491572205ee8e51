/** `split --advise`: its options, and what it shows. */
import { WheelworksError } from '../support/errors.ts';
import type { SplitOptions } from '../split/index.ts';
import { EXIT, type ExitCode } from './command.ts';
import type { CommandContext } from './context.ts';
import { expandInputs } from './inputs.ts';
import { checkOutputs, writeTextFile } from './report-files.ts';
import { renderAdvice } from './render/advise.ts';
import { plural } from './render/quantity.ts';

/** Options of `split` that are about advice. */
export const ADVICE_OPTIONS = {
  advise: {
    flags: '--advise',
    description: 'change nothing; tell what would bring the wheels under the limit without a split',
  },
  thorough: {
    flags: '--thorough',
    description: 'with --advise, compress anew what is told from positions and samples otherwise',
  },
  request: {
    flags: '--request <file>',
    description: 'with --advise, write the text of a request for a higher limit to this file',
    completes: 'file',
  },
} as const;

/** What the user gave. */
export interface AdviceRequest {
  readonly thorough: boolean;
  /** How the wheels would be split, and the limit. */
  readonly split: SplitOptions;
  readonly request: string | undefined;
}

/** Without `--advise` its options would do nothing. @throws WheelworksError `cli/missing-option`. */
export function refuseAdviceOptions({
  thorough,
  request,
}: Pick<AdviceRequest, 'thorough' | 'request'>): void {
  if (!thorough && request === undefined) return;
  const option = thorough ? '--thorough' : '--request';
  throw new WheelworksError('cli/missing-option', `${option} goes with --advise.`, {
    hint: 'Give --advise, too; it changes nothing.',
  });
}

const NO_REQUEST =
  '\nNo request is needed, and none was written: PyPI takes files of up to 100 MiB from everybody, and no wheel is larger.\n';

/** Measures wheels and shows what would make them smaller. */
export async function showAdvice(
  inputs: readonly string[],
  { thorough, split, request }: AdviceRequest,
  context: CommandContext,
): Promise<ExitCode> {
  const { adviseWheels } = await import('../split/advise/index.ts');
  const { runTask } = await import('../support/progress/events.ts');
  const { cwd, jobs, signal } = context;
  const files = await expandInputs(inputs, { cwd, suffixes: ['.whl'] });
  await checkOutputs([{ option: '--request', path: request }], files, context);
  const task = {
    id: 'advise',
    label: `measure ${plural(files.length, 'wheel')}`,
    total: files.length,
    unit: 'files',
  } as const;
  let done = 0;
  const advice = await runTask(context.events, task, () =>
    adviseWheels(files, {
      maxSize: split.maxSize,
      split,
      jobs,
      thorough,
      signal,
      onMeasured: (path) => {
        done += 1;
        context.events({ type: 'task-progress', id: task.id, done, detail: path });
      },
    }),
  );
  if (context.json) context.writeJson({ schema: 'wheelworks.split-advice/1', ...advice });
  context.stdout(renderAdvice(advice, { hasRequestFile: request !== undefined }, context));
  if (request !== undefined) {
    if (advice.request === undefined) context.stdout(NO_REQUEST);
    else await writeTextFile(request, advice.request.text, context);
  }
  return EXIT.done;
}
