import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../../command.ts';
import { sanitizeForTerminal } from '../../../render/sanitize.ts';
import { shownPath } from '../../../shown-path.ts';

export const print: RunnableCommand = defineCommand({
  name: 'print',
  summary: 'write the Makefile that a definition file means',
  description: `Turns openwrt.toml into the Makefile that the build system reads: one recipe with all its packages and variants. What "wheelworks openwrt import" read out of a Makefile comes back as one that means the same.

Without --output the Makefile is printed.`,
  arguments: [
    {
      name: 'definition',
      description: 'the definition file, or its folder',
      optional: true,
      completes: 'file',
    },
  ],
  options: {
    output: {
      flags: '-o, --output <dir>',
      description: 'write NAME/Makefile below this folder',
      completes: 'directory',
    },
    force: { flags: '--force', description: 'replace a Makefile that is there' },
  },
  examples: [
    {
      run: 'wheelworks openwrt recipe print recipes/python-six/openwrt.toml',
      explains: 'the Makefile, printed',
    },
    {
      run: 'wheelworks openwrt recipe print -o packages/lang/python',
      explains: 'of the definition in this folder, into the feed',
    },
  ],
  async run(args, options, context) {
    const openwrt = await import('../../../../openwrt/index.ts');
    const { fileError } = await import('../../../../support/errors.ts');
    const given = resolve(context.cwd, args.definition ?? '.');
    const read = async <Result>(path: string, work: () => Promise<Result>): Promise<Result> =>
      work().catch((error: unknown) => {
        throw fileError(error, path);
      });
    const isFolder = (await read(given, async () => stat(given))).isDirectory();
    const path = isFolder ? join(given, openwrt.DEFINITION_FILE) : given;
    const text = await read(path, async () => readFile(path, 'utf8'));
    const definition = openwrt.readDefinition(text, path);
    const makefile = openwrt.printMakefile(definition);
    const notes = openwrt.definitionNotes(definition);
    const { name } = definition.recipe;
    const written =
      options.output === undefined
        ? []
        : await openwrt.writeRecipe(
            { name, files: [{ path: 'Makefile', text: makefile, mode: 0o644 }] },
            resolve(context.cwd, options.output),
            { replace: options.force },
          );
    if (context.json)
      context.writeJson({
        schema: 'wheelworks.openwrt.recipe.print/1',
        path,
        name,
        makefile,
        variants: openwrt.variantsOf(definition).map((variant) => ({
          name: variant.name ?? null,
          interpreter: variant.interpreter,
          directory: variant.directory ?? null,
          packages: variant.packages.map((each) => ({ name: each.name, depends: each.depends })),
        })),
        notes,
        written,
      });
    if (options.output === undefined) context.stdout(makefile);
    for (const each of written)
      context.stdout(`${sanitizeForTerminal(shownPath(each, context.cwd))}\n`);
    for (const note of notes) context.stderr(`note: ${sanitizeForTerminal(note)}\n`);
    return EXIT.done;
  },
});
