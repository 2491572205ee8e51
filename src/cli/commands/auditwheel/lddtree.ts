import { resolve } from 'node:path';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { openSources } from '../../library-options.ts';
import { lddtreeReport } from '../../render/auditwheel.ts';
import { shownPath } from '../../shown-path.ts';
import { sanitizeForTerminal } from '../../render/sanitize.ts';
import { LDPATHS, librariesOf } from './environment.ts';
import type { DependencyTree } from '../../../audit/index.ts';

export const lddtree: RunnableCommand = defineCommand({
  name: 'lddtree',
  summary: 'show what a loader loads for a shared library or program',
  description:
    'Follows the needs of one native file as the loader would, the libraries of the system included, without running anything: it works for files of other architectures, whose libraries --ldpaths names.',
  arguments: [{ name: 'file', description: 'a shared library or program', completes: 'file' }],
  options: { ...LDPATHS },
  examples: [
    {
      run: 'wheelworks auditwheel lddtree spam.cpython-312-x86_64-linux-gnu.so',
      explains: 'every library that importing it loads, and where from',
    },
  ],
  async run(args, options, context) {
    const { dependencyTree } = await import('../../../audit/index.ts');
    const libraries = await librariesOf(options.ldpaths, context);
    const sources = await openSources(libraries, { context, baselines: undefined });
    const path = resolve(context.cwd, args.file);
    const tree = await dependencyTree(path, sources.libraries, sources.facts);
    if (context.json) context.writeJson(lddtreeReport(tree));
    context.stdout(render(tree, context));
    const isWhole = tree.libraries.every(({ foundAt }) => foundAt !== undefined);
    return isWhole ? EXIT.done : EXIT.problems;
  },
});

/** A tree: what is loaded already is named again without what it needs. */
function render(tree: DependencyTree, { colour, cwd }: CommandContext): string {
  const libraries = new Map(tree.libraries.map((library) => [library.name, library]));
  const lines: string[] = [];
  const shown = new Set<string>();
  const show = (needed: readonly string[], depth: number): void => {
    for (const name of needed) {
      const library = libraries.get(name);
      const place = library?.foundAt;
      const isAgain = shown.has(name);
      const lead = '  '.repeat(depth);
      const where =
        place === undefined
          ? colour.bad('not found')
          : isAgain
            ? ''
            : colour.faint(sanitizeForTerminal(place));
      lines.push(`${lead}${sanitizeForTerminal(name)}${where === '' ? '' : `  ${where}`}`);
      shown.add(name);
      if (!isAgain) show(library?.needed ?? [], depth + 1);
    }
  };
  lines.push(colour.strong(sanitizeForTerminal(shownPath(tree.path, cwd))));
  show(tree.needed, 1);
  return lines.map((line) => `${line}\n`).join('');
}
