import { resolve } from 'node:path';
import type { SplitChoices, SplitOptions } from '../../split/index.ts';
import { sizeValue } from '../check-inputs.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { expandInputs } from '../inputs.ts';
import { refusalsOf, renderRefusals } from '../render/split-refusals.ts';
import { renderSplit, splitDocument } from '../render/split.ts';
import type { WheelworksError } from '../../support/errors.ts';
import { sourceDate } from '../source-date.ts';
import { ADVICE_OPTIONS, refuseAdviceOptions, showAdvice } from '../split-advice.ts';
import { badValueError } from '../usage-error.ts';
import { TOOL_VERSION } from '../version.ts';

export const command: RunnableCommand = defineCommand({
  name: 'split',
  summary: 'cut wheels that are too large for an index into sets that install as one',
  description: `Makes a set of wheels, each under the limit, out of a wheel that is over it. pip install NAME installs the set: the main wheel keeps name, metadata and entry points, and requires its parts at exactly its version.

Libraries that native files of the wheel need move into folders of the parts, and these files are told to look there; what nothing but its path finds stays, unless --in-place names it. A file that is over the limit by itself is cut; the first import joins it into a cache, verified, and later imports load it from there. What does not depend on a Python is shared by all wheels of a release that are given together.

What the output folder holds of the release stays usable: a split that would take the parts of another set is refused, and parts that no set needs any more are removed.

Nothing is compressed again, and wheelworks join makes the original from the set, byte for byte. Platform tags are audited before the cut, and the set is read back before it gets its names.

Better than a split is a smaller wheel: --advise measures what would bring the wheels under the limit without one, and changes nothing.`,
  arguments: [
    {
      name: 'file',
      description: 'wheels, folders or patterns; those of one release together',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'where to write',
      default: 'split',
      completes: 'directory',
    },
    maxSize: {
      flags: '--max-size <size>',
      description: 'the most a wheel may have: MB is a million bytes, MiB is 1024 x 1024',
      parse: sizeValue,
      defaultText: '100MiB, as PyPI',
    },
    byPath: {
      flags: '--by-path <path>',
      description: 'a file in the wheel that its code asks NAME_cache.path() for; it may be cut',
      repeatable: true,
    },
    inPlace: {
      flags: '--in-place <path>',
      description:
        'a file that a part may carry where it is installed; an upgrade with pip may then remove it',
      repeatable: true,
    },
    exclude: {
      flags: '--exclude <glob>',
      description:
        'count libraries of this name as brought by something else, such as another package',
      repeatable: true,
    },
    cacheVariable: {
      flags: '--cache-variable <name>',
      description: 'an environment variable that names the cache, such as PKG_CACHE',
    },
    cacheDirectory: {
      flags: '--cache-directory <dir>',
      description: 'the folder of the cache on the user’s machine, such as ~/.pkg/cache',
    },
    dryRun: { flags: '-n, --dry-run', description: 'only show the plan' },
    ...ADVICE_OPTIONS,
  },
  examples: [
    {
      run: 'wheelworks split --advise dist/*.whl',
      explains: 'whether less is enough: what would bring them under the limit without a split',
    },
    { run: 'wheelworks split big.whl --dry-run', explains: 'what would move, what would be cut' },
    {
      run: 'wheelworks split dist/*.whl --max-size 100MB',
      explains: 'all Pythons of a release together: they share parts',
    },
    {
      run: 'wheelworks split big.whl --by-path pkg/libbig.so',
      explains: 'the package asks for its library: from pkg_cache import path',
    },
  ],
  async run(args, options, context) {
    if (options.advise) {
      const split = await optionsFrom(options, context);
      return showAdvice(args.file, { ...options, split }, context);
    }
    refuseAdviceOptions(options);
    const { planSplits, splitWheels } = await import('../../split/index.ts');
    const paths = await expandInputs(args.file, { cwd: context.cwd, suffixes: ['.whl'] });
    const splitOptions = await optionsFrom(options, context);
    const files = paths.map((path) => resolve(context.cwd, path));
    const output = resolve(context.cwd, options.output);
    const directory = options.dryRun ? null : output;
    const releases = options.dryRun
      ? await planSplits(files, { ...splitOptions, directory: output })
      : await splitWheels(files, { ...splitOptions, directory: output });
    const refusals = refusalsOf(releases);
    const [refusal] = refusals;
    // A single wheel's refusal is the command's own.
    if (refusal !== undefined && files.length === 1) throw refusal.error;
    if (context.json) context.writeJson(splitDocument(directory, releases));
    const texts = releases.map((each) => renderSplit(each, context)).filter((text) => text !== '');
    context.stdout(texts.join('\n'));
    if (!context.json) context.stderr(renderRefusals(releases, context));
    if (refusals.length > 0) return EXIT.problems;
    if (texts.length > 0) return EXIT.done;
    context.stdout('Nothing to do: no wheel is over the limit.\n');
    return EXIT.nothingToDo;
  },
});

interface Values {
  readonly maxSize: number | undefined;
  readonly byPath: readonly string[];
  readonly inPlace: readonly string[];
  readonly exclude: readonly string[];
  readonly cacheVariable: string | undefined;
  readonly cacheDirectory: string | undefined;
}

/** What the command line says wins over the project's settings; lists of both count. @throws WheelworksError `config/*`. */
async function optionsFrom(values: Values, context: CommandContext): Promise<SplitOptions> {
  const { DEFAULT_MAX_SIZE, readSplitSettings, ...caches } = await import('../../split/index.ts');
  const { cacheVariable: variable = 'PKG_CACHE', cacheDirectory: folder = '~/.pkg' } = values;
  if (!caches.isCacheVariable(variable))
    throw badValue('--cache-variable', variable, caches.CACHE_VARIABLE);
  if (!caches.isCacheDirectory(folder))
    throw badValue('--cache-directory', folder, caches.CACHE_DIRECTORY);
  const settings: SplitChoices = (await readSplitSettings(context.cwd)) ?? {
    maxSize: DEFAULT_MAX_SIZE,
    byPath: [],
  };
  const cacheVariable = values.cacheVariable ?? settings.cacheVariable;
  const cacheDirectory = values.cacheDirectory ?? settings.cacheDirectory;
  const inPlace = [...new Set([...(settings.inPlace ?? []), ...values.inPlace])];
  const exclude = [...new Set([...(settings.exclude ?? []), ...values.exclude])];
  return {
    maxSize: values.maxSize ?? settings.maxSize,
    byPath: [...new Set([...settings.byPath, ...values.byPath])],
    ...(inPlace.length === 0 ? {} : { inPlace }),
    ...(exclude.length === 0 ? {} : { exclude }),
    ...(cacheVariable === undefined ? {} : { cacheVariable }),
    ...(cacheDirectory === undefined ? {} : { cacheDirectory }),
    generator: `wheelworks ${TOOL_VERSION}`,
    jobs: context.jobs,
    events: context.events,
    signal: context.signal,
    ...sourceDate(context.env),
  };
}

function badValue(label: string, text: string, reason: string): WheelworksError {
  return badValueError({ label, text, reason: `${reason}.`, path: ['split'] });
}
