import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../../command.ts';
import { SDIST_OPTIONS, deriveOptions, isSdistPath, withSdist } from '../../../recipe-inputs.ts';
import { renderRecipeUpdate } from '../../../render/recipe.ts';

export const update: RunnableCommand = defineCommand({
  name: 'update',
  summary: 'bring a recipe to another version, and show what changed in its dependencies',
  description: `Sets PKG_VERSION and PKG_HASH, begins PKG_RELEASE again, strikes off what is done of the TODO that was written at the top, and leaves every other byte as it is. The dependencies that the new sdist has are compared with those of the recipe, for each interpreter; --write-depends writes the proposal, and what PKG_BUILD_DEPENDS lacks.`,
  arguments: [{ name: 'recipe', description: 'the Makefile, or its folder', completes: 'file' }],
  options: {
    ...SDIST_OPTIONS,
    to: {
      flags: '--to <version>',
      description: 'a version, or the path of an sdist',
      defaultText: 'the newest release',
      completes: 'file',
    },
    writeDepends: { flags: '--write-depends', description: 'write the proposed dependencies' },
    dryRun: { flags: '-n, --dry-run', description: 'show what would change' },
  },
  examples: [
    {
      run: 'wheelworks openwrt recipe update python-requests --to 2.32.5',
      explains: 'to one release',
    },
    {
      run: 'wheelworks openwrt recipe update python-requests --write-depends -n',
      explains: 'what would be written',
    },
  ],
  async run(args, options, context) {
    const { importRecipeFile, makefileAt, projectName, updateRecipe } =
      await import('../../../../openwrt/index.ts');
    const { writeBytesAtomic } = await import('../../../../support/atomic-file.ts');
    const path = await makefileAt(resolve(context.cwd, args.recipe));
    const bytes = await readFile(path);
    // Names of people in older encodings must come out as they went in.
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    const text = bytes.toString(encoding);
    const { definition } = await importRecipeFile(path);
    const project =
      definition.source.pypi ??
      projectName(definition.package[0]?.name ?? '') ??
      definition.recipe.name;
    const wanted =
      options.to === undefined
        ? project
        : isSdistPath(options.to)
          ? options.to
          : `${project}==${options.to}`;
    const result = await withSdist(wanted, options, context, async (subject, release) =>
      updateRecipe(text, subject, {
        ...(await deriveOptions(options, release, context)),
        maintainers: definition.recipe.maintainers,
        twoInterpreters: false,
        path,
        writeDepends: options.writeDepends,
      }),
    );
    const isChanged = result.text !== text;
    if (isChanged && !options.dryRun)
      await writeBytesAtomic(path, Buffer.from(result.text, encoding));
    const { text: _text, ...rest } = result;
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.recipe.update/1',
        path,
        written: isChanged && !options.dryRun,
        ...rest,
      });
    context.stdout(
      renderRecipeUpdate(result, {
        before: text,
        isDryRun: options.dryRun,
        writesDepends: options.writeDepends,
        colour: context.colour,
      }),
    );
    return isChanged ? EXIT.done : EXIT.nothingToDo;
  },
});
