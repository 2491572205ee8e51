import type { Interpreter } from '../../python/index.ts';
import { defineCommand, EXIT, type RunnableCommand } from '../command.ts';
import { interpreterSearch } from '../search-environment.ts';
import { plural } from '../render/quantity.ts';
import { renderTable, type Cell } from '../render/table.ts';

export const command: RunnableCommand = defineCommand({
  name: 'python',
  summary: 'list the interpreters of this machine and what each is missing',
  description: `Finds Pythons in /opt/python, pyenv, uv, conda, Homebrew, frameworks, the Windows launcher, virtual environments and PATH, and asks each once what it is. What looked like a Python but does not run is listed with the reason.`,
  arguments: [
    {
      name: 'python',
      description: 'only these: a version (3.12, 3.13t, pypy3.11), a range, a path',
      optional: true,
      variadic: true,
      completes: 'file',
    },
  ],
  options: {},
  examples: [
    { run: 'wheelworks python', explains: 'every interpreter' },
    { run: "wheelworks python '>=3.12' --json", explains: 'everything known about some of them' },
  ],
  async run(args, _options, context) {
    const { findInterpreters, selectInterpreters } = await import('../../python/index.ts');
    const selectors = args.python ?? [];
    const search = await interpreterSearch(context);
    const { interpreters, broken } = await findInterpreters({ ...search, explicit: selectors });
    const { chosen, rejected, unmatched } = selectInterpreters(interpreters, { selectors });
    const shown = selectors.length === 0 ? interpreters : chosen;
    if (context.json) {
      context.writeJson({
        schema: 'wheelworks.python/1',
        interpreters: shown,
        broken,
        rejected: rejected.map(({ interpreter, reason }) => ({ path: interpreter.path, reason })),
      });
    }
    context.stdout(
      renderTable(
        [
          { title: 'python' },
          { title: 'path', shrink: 'middle' },
          { title: 'platform' },
          { title: 'pip' },
          { title: 'missing' },
        ],
        shown.map((interpreter) => row(interpreter, context.colour.caution)),
        { palette: context.colour, width: context.columns, truncate: context.isTerminal },
      ),
    );
    for (const { path, problem } of broken) {
      context.stdout(`\n${context.colour.bad('does not run')}  ${path}\n  ${problem.message}\n`);
    }
    for (const selector of unmatched) context.stderr(`No Python on this machine is ${selector}.\n`);
    if (shown.length === 0) return EXIT.nothingToDo;
    if (!context.quiet) context.stderr(`${plural(shown.length, 'interpreter')}\n`);
    return broken.length > 0 || unmatched.length > 0 ? EXIT.problems : EXIT.done;
  },
});

function row(interpreter: Interpreter, caution: (text: string) => string): readonly Cell[] {
  const { label, path, platform, libc, packages } = interpreter;
  const system =
    libc?.version === null || libc === null
      ? platform
      : `${platform} ${libc.family} ${libc.version}`;
  return [
    label,
    path,
    system,
    packages.pip ?? '',
    { text: missing(interpreter).join(', '), style: caution },
  ];
}

function missing({ headers, packages, modules }: Interpreter): string[] {
  return [
    ...(headers.pythonH === null ? ['headers'] : []),
    ...(packages.pip === null ? ['pip'] : []),
    ...(modules.venv && modules.ensurepip ? [] : ['venv']),
  ];
}
