import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../../command.ts';
import { SDIST_OPTIONS, deriveOptions, withSdist } from '../../../recipe-inputs.ts';
import { renderTodo } from '../../../render/recipe.ts';
import { sanitizeForTerminal } from '../../../render/sanitize.ts';
import { shownPath } from '../../../shown-path.ts';

export const write: RunnableCommand = defineCommand({
  name: 'write',
  summary: 'write the Makefile and test.sh of a package from its sdist',
  description: `Takes the sdist of a project and writes the recipe as the feed's maintainers do: names, hash, licence and its files, host packages of the build system, title, address, and the dependencies that its imports and Requires-Dist have.

What the sdist does not tell is never invented: it is listed at the top of the Makefile and on the screen.`,
  arguments: [
    {
      name: 'project',
      description: 'NAME, NAME==VERSION, or the path of an sdist',
      completes: 'file',
    },
  ],
  options: {
    ...SDIST_OPTIONS,
    output: {
      flags: '-o, --output <dir>',
      description: 'the folder in which that of the recipe is made',
      default: '.',
      completes: 'directory',
    },
    maintainer: {
      flags: '--maintainer <person>',
      description: 'PKG_MAINTAINER, as "Name <address>"',
      repeatable: true,
    },
    twoInterpreters: {
      flags: '--two-interpreters',
      description: 'in the style of 2019: a variant for Python 2 beside that for Python 3',
    },
    force: { flags: '--force', description: 'replace files that are there' },
    dryRun: { flags: '-n, --dry-run', description: 'print the Makefile, and write nothing' },
  },
  examples: [
    {
      run: 'wheelworks openwrt recipe write requests==2.32.5 -o packages/lang/python',
      explains: 'one release',
    },
    {
      run: 'wheelworks openwrt recipe dist/spam-1.0.tar.gz --dry-run',
      explains: 'from a file, printed',
    },
  ],
  async run(args, options, context) {
    const { deriveRecipe, writeRecipe } = await import('../../../../openwrt/index.ts');
    const recipe = await withSdist(args.project, options, context, async (subject, release) =>
      deriveRecipe(subject, {
        ...(await deriveOptions(options, release, context)),
        maintainers: options.maintainer,
        twoInterpreters: options.twoInterpreters,
      }),
    );
    const written = options.dryRun
      ? []
      : await writeRecipe(recipe, resolve(context.cwd, options.output), { replace: options.force });
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.recipe/1',
        name: recipe.name,
        definition: recipe.definition,
        files: recipe.files,
        todo: recipe.todo,
        evidence: recipe.evidence,
        written,
        ...(recipe.dependencies === undefined ? {} : { dependencies: recipe.dependencies }),
      });
    if (options.dryRun)
      for (const { path, text } of recipe.files) if (path === 'Makefile') context.stdout(text);
    for (const path of written)
      context.stdout(`${sanitizeForTerminal(shownPath(path, context.cwd))}\n`);
    context.stderr(renderTodo(recipe.todo, context.colour));
    return EXIT.done;
  },
});
