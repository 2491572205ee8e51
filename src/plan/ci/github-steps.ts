/** Steps that jobs of the workflow share. */
import { CI_NODE, pinnedAction } from './pins.ts';
import { installLine, shellWord, type PipelineOptions } from './pipeline-options.ts';

/** A step of GitHub Actions. */
export type Step = Readonly<Record<string, unknown>>;

/** Checks the repository out. */
export function checkout(): Step {
  return {
    name: 'Check out',
    uses: pinnedAction('actions/checkout'),
    // Versions may come from tags; no later step needs the token.
    with: { 'fetch-depth': 0, 'persist-credentials': false },
  };
}

/** Installs wheelworks, and what is named beside it. */
export function wheelworks(
  { version }: PipelineOptions,
  ...beside: readonly string[]
): readonly Step[] {
  return [
    {
      name: 'Set up Node.js',
      uses: pinnedAction('actions/setup-node'),
      with: { 'node-version': CI_NODE, 'package-manager-cache': false },
    },
    {
      name: 'Install wheelworks',
      run: `${installLine(version, ...beside)}\n`,
    },
  ];
}

/** Keeps files as an artifact; that there are none is an error. */
export function upload({ name, path }: { readonly name: string; readonly path: string }): Step {
  return {
    name: 'Keep the result',
    uses: pinnedAction('actions/upload-artifact'),
    with: { name, path, 'if-no-files-found': 'error', 'compression-level': 0 },
  };
}

/** Fetches artifacts, by the inputs of actions/download-artifact. */
export function download(inputs: Readonly<Record<string, unknown>>): Step {
  return { name: 'Fetch', uses: pinnedAction('actions/download-artifact'), with: inputs };
}

/** Filters of tags take more than versions: what they let in is built, and published only when it is one. */
export function releaseStep({ tags }: PipelineOptions): Step {
  return {
    name: 'Is it a release',
    id: 'release',
    if: "github.event_name == 'push' && github.ref_type == 'tag'",
    env: { TAG: '${{ github.ref_name }}' },
    run: [
      `pattern=${shellWord(tags.expression)}`,
      'if [[ $TAG =~ $pattern ]]; then',
      '  echo "release=true" >> "$GITHUB_OUTPUT"',
      'else',
      '  echo "$TAG names no version: nothing is published."',
      'fi',
      '',
    ].join('\n'),
  };
}
