/** What a build or a release would do, for `--dry-run`, and the tables that their results have too. */
import type { BuildRun, LeftOut, MissingReport, PackageBuild } from '../../build/index.ts';
import type { CommandContext } from '../context.ts';
import { formatSize, plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { renderTable, type TableLayout } from './table.ts';

/** What would be done. */
export function renderPlan(run: BuildRun, context: CommandContext): string {
  return run.packages
    .map((build) => renderPackage(build, context))
    .concat(run.notices.map((text) => `\nnotice: ${sanitizeForTerminal(text)}\n`))
    .join('');
}

function renderPackage(build: PackageBuild, context: CommandContext): string {
  const jobs = renderTable(
    [{ title: 'job' }, { title: 'python' }, { title: 'executable', shrink: 'middle' }],
    build.jobs.map(({ id, interpreter }) => [id, interpreter.label, interpreter.path]),
    tableLayout(context),
  );
  const facts = [
    ['sources', `${plural(build.sources.entries.length, 'file')} in ${build.sources.root}`],
    ['output', build.output],
    ['test', testOf(build) ?? 'none: wheels are only installed'],
    ...(build.split === undefined ? [] : [['split', splitOf(build.split.maxSize)] as const]),
  ] as const;
  const missing = build.missing
    .filter(({ demanded }) => !demanded)
    .map(({ id, python, error }) => ({
      id,
      package: build.name,
      python,
      reason: error.message,
    }));
  return [
    `${context.colour.strong(sanitizeForTerminal(build.name))}: a wheel for each of ${plural(build.jobs.length, 'interpreter')}\n\n`,
    ...facts.map(([label, text]) => `${label.padEnd(9)}${sanitizeForTerminal(text)}\n`),
    block(jobs),
    failingTable(build, context),
    missingTable(missing, context),
    leftOutTable(build.leftOut, context),
  ].join('');
}

function splitOf(maxSize: number): string {
  return `after the build wheels over ${formatSize(maxSize)} are cut into sets, all of the package together`;
}

function testOf({ jobs }: PackageBuild): string | undefined {
  const command = jobs[0]?.options.testCommand ?? '';
  return command === '' ? undefined : command;
}

/** Jobs that are asked for and that nothing here can make: the run fails by them. */
function failingTable({ missing }: PackageBuild, context: CommandContext): string {
  return block(
    renderTable(
      [{ title: 'will fail' }, { title: 'why', shrink: 'end' }],
      missing.filter(({ demanded }) => demanded).map(({ id, error }) => [id, error.message]),
      tableLayout(context),
    ),
  );
}

/** The same as a document; the keys of a single package stand at the top. */
export function planDocument(run: BuildRun): object {
  const [first, ...others] = run.packages.map((build) => ({
    project: build.project.name ?? build.project.directory,
    output: build.output,
    jobs: build.jobs.map(({ id, interpreter, environment }) => ({
      id,
      package: build.name,
      environment,
      python: interpreter.label,
      executable: interpreter.path,
    })),
    missing: build.missing.map(({ id, python, demanded, error }) => ({
      id,
      package: build.name,
      python,
      demanded,
      reason: error.message,
    })),
    leftOut: build.leftOut,
    testCommand: testOf(build) ?? null,
    ...(build.split === undefined ? {} : { split: build.split }),
    sourceFiles: build.sources.entries.length,
  }));
  return { ...first, ...(others.length === 0 ? {} : { packages: [first, ...others] }) };
}

/** Text with an empty line before it, unless it is empty. */
export function block(text: string): string {
  return text === '' ? '' : `\n${text}`;
}

/** Wheels that the plan has and nothing here makes. */
export function missingTable(rows: readonly MissingReport[], context: CommandContext): string {
  return block(
    renderTable(
      [{ title: 'planned and not built' }, { title: 'needs' }],
      // Packages of one run mostly lack the same ones.
      [...new Map(rows.map(({ id, python }) => [id, [id, python]])).values()],
      tableLayout(context),
    ),
  );
}

/** Interpreters that are not served, and why. */
export function leftOutTable(rows: readonly LeftOut[], context: CommandContext): string {
  return block(
    renderTable(
      [
        { title: 'left out' },
        { title: 'executable', shrink: 'middle' },
        { title: 'why', shrink: 'end' },
      ],
      rows.map(({ python, executable, reason, broken }) => [
        broken ? 'does not run' : python,
        executable,
        reason,
      ]),
      tableLayout(context),
    ),
  );
}

/** How tables are laid out for where the text goes. */
export function tableLayout(context: CommandContext): TableLayout {
  return { palette: context.colour, width: context.columns, truncate: context.isTerminal };
}
