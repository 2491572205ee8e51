/** What the generated pipelines use of others, each pinned to what was seen. */
import actions from './data/actions.json' with { type: 'json' };
import images from './data/images.json' with { type: 'json' };

export type PinnedAction = keyof typeof actions.actions;

/** An action at the commit of its release: `actions/checkout@3d3c...`. */
export function pinnedAction(name: PinnedAction): string {
  return `${name}@${actions.actions[name].sha}`;
}

/** The version that a pinned action is of, or undefined for what is none: `v7.0.1`. */
export function versionOfAction(uses: string): string | undefined {
  const known: Readonly<Record<string, { readonly version: string; readonly sha: string }>> =
    actions.actions;
  const [name = '', sha] = uses.split('@');
  const action = known[name];
  return action?.sha === sha ? action?.version : undefined;
}

/** Container images by what they are for, with tag and digest. */
export const CI_IMAGES: Readonly<Record<keyof typeof images.images, string>> = images.images;

/** The release of Node.js that the jobs run on. */
export const CI_NODE = '22.23.2';

/** What attestations are made with: loaded when it is installed beside wheelworks. */
export const CI_SIGSTORE = '@sigstore/sign@4.1.1';
