import type { RunnerLabels } from '../plan/ci/index.ts';
import { InvalidValue, type OptionSpec } from './command.ts';

/** A `--runner` as it was given, and what it says. */
export interface RunnerChoice {
  readonly text: string;
  readonly target: string;
  readonly labels: readonly string[];
}

/** `--runner linux-aarch64=label,label`, for every command that writes pipelines. */
export const RUNNER_OPTION = {
  flags: '--runner <machine>',
  description: 'labels of a machine of yours: linux-ppc64le=self-hosted,power or macos=LABEL',
  repeatable: true,
  parse: runnerChoice,
} as const satisfies OptionSpec;

/** The choices by target; the last one for a target counts. */
export function runnerLabels(choices: readonly RunnerChoice[]): RunnerLabels {
  return Object.fromEntries(choices.map(({ target, labels }) => [target, labels]));
}

const PLATFORM = /^(?:linux|macos|windows)(?:-\w+)?$/;

function runnerChoice(text: string): RunnerChoice {
  const [target = '', names] = text.split(/=(.*)/s);
  if (!PLATFORM.test(target))
    throw new InvalidValue('it begins with a platform, such as linux-aarch64 or macos');
  const labels = (names ?? '').split(',').map((label) => label.trim());
  if (labels.some((label) => !/^[\w.:/ -]+$/.test(label)))
    throw new InvalidValue('labels stand behind =, with commas between them');
  return { text, target, labels };
}
