/** Options of planned jobs that are not the default, with where each value is from; jobs with the same ones together. */
import type { PlannedJob } from '../../plan/index.ts';
import { groupBy } from '../../support/group-by.ts';
import { TEXT_COLUMNS, type CommandContext } from '../context.ts';
import { sanitizeForTerminal } from './sanitize.ts';
import { hangingText } from './wrap.ts';

/** What is shown with `--verbose`. */
export function renderJobOptions(jobs: readonly PlannedJob[], context: CommandContext): string {
  const groups = [...groupBy(jobs, optionsKey).values()];
  return groups.map((group) => `\n${groupPart(group, context)}`).join('');
}

function optionsKey({ options, optionsFrom, environment }: PlannedJob): string {
  return JSON.stringify([options, optionsFrom, environment]);
}

function groupPart(jobs: readonly PlannedJob[], { colour }: CommandContext): string {
  const [first] = jobs;
  if (first === undefined) return '';
  const entries = valuesOf(first);
  const width = Math.max(...entries.map(([name]) => name.length));
  const head = hangingText('', jobs.map(({ id }) => id).join(', '), TEXT_COLUMNS);
  const lines = entries.map(([name, value, from]) =>
    hangingText(
      `  ${name.padEnd(width)}  `,
      `${sanitizeForTerminal(value)}${from === undefined ? '' : ` (${sanitizeForTerminal(from)})`}`,
      TEXT_COLUMNS,
    ),
  );
  const expects = jobs.map((job) => `  ${job.id}: ${sanitizeForTerminal(job.expects)}`);
  return `${colour.strong(head)}\n${lines.join('\n')}\n${colour.faint('  files')}\n${expects.map((line) => `  ${line}`).join('\n')}\n`;
}

type Entry = readonly [name: string, value: string, from: string | undefined];

function valuesOf({
  options,
  optionsFrom = {},
  environment,
  platform,
  libc,
  arch,
}: PlannedJob): readonly Entry[] {
  const image = `${libc === 'musl' ? 'musllinux' : 'manylinux'}-${arch}-image`;
  const values: Readonly<Record<string, string>> = {
    ...(platform === 'linux' ? { [image]: options.image ?? 'none' } : {}),
    ...(environment === 'container'
      ? { 'container-engine': [options.engine.name, ...options.engine.createArgs].join(' ') }
      : {}),
    'build-frontend': [options.buildFrontend.name, ...options.buildFrontend.args].join(' '),
    'build-verbosity': String(options.buildVerbosity),
    'before-all': options.beforeAll,
    'before-build': options.beforeBuild,
    'config-settings': Object.entries(options.configSettings)
      .flatMap(([key, value]) =>
        (typeof value === 'string' ? [value] : value).map((each) => `${key}=${each}`),
      )
      .join(' '),
    environment: options.environment.map(({ name, value }) => `${name}=${value}`).join(' '),
    'environment-pass': options.environmentPass.join(' '),
    'repair-wheel-command':
      options.repairCommand === undefined ? "wheelworks' own" : options.repairCommand || 'none',
    'test-skip': options.skipTest ? 'not tested' : (options.skipTestArchs ?? []).join(' '),
    'before-test': options.beforeTest,
    'test-command': options.testCommand,
    'test-requires': options.testRequires.join(' '),
    'test-extras': options.testExtras.join(' '),
    'test-groups': options.testGroups.join(' '),
    'test-sources': options.testSources.join(' '),
    'test-environment': options.testEnvironment
      .map(({ name, value }) => `${name}=${value}`)
      .join(' '),
  };
  return Object.entries(values)
    .filter(([name, value]) => value !== '' || optionsFrom[name] !== undefined)
    .map(([name, value]) => [name, value || '(empty)', optionsFrom[name]?.join(' + ')] as const);
}
