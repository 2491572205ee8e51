import { resolve } from 'node:path';
import type { RecipeDefinition } from '../../../openwrt/index.ts';
import { WheelworksError } from '../../../support/errors.ts';
import { groupBy } from '../../../support/group-by.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import { eachInput, isFailure, renderFailedInput, successesOf } from '../../each-input.ts';
import { renderTable } from '../../render/table.ts';
import { sanitizeForTerminal } from '../../render/sanitize.ts';
import { shownPath } from '../../shown-path.ts';

export const importCommand: RunnableCommand = defineCommand({
  name: 'import',
  summary: "read recipes of OpenWrt's feeds into definition files",
  description: `Reads the Makefile of each recipe as make would, as far as that is possible without the build system, and turns it into openwrt.toml: one recipe with its packages, variants, dependencies, file lists and steps as data. Templates are carried out; conditions that only the build system can answer stay conditions.

What has no place in a definition is left verbatim, and told with its line. Without --output one definition is printed.`,
  arguments: [
    {
      name: 'recipe',
      description: 'Makefiles, or folders of recipes',
      variadic: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'write RECIPE/openwrt.toml for each recipe below this folder',
      completes: 'directory',
    },
    force: { flags: '--force', description: 'replace definition files that say something else' },
    dryRun: { flags: '-n, --dry-run', description: 'tell what would be read, and write nothing' },
    strict: { flags: '--strict', description: 'exit with 1 when something was left verbatim' },
  },
  examples: [
    {
      run: 'wheelworks openwrt import packages/lang/python/python-requests',
      explains: 'one recipe as openwrt.toml, printed',
    },
    {
      run: 'wheelworks openwrt import packages/lang/python/*/Makefile -o recipes',
      explains: 'all of them, and what was not understood',
    },
  ],
  async run(args, options, context) {
    const { DEFINITION_FILE, importRecipeFile, printDefinition, writeRecipe } =
      await import('../../../openwrt/index.ts');
    const inputs = args.recipe.map((path) => ({ path: resolve(context.cwd, path) }));
    const folder = options.output === undefined ? undefined : resolve(context.cwd, options.output);
    const imported = await eachInput(inputs, context, async ({ path }) => {
      const { definition, verbatim, comments } = await importRecipeFile(path);
      return { path, definition, verbatim, comments, text: printDefinition(definition) };
    });
    if (folder !== undefined) requireOwnNames(successesOf(imported));
    const results = await eachInput(imported, context, async (recipe) => {
      if (folder === undefined || options.dryRun) return recipe;
      const { definition, text } = recipe;
      const [output = folder] = await writeRecipe(
        { name: definition.recipe.name, files: [{ path: DEFINITION_FILE, text, mode: 0o644 }] },
        folder,
        {
          replace: options.force,
          sameIsFree: true,
          hint: 'Replace it with --force, or write to another folder.',
        },
      );
      return { ...recipe, output };
    });
    const read = successesOf(results);
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.import/1',
        recipes: results.map((result) => {
          if (isFailure(result)) return result;
          const { text: _text, ...rest } = result;
          return rest;
        }),
      });
    for (const result of results)
      if (isFailure(result)) context.stderr(renderFailedInput(result, context));
    const [only] = read;
    if (folder === undefined && inputs.length === 1 && only !== undefined)
      context.stdout(only.text);
    else
      context.stdout(
        renderTable(
          [
            { title: 'recipe' },
            { title: 'packages', align: 'right' },
            { title: 'variables', align: 'right' },
            { title: 'steps', align: 'right' },
            { title: 'verbatim', align: 'right' },
          ],
          read.map(({ definition }) => [
            definition.recipe.name,
            definition.package.length,
            definition.variable.length,
            definition.step.length,
            definition.verbatim.length,
          ]),
          { palette: context.colour, width: context.columns, truncate: context.isTerminal },
        ),
      );
    for (const { path, verbatim } of read)
      for (const { line, reason } of verbatim)
        context.stderr(
          `${sanitizeForTerminal(`${shownPath(path, context.cwd)}:${line}`)}: left verbatim: ${sanitizeForTerminal(reason)}\n`,
        );
    if (read.length < results.length) return EXIT.problems;
    return options.strict && read.some(({ verbatim }) => verbatim.length > 0)
      ? EXIT.problems
      : EXIT.done;
  },
});

/** Each recipe has a folder of its name: of two with one name, the second would overwrite the first. */
function requireOwnNames(
  recipes: readonly { readonly path: string; readonly definition: RecipeDefinition }[],
): void {
  for (const [name, same] of groupBy(recipes, ({ definition }) => definition.recipe.name))
    if (same.length > 1)
      throw new WheelworksError('recipe/repeated', `There are several recipes ${name}.`, {
        evidence: same.map(({ path }) => path).join('\n'),
        hint: 'Import them into different folders; nothing was written.',
      });
}
