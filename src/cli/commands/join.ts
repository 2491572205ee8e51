import { basename, dirname, join, resolve } from 'node:path';
import { WheelworksError } from '../../support/errors.ts';
import { makeFolders } from '../../support/folders.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import { eachInput, isFailure, renderFailedInput } from '../each-input.ts';
import { expandInputs } from '../inputs.ts';
import { renderJoined } from '../render/join.ts';

export const command: RunnableCommand = defineCommand({
  name: 'join',
  summary: 'give back the wheel that a split set was made from, byte for byte',
  description: `Takes main wheels that were split, finds their parts, compares every part with the digest that its main wheel has of it, and writes the original wheels. A wheel appears only when its size and SHA-256 are those of the original.

The parts are looked for beside the main wheel, among the files given, and with --parts. Parts among the files given are no mistake: a whole folder can be given.`,
  arguments: [
    {
      name: 'wheel',
      description: 'main wheels, their parts, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    parts: {
      flags: '--parts <dir>',
      description: 'where to look for parts, too: a folder or a file',
      repeatable: true,
      completes: 'directory',
    },
    output: {
      flags: '-o, --output <dir>',
      description: 'where the original wheels are written',
      default: 'joined',
      completes: 'directory',
    },
    dryRun: {
      flags: '--dry-run',
      description: 'find and compare the parts, and write nothing',
    },
  },
  examples: [
    { run: 'wheelworks join dist', explains: 'every set in a folder, into joined' },
    {
      run: 'wheelworks join seekdb-1.0-cp312-cp312-manylinux_2_28_x86_64.whl --parts downloads -o out',
      explains: 'parts that lie elsewhere',
    },
  ],
  async run(args, options, context) {
    const { joinSplitSet, withSplitSet } = await import('../../wheel/split/index.ts');
    const { refuseSharedOutputs } = await import('../../wheel/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const wheelsIn = (inputs: readonly string[]): Promise<string[]> =>
      expandInputs(inputs, { cwd: context.cwd, suffixes: ['.whl'] });
    const directory = resolve(context.cwd, options.output);
    const given = await wheelsIn(args.wheel);
    const mains = await mainsAmong(given, context.cwd);
    refuseSharedOutputs(
      mains.map(({ path, filename }) => ({ path, output: join(directory, filename) })),
    );
    const beside = await wheelsIn([...new Set(mains.map(({ path }) => dirname(path)))]);
    const elsewhere = options.parts.length === 0 ? [] : await wheelsIn(options.parts);
    const candidates = [...new Set([...given, ...elsewhere, ...beside])].map((path) =>
      resolve(context.cwd, path),
    );
    if (!options.dryRun) await makeFolders(directory);
    const results = await eachInput(mains, context, async ({ path }) =>
      withSplitSet(resolve(context.cwd, path), candidates, async (set) => {
        const { original } = set.description;
        const id = `join ${basename(path)}`;
        const task = { id, label: id, unit: 'bytes', total: original.size } as const;
        const output = options.dryRun
          ? null
          : await runTask(context.events, task, () =>
              joinSplitSet(set, directory, {
                signal: context.signal,
                onProgress: (done) => context.events({ type: 'task-progress', id, done }),
              }),
            );
        return {
          path,
          output,
          ...original,
          parts: [...set.parts.values()].map((part) => part.path),
        };
      }),
    );
    if (context.json) context.writeJson({ schema: 'wheelworks.join/1', files: results });
    for (const result of results) {
      if (isFailure(result)) {
        if (!context.json) context.stderr(renderFailedInput(result, context));
        continue;
      }
      context.stdout(renderJoined(result, context));
    }
    return results.some(isFailure) ? EXIT.problems : EXIT.done;
  },
});

/** A main wheel, and the name of what it will become; its own when it turns out to be none. */
interface MainWheel {
  readonly path: string;
  readonly filename: string;
}

/** The main wheels among files; a single file is taken for one, so that what it is instead can be said. */
async function mainsAmong(paths: readonly string[], cwd: string): Promise<readonly MainWheel[]> {
  const { readSplit } = await import('../../wheel/split/index.ts');
  const { withWheel } = await import('../../wheel/index.ts');
  const mains: MainWheel[] = [];
  for (const path of paths) {
    const description = await withWheel(resolve(cwd, path), readSplit);
    if (description !== undefined) mains.push({ path, filename: description.original.filename });
  }
  const [first] = paths;
  if (mains.length > 0) return mains;
  if (first !== undefined && paths.length === 1)
    return [{ path: first, filename: basename(first) }];
  throw new WheelworksError(
    'split/not-a-set',
    'None of these wheels is the main wheel of a split set.',
    { evidence: paths.slice(0, MOST_SHOWN).join(', ') },
  );
}

const MOST_SHOWN = 8;
