/** The workflow of GitHub Actions that `wheelworks ci init github` writes. */
import { checkout, download, releaseStep, upload, wheelworks } from './github-steps.ts';
import { generatedHead } from './marker.ts';
import { CI_IMAGES, CI_SIGSTORE, pinnedAction } from './pins.ts';
import {
  directoryArgument,
  planArguments,
  sdistLines,
  shellWord,
  splitLines,
  wholeArgument,
  type PipelineOptions,
} from './pipeline-options.ts';
import { filterText } from './release-tags.ts';
import { SDIST_BUILDER } from './sdist-builder.ts';
import { yamlText } from './yaml-text.ts';

const LINUX = 'ubuntu-24.04';
const READ = { contents: 'read' };

/** Wheels of a release come from nothing that an earlier run left behind. */
const NO_TAG = "github.ref_type != 'tag'";

/**
 * The whole workflow: plan, one job an identifier, the sdists, completeness with a rehearsal, and on tags the upload
 * by trusted publishing. Rights are given where they are needed, actions pinned to commits.
 */
export function githubWorkflow(options: PipelineOptions): string {
  const { branch, publishTo, tags } = options;
  const content = {
    name: 'wheels',
    on: {
      push: { branches: [filterText(branch)], tags: tags.filters },
      pull_request: {},
      workflow_dispatch: {},
    },
    permissions: {},
    ...(options.archs === undefined ? {} : { env: options.archs }),
    concurrency: {
      group: '${{ github.workflow }}-${{ github.ref }}',
      'cancel-in-progress': "${{ github.event_name == 'pull_request' }}",
    },
    defaults: { run: { shell: 'bash' } },
    jobs: {
      plan: planJob(options),
      build: buildJob(options),
      sdist: sdistJob(options),
      complete: completeJob(options),
      ...(publishTo === undefined ? {} : { publish: publishJob(options, publishTo) }),
    },
  };
  return yamlText(content, {
    head: generatedHead(options.command),
    notes: {
      plan: 'Which wheels the release must have.',
      build: 'One job an identifier: built, repaired, checked, installed and tested.',
      complete: 'Nothing is missing, an index would take everything, and it installs from one.',
      publish:
        'With the identity of this job in place of a password: a trusted publisher of the index.',
    },
  });
}

function planJob(options: PipelineOptions): object {
  const publishes = options.publishTo !== undefined;
  return {
    'runs-on': LINUX,
    'timeout-minutes': 10,
    permissions: READ,
    outputs: {
      matrix: '${{ steps.plan.outputs.matrix }}',
      ...(publishes ? { release: '${{ steps.release.outputs.release }}' } : {}),
    },
    steps: [
      ...(publishes ? [releaseStep(options)] : []),
      checkout(),
      ...wheelworks(options),
      {
        name: 'Plan',
        id: 'plan',
        run: [
          `wheelworks plan${directoryArgument(options.directory)} --platform all --json > plan.json`,
          `matrix="$(wheelworks plan ${planArguments(options, 'github')})"`,
          'echo "matrix=$matrix" >> "$GITHUB_OUTPUT"',
          '',
        ].join('\n'),
      },
      upload({ name: 'plan', path: 'plan.json' }),
    ],
  };
}

function buildJob(options: PipelineOptions): object {
  return {
    name: '${{ matrix.id }}',
    needs: 'plan',
    'runs-on': '${{ matrix.runs-on }}',
    'timeout-minutes': 360,
    permissions: READ,
    strategy: {
      'fail-fast': false,
      matrix: '${{ fromJSON(needs.plan.outputs.matrix) }}',
    },
    steps: [
      checkout(),
      {
        name: 'Set up Python',
        if: "matrix.python != ''",
        uses: pinnedAction('actions/setup-python'),
        with: {
          'python-version': '${{ matrix.python }}',
          architecture: '${{ matrix.architecture }}',
          'allow-prereleases': true,
        },
      },
      {
        name: 'Set up the emulator',
        if: "matrix.qemu != ''",
        uses: pinnedAction('docker/setup-qemu-action'),
        with: { image: CI_IMAGES.binfmt, platforms: '${{ matrix.qemu }}' },
      },
      {
        name: 'Cache',
        if: NO_TAG,
        uses: pinnedAction('actions/cache'),
        with: {
          path: '${{ runner.temp }}/wheelworks-cache',
          key: 'wheelworks-${{ matrix.id }}-${{ github.sha }}',
          'restore-keys': 'wheelworks-${{ matrix.id }}-',
        },
      },
      ...wheelworks(options),
      {
        name: 'Build and test',
        env: {
          SELECT: '${{ matrix.select }}',
          ENVIRONMENT: '${{ matrix.environment }}',
        },
        run: [
          'read -ra select <<< "$SELECT"',
          `wheelworks build${directoryArgument(options.directory)} "\${select[@]}" --environment "$ENVIRONMENT" --output wheelhouse --cache-dir "$RUNNER_TEMP/wheelworks-cache"${wholeArgument(options.split)}`,
          '',
        ].join('\n'),
      },
      upload({ name: 'dist-${{ matrix.id }}', path: 'wheelhouse/*.whl' }),
      {
        name: 'Logs',
        if: 'failure()',
        uses: pinnedAction('actions/upload-artifact'),
        with: {
          name: 'logs-${{ matrix.id }}',
          path: 'wheelhouse/logs',
          'if-no-files-found': 'ignore',
        },
      },
    ],
  };
}

function sdistJob(options: PipelineOptions): object {
  return {
    needs: 'plan',
    'runs-on': LINUX,
    'timeout-minutes': 30,
    permissions: READ,
    steps: [
      checkout(),
      ...wheelworks(options),
      download({ name: 'plan' }),
      {
        name: 'Build the sdists',
        run: [...sdistLines(`pipx run ${SDIST_BUILDER}`, 'dist', options.directory), ''].join('\n'),
      },
      upload({ name: 'dist-sdist', path: 'dist/*.tar.gz' }),
    ],
  };
}

function completeJob(options: PipelineOptions): object {
  return {
    needs: ['plan', 'build', 'sdist'],
    // Also when a build failed: then it says which files the release lacks.
    if: "${{ !cancelled() && needs.plan.result == 'success' }}",
    'runs-on': LINUX,
    'timeout-minutes': 60,
    permissions: READ,
    steps: [
      checkout(),
      ...wheelworks(options),
      download({ name: 'plan' }),
      download({ pattern: 'dist-*', path: 'dist', 'merge-multiple': true }),
      ...(options.split === true
        ? [
            {
              name: 'Split what is over the limit',
              run: [...splitLines('dist', options.directory), ''].join('\n'),
            },
            upload({ name: 'sets', path: 'dist/*' }),
          ]
        : []),
      { name: 'Complete', run: 'wheelworks check --plan plan.json --github dist\n' },
      { name: 'Rehearse', run: 'wheelworks publish --rehearse-only --plan plan.json dist\n' },
      {
        name: 'All jobs succeeded',
        if: "contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled')",
        run: 'exit 1\n',
      },
    ],
  };
}

function publishJob(options: PipelineOptions, publishTo: string): object {
  return {
    needs: ['plan', 'build', 'sdist', 'complete'],
    if: "needs.plan.outputs.release == 'true'",
    'runs-on': LINUX,
    'timeout-minutes': 60,
    environment: publishTo,
    permissions: { ...READ, 'id-token': 'write' },
    steps: [
      checkout(),
      ...wheelworks(options, CI_SIGSTORE),
      download({ name: 'plan' }),
      options.split === true
        ? download({ name: 'sets', path: 'dist' })
        : download({ pattern: 'dist-*', path: 'dist', 'merge-multiple': true }),
      {
        name: 'Publish',
        run: `wheelworks publish --to ${shellWord(publishTo)} --trusted-publishing always --plan plan.json dist\n`,
      },
    ],
  };
}
