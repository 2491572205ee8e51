/** A plan for people: how many wheels, a matrix of them, how they are made, what is passed over, and advice. */
import type { BuildPlan, PlannedJob, PlannedPackage } from '../../plan/index.ts';
import { groupBy } from '../../support/group-by.ts';
import { TEXT_COLUMNS, type CommandContext } from '../context.ts';
import { shownPath } from '../shown-path.ts';
import { renderJobOptions } from './plan-options.ts';
import { planMatrix } from './plan-matrix.ts';
import { plural } from './quantity.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { hangingText } from './wrap.ts';

/** The document of `plan --json`. */
export function planDocument(plan: BuildPlan): object {
  return { schema: 'wheelworks.plan/1', ...plan };
}

/** The whole plan. */
export function renderPlanTable(plan: BuildPlan, context: CommandContext): string {
  const jobsOf = groupBy(plan.jobs, ({ directory }) => directory);
  return [
    ...plan.packages.map((each) => packagePart(each, jobsOf.get(each.directory) ?? [], context)),
    total(plan),
    list('Not honoured', unhonoured(plan, false, context), context),
    list('Mistakes, as it seems', unhonoured(plan, true, context), context),
    list(
      'Advice',
      plan.advice.map(({ code, message }) => [code, message] as const),
      context,
    ),
    plan.jobs.length > 0 ? '' : nothing(plan, context),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function packagePart(
  { name, version, requiresPython, needs }: PlannedPackage,
  jobs: readonly PlannedJob[],
  context: CommandContext,
): string {
  const { colour } = context;
  const title = [name, version].filter((each) => each !== undefined).join(' ');
  const count = jobs.length === 0 ? colour.bad('no wheels') : countText(jobs);
  const facts = [
    requiresPython === undefined ? '' : `Python ${requiresPython}`,
    needs.length === 0 ? '' : `after ${needs.join(', ')}`,
  ].filter((each) => each !== '');
  const head = `${colour.strong(sanitizeForTerminal(title))}: ${count}${facts.map((each) => `, ${sanitizeForTerminal(each)}`).join('')}\n`;
  if (jobs.length === 0) return head;
  return [
    head,
    '\n',
    planMatrix(jobs, context),
    howLines(jobs, context),
    context.verbose ? renderJobOptions(jobs, context) : '',
  ].join('');
}

/** A wheel that serves several Pythons is one file. */
function countText(jobs: readonly PlannedJob[]): string {
  const files = new Set(jobs.map(({ expects }) => expects)).size;
  const wheels = plural(files, 'wheel');
  return files === jobs.length ? wheels : `${wheels} for ${plural(jobs.length, 'job')}`;
}

/** Where the jobs run, with the images and engines of containers. */
function howLines(jobs: readonly PlannedJob[], context: CommandContext): string {
  const lines = [...groupBy(jobs, placeOf).entries()].map(([place, group]) =>
    hangingText('  ', `${plural(group.length, 'job')} ${place}`, TEXT_COLUMNS),
  );
  return `\n${context.colour.faint('Built')}\n${lines.map((line) => sanitizeForTerminal(line)).join('\n')}\n`;
}

function placeOf({ environment, platform, options }: PlannedJob): string {
  if (environment === 'host') return `on a ${platform} machine`;
  if (environment === 'none') return 'here, which already is the container';
  const image = (options.image ?? 'no known image').replace(
    /@sha256:([0-9a-f]{12})[0-9a-f]+$/,
    '@sha256:$1...',
  );
  return `in ${options.engine.name} containers of ${image}`;
}

function total({ packages, jobs }: BuildPlan): string {
  return packages.length < 2
    ? ''
    : `${plural(jobs.length, 'wheel')} of ${plural(packages.length, 'package')}, in this order\n`;
}

function unhonoured(
  plan: BuildPlan,
  mistakes: boolean,
  { cwd }: CommandContext,
): readonly (readonly [string, string])[] {
  const those = plan.notHonoured.filter(({ code }) => (code !== 'plan/not-honoured') === mistakes);
  return [...groupBy(those, ({ option, reason }) => `${option} ${reason}`).values()].map(
    (group) => {
      const [first = { option: '', reason: '' }] = group;
      const places = group.map(({ where }) => placeText(where, cwd)).join(', ');
      return [first.option, `${first.reason} (${places})`] as const;
    },
  );
}

/** `/work/p/pyproject.toml [tool.cibuildwheel]` with the path for people. */
function placeText(where: string, cwd: string): string {
  const [, path, table] = /^(.*) (\[[^[]*\]|\[.*\])$/.exec(where) ?? [];
  return path === undefined ? where : `${shownPath(path, cwd)} ${table}`;
}

function list(
  title: string,
  entries: readonly (readonly [string, string])[],
  { colour }: CommandContext,
): string {
  if (entries.length === 0) return '';
  const lines = entries.map(([name, text]) =>
    sanitizeForTerminal(name) === name
      ? hangingText('  ', `${colour.strong(name)}: ${sanitizeForTerminal(text)}`, TEXT_COLUMNS)
      : hangingText('  ', sanitizeForTerminal(`${name}: ${text}`), TEXT_COLUMNS),
  );
  return `${colour.faint(title)}\n${lines.join('\n')}\n`;
}

function nothing({ advice }: BuildPlan, { colour }: CommandContext): string {
  const text =
    advice.length > 0
      ? 'Nothing is planned; the advice above says which selectors match nothing.'
      : 'Nothing is planned: build, skip, archs and requires-python leave no identifier.';
  return `${colour.bad(text)}\n`;
}
