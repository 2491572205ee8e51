/** The commands that use this index. */
import type { Site } from './model.ts';
import type { ShownRelease } from './project-releases.ts';
import { addressOf } from './site-page.ts';

/** What installs a project, of a release that users do not get by themselves exactly that. */
export function installCommand(site: Site, name: string, pinned?: ShownRelease): string {
  const what = pinned === undefined ? name : `${name}==${pinned.version}`;
  return `pip install --index-url ${addressOf(site, 'simple/')}${trustOf(site)} ${what}`;
}

/** A command with what it is for. */
export interface UseCommand {
  readonly title: string;
  readonly command: string;
}

/** To install from the index, and to upload to it. */
export function useCommands(site: Site): readonly UseCommand[] {
  const simple = addressOf(site, 'simple/');
  const upload = addressOf(site, 'legacy/');
  return [
    { title: 'pip', command: installCommand(site, 'NAME') },
    { title: 'uv', command: `uv pip install --default-index ${simple} NAME` },
    {
      title: 'wheelworks',
      command: `wheelworks publish --repository-url ${upload} --index-url ${simple} dist/*`,
    },
    { title: 'twine', command: `twine upload --repository-url ${upload} dist/*` },
    { title: 'uv publish', command: `uv publish --publish-url ${upload} --check-url ${simple}` },
  ];
}

/** pip takes no packages from strangers over plain HTTP; this machine is none. */
function trustOf({ url }: Site): string {
  const { protocol, hostname } = new URL(url);
  const isOwn = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  return protocol === 'https:' || isOwn ? '' : ` --trusted-host ${hostname}`;
}
