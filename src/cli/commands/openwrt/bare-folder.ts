import { stat } from 'node:fs/promises';
import { withTemporaryDirectory } from '../../../support/temporary.ts';
import { WheelworksError } from '../../../support/errors.ts';
import type { CommandContext } from '../../context.ts';
import { sanitizeForTerminal } from '../../render/sanitize.ts';

/** What modules without a distribution are called. */
export interface ProjectName {
  readonly name: string;
  readonly version: string;
}

interface NameOptions {
  readonly name: string | undefined;
  readonly version: string | undefined;
}

/**
 * The name that options give the one folder that is packed.
 * @throws WheelworksError `cli/usage` for half of it, and for other inputs, which have names of their own.
 */
export async function nameOf(
  { name, version }: NameOptions,
  inputs: readonly string[],
): Promise<ProjectName | undefined> {
  if (name === undefined && version === undefined) return undefined;
  const [only, second] = inputs;
  const isFolder =
    only !== undefined &&
    second === undefined &&
    (await stat(only).then(
      (found) => found.isDirectory(),
      () => false,
    ));
  if (name !== undefined && version !== undefined && isFolder) return { name, version };
  throw new WheelworksError('cli/usage', '--name and --version name one folder of modules.', {
    hint: 'Give both, and one folder. Wheels, sdists and roots that something was installed into say themselves what they are.',
  });
}

/** Gives `work` an unpacked wheel of the modules in a folder, for the time of it. */
export async function withModulesWheel<Result>(
  path: string,
  { project, context }: { readonly project: ProjectName; readonly context: CommandContext },
  work: (wheel: string) => Promise<Result>,
): Promise<Result> {
  const { wheelOfModules } = await import('../../../openwrt/index.ts');
  return withTemporaryDirectory('wheelworks-modules-', async (into) => {
    const { leftOut } = await wheelOfModules(path, { ...project, into });
    if (leftOut.length > 0)
      context.stderr(
        `${context.colour.caution('note')}: left out, since they are no modules: ${leftOut.map(sanitizeForTerminal).join(', ')}\n`,
      );
    return work(into).catch((error: unknown) => {
      throw aboutFolder(error, into, path);
    });
  });
}

/** What is wrong with the wheel is wrong with the folder. */
function aboutFolder(error: unknown, wheel: string, folder: string): unknown {
  if (!(error instanceof WheelworksError) || error.path?.startsWith(wheel) !== true) return error;
  return new WheelworksError(error.code, error.message, {
    path: folder + error.path.slice(wheel.length),
    cause: error.cause,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.evidence === undefined ? {} : { evidence: error.evidence }),
  });
}
