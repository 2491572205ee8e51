/** Where the files of a wheel go: the schemes of installers, with the folders of OpenWrt. */
import { WheelworksError } from '../../support/errors.ts';
import type { WheelDraft } from '../../wheel/index.ts';
import { sitePackages, type InstallScheme } from './model.ts';

export type SchemeName = 'purelib' | 'platlib' | 'scripts' | 'headers' | 'data';

export interface Place {
  readonly scheme: SchemeName;
  /** In the tree. */
  readonly path: string;
}

/**
 * Where a member goes. Pure and platform modules share one folder.
 * @throws WheelworksError `openwrt/unknown-scheme` for a folder in `.data` that installers do not know.
 */
export function placeOf(draft: WheelDraft, member: string, scheme: InstallScheme): Place {
  const site = sitePackages(scheme);
  const data = `${draft.distInfo.slice(0, -'.dist-info'.length)}.data/`;
  if (!member.startsWith(data)) return { scheme: 'purelib', path: `${site}/${member}` };
  const [name = '', ...rest] = member.slice(data.length).split('/');
  const below = rest.join('/');
  switch (name) {
    case 'purelib':
    case 'platlib':
      return { scheme: name, path: `${site}/${below}` };
    case 'scripts':
      return { scheme: name, path: `usr/bin/${below}` };
    case 'headers':
      return { scheme: name, path: `usr/include/python${scheme.minor}/${draft.name}/${below}` };
    case 'data':
      return { scheme: name, path: `usr/${below}` };
    default:
      throw new WheelworksError(
        'openwrt/unknown-scheme',
        `The wheel has files for ${JSON.stringify(name)}, which installers do not know.`,
        {
          path: member,
          hint: 'Known are purelib, platlib, scripts, headers and data; build the wheel again.',
        },
      );
  }
}
