import type { ShownArchitecture, ShownBaseline } from '../../../baseline/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { renderFields } from '../../render/fields.ts';
import { baselinesIn, isFileName } from './sources.ts';

export const show: RunnableCommand = defineCommand({
  name: 'show',
  summary: 'show what a baseline promises, and which distributions satisfy it',
  description:
    'Shows libraries, symbol versions and denied symbols of a baseline, the distributions that satisfy it, and the image to build in.',
  arguments: [
    {
      name: 'name',
      description: 'a baseline (manylinux_2_28), a tag (manylinux2014_x86_64) or a file',
      completes: 'file',
    },
  ],
  options: {},
  examples: [
    { run: 'wheelworks baseline show manylinux_2_28_x86_64', explains: 'one architecture of it' },
    { run: 'wheelworks baseline show debian_12_x86_64.json', explains: 'a derived one' },
  ],
  async run(args, _options, context) {
    const [{ showBaseline }, { imageFor, loadDistributions }] = await Promise.all([
      import('../../../baseline/index.ts'),
      import('../../../platform/index.ts'),
    ]);
    const distributions = await loadDistributions();
    const isFile = isFileName(args.name, context.cwd);
    const baselines = isFile ? await baselinesIn([args.name], context.cwd) : undefined;
    const names = baselines?.map(({ name }) => name) ?? [args.name];
    const shown = names.map((name) =>
      showBaseline(name, { distributions, ...(baselines === undefined ? {} : { baselines }) }),
    );
    const withImages = shown.map((each) => ({
      ...each,
      details: each.details.map((detail) => ({
        ...detail,
        image: imageFor(each, detail.architecture)?.reference ?? null,
        distributions: detail.distributions.map(({ name }) => name),
      })),
    }));
    if (context.json)
      context.writeJson({ schema: 'wheelworks.baseline.show/1', baselines: withImages });
    context.stdout(withImages.map((each) => render(each, context)).join('\n'));
    return EXIT.done;
  },
});

type Detail = Omit<ShownArchitecture, 'distributions'> & {
  readonly image: string | null;
  readonly distributions: readonly string[];
};

function render(
  baseline: Omit<ShownBaseline, 'details'> & { readonly details: readonly Detail[] },
  context: CommandContext,
): string {
  const layout = { palette: context.colour, indent: 2 };
  const denied = Object.entries(baseline.deniedSymbols).map(
    ([library, symbols]) => `${library}: ${symbols.join(' ')}`,
  );
  return [
    `${context.colour.strong(baseline.name)}\n`,
    renderFields(
      [
        ['libc', `${baseline.libc} ${baseline.libcVersion.join('.')}`],
        ['also', baseline.aliases.join(' ') || undefined],
        ['symbols', baseline.hasSymbols ? 'every symbol is listed' : 'only versions are known'],
        ['denied', denied],
      ],
      layout,
    ),
    ...baseline.details.map(
      (detail) =>
        `\n  ${context.colour.strong(detail.tag)}\n${renderFields(
          [
            ['libraries', lines(detail.libraries)],
            ...Object.entries(detail.versions).map(
              ([prefix, versions]) => [prefix, lines(versions)] as const,
            ),
            ['systems', lines(detail.distributions, ', ')],
            ['build in', detail.image ?? undefined],
          ],
          { palette: context.colour, indent: 4 },
        )}`,
    ),
  ].join('');
}

const WIDEST = 78;

/** Words in lines that fit. */
function lines(words: readonly string[], separator = ' '): readonly string[] {
  const all: string[] = [];
  for (const word of words) {
    const last = all.at(-1);
    if (last !== undefined && last.length + separator.length + word.length <= WIDEST)
      all[all.length - 1] = last + separator + word;
    else all.push(word);
  }
  return all;
}
