import { resolve } from 'node:path';
import { makeFolders } from '../../support/folders.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import {
  eachInput,
  isFailure,
  jobsForEach,
  renderFailedInput,
  successesOf,
} from '../each-input.ts';
import { expandInputs } from '../inputs.ts';
import { formatSize, plural } from '../render/quantity.ts';
import { shownPath } from '../shown-path.ts';

export const command: RunnableCommand = defineCommand({
  name: 'unpack',
  summary: 'turn wheels and sdists into folders',
  description: `Makes a folder NAME-VERSION for each file. Every member of a wheel is compared with the hash that RECORD gives; the folder appears only when all of them were right, so what is there is whole.

Files for which a folder of that name exists are left alone, unless --force replaces it.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, sdists, folders or patterns',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'where the folders are made',
      default: '.',
      defaultText: 'this folder',
      completes: 'directory',
    },
    force: { flags: '-f, --force', description: 'replace folders that exist already' },
    verify: { flags: '--no-verify', description: 'do not compare the files with RECORD' },
  },
  examples: [
    { run: 'wheelworks unpack numpy-2.0.2-*.whl', explains: 'look at what is inside' },
    { run: 'wheelworks unpack -o /tmp dist/*.whl', explains: 'unpack many, elsewhere' },
  ],
  async run(args, options, context) {
    const { planUnpack, unpackDistribution } = await import('../../unpack/index.ts');
    const { refuseSharedOutputs } = await import('../../wheel/index.ts');
    const { runTask } = await import('../../support/progress/events.ts');
    const files = await expandInputs(args.file, {
      cwd: context.cwd,
      suffixes: ['.whl', '.tar.gz'],
    });
    const directory = resolve(context.cwd, options.output);
    const inputs = files.map((path) => ({ path }));
    const plans = await eachInput(inputs, context, async ({ path }) => planUnpack(path, directory));
    refuseSharedOutputs(successesOf(plans));
    await makeFolders(directory);
    const results = await eachInput(plans, context, async ({ path, size }) =>
      runTask(
        context.events,
        { id: `unpack ${path}`, label: `unpack ${path}`, unit: 'bytes', total: size },
        async () =>
          unpackDistribution(path, {
            directory,
            verify: options.verify,
            replace: options.force,
            jobs: jobsForEach(files, context.jobs),
            signal: context.signal,
            onProgress: (done) =>
              context.events({ type: 'task-progress', id: `unpack ${path}`, done }),
          }),
      ),
    );
    if (context.json) context.writeJson({ schema: 'wheelworks.unpack/1', files: results });
    for (const result of results) {
      if (isFailure(result)) {
        if (!context.json) context.stderr(renderFailedInput(result, context));
        continue;
      }
      const { output, files: count, size } = result;
      const amount = `${plural(count, 'file')}, ${formatSize(size)}`;
      context.stdout(`${shownPath(output, context.cwd)}  ${amount}\n`);
    }
    return results.some(isFailure) ? EXIT.problems : EXIT.done;
  },
});
