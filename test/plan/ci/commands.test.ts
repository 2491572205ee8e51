/** Every wheelworks command in a pipeline is one that this version takes. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMMANDS } from '../../../src/cli/commands/index.ts';
import { parseCommandLine } from '../../../src/cli/parser.ts';
import { createPalette } from '../../../src/cli/render/palette.ts';
import {
  githubMatrix,
  githubWorkflow,
  gitlabParent,
  gitlabPipeline,
  releaseTags,
  type GithubMatrixEntry,
  type PipelineOptions,
} from '../../../src/plan/ci/index.ts';
import { job, plan } from './plans.ts';

const OPTIONS: PipelineOptions = {
  version: '1.2.3',
  command: 'wheelworks ci init',
  branch: 'main',
  directory: 'py/demo',
  tags: releaseTags(['{version}']),
  runners: ['linux-aarch64=box,arm'],
  publishTo: 'pypi',
};

const LAYOUT = { palette: createPalette(false), width: 100 };
const ABI3 = { expects: 'spam-*-cp312-abi3-*.whl' };
const PLAN = plan([
  job('cp311-manylinux_x86_64'),
  job('cp312-macosx_arm64', ABI3),
  job('cp313-macosx_arm64', ABI3),
  job('cp312-win_amd64'),
]);

/** Every text in a document. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(texts) : [];
}

/** The commands of scripts, with the variables of a job put in. */
function commandsOf(
  document: unknown,
  variables: Readonly<Record<string, string>> = {},
): readonly string[] {
  return texts(document)
    .flatMap((text) => text.split('\n'))
    .filter((line) => !/^(?:npm|echo) /.test(line))
    .flatMap((line) =>
      [...line.matchAll(/(?:^|\$\()(wheelworks [^>)]*)/g)].map(([, command]) => command ?? ''),
    )
    .map((command) =>
      Object.entries(variables).reduce(
        (text, [name, value]) => text.replaceAll(name, value),
        command,
      ),
    );
}

async function parsed(command: string): Promise<string> {
  const words = command.trim().replaceAll(/["']/g, '').split(/\s+/).slice(1);
  const request = await parseCommandLine(words, COMMANDS, LAYOUT);
  return request.kind === 'run' ? request.path.join(' ') : 'help';
}

const entries = (JSON.parse(githubMatrix(PLAN)) as { include: GithubMatrixEntry[] }).include;

describe('commands in pipelines', () => {
  test.each(entries.map((entry) => [entry.id, entry] as const))(
    'of the workflow of GitHub, for %s',
    async (_, { select, environment }) => {
      const commands = commandsOf(parse(githubWorkflow(OPTIONS)), {
        '"${select[@]}"': select,
        $ENVIRONMENT: environment,
        $RUNNER_TEMP: '/tmp',
      });
      expect(await Promise.all(commands.map(parsed))).toEqual([
        'plan',
        'plan',
        'build',
        'check',
        'publish',
        'publish',
      ]);
    },
  );

  test('of the pipelines of GitLab', async () => {
    const child = commandsOf(parse(gitlabPipeline(PLAN, { ...OPTIONS, runners: {} })));
    expect(await Promise.all(child.map(parsed))).toEqual([
      ...entries.map(() => 'build'),
      'plan',
      'check',
      'publish',
      'publish',
    ]);
    const parent = commandsOf(parse(gitlabParent(OPTIONS)));
    expect(await Promise.all(parent.map(parsed))).toEqual(['plan', 'plan']);
  });
});
