import type { Explanation } from '../../../baseline/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { renderTable } from '../../render/table.ts';
import { filesOf } from './sources.ts';

export const explain: RunnableCommand = defineCommand({
  name: 'explain',
  summary: 'tell which baselines have a symbol, a version or a library',
  description:
    'Tells since which baseline each architecture has a symbol (getrandom, memcpy@GLIBC_2.14), a version (GLIBC_2.28) or a library (libz.so.1), which library defines it, and which baselines deny it and why.',
  arguments: [{ name: 'name', description: 'a symbol, a version or a library' }],
  options: {
    arch: { flags: '--arch <arch>', description: 'only this architecture', repeatable: true },
    in: {
      flags: '--in <file>',
      description: 'look in this baseline file too',
      repeatable: true,
      completes: 'file',
    },
  },
  examples: [
    { run: 'wheelworks baseline explain getrandom', explains: 'since when there is this function' },
    { run: 'wheelworks baseline explain libexpat.so.1', explains: 'who has this library' },
  ],
  async run(args, options, context) {
    const [{ explainName }, { loadSystemSymbols }] = await Promise.all([
      import('../../../baseline/index.ts'),
      import('../../../platform/index.ts'),
    ]);
    const found = await explainName(args.name, {
      loadSymbols: loadSystemSymbols,
      files: await filesOf(options.in, context.cwd),
      ...(options.arch.length === 0 ? {} : { architectures: options.arch }),
    });
    if (context.json) context.writeJson({ schema: 'wheelworks.baseline.explain/1', ...found });
    context.stdout(render(found, context));
    const isKnown =
      found.found.length > 0 ||
      found.denied.length > 0 ||
      found.support.some(({ baselines, origins }) => baselines.length > 0 || origins.length > 0);
    return isKnown ? EXIT.done : EXIT.problems;
  },
});

function render(found: Explanation, context: CommandContext): string {
  const { colour } = context;
  const layout = {
    palette: colour,
    width: context.columns,
    truncate: context.isTerminal,
    indent: 2,
  };
  const supported = found.support.filter(
    ({ baselines, origins }) => baselines.length > 0 || origins.length > 0,
  );
  const nowhere = found.support.filter((each) => each.known && !supported.includes(each));
  return [
    `${colour.strong(found.name)}, a ${found.kind}\n`,
    renderTable(
      [{ title: 'architecture' }, { title: 'since' }, { title: 'defined by', shrink: 'end' }],
      supported.map(({ libc, architecture, since, origins }) => [
        `${architecture} ${libc}`,
        since ?? { text: 'newer than every baseline', style: colour.caution },
        origins.map(({ library, version }) => `${library} ${version}`.trim()).join(', '),
      ]),
      layout,
    ),
    nowhere.length === 0
      ? ''
      : `  nowhere on ${nowhere.map(({ libc, architecture }) => `${architecture} ${libc}`).join(', ')}\n`,
    ...found.denied.map(
      ({ library, baselines, reason }) =>
        `\n  ${colour.caution('denied')} of ${library} by ${baselines[0]} to ${baselines.at(-1)}\n    ${reason}\n`,
    ),
    found.found.length === 0 ? '' : '\n',
    renderTable(
      [
        { title: 'in' },
        { title: 'library' },
        { title: 'version' },
        { title: 'type' },
        { title: 'size', align: 'right' },
      ],
      found.found.map(({ baseline, architecture, library, version, type, size }) => [
        `${baseline}_${architecture}`,
        library,
        version ?? '',
        type ?? '',
        size ?? '',
      ]),
      layout,
    ),
  ].join('');
}
