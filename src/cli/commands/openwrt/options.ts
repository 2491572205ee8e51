/** What commands that make or look into packages for a device take in common. */
import { resolve } from 'node:path';
import type { OpenWrtRelease } from '../../../openwrt/index.ts';
import { InvalidValue, type OptionSpec } from '../../command.ts';
import type { CommandContext } from '../../context.ts';
import { sourceDate } from '../../source-date.ts';

export const TARGET_OPTION = {
  flags: '--target <release>',
  description: 'release of OpenWrt (24.10), or a file that describes a target',
  required: true,
  completes: 'file',
} as const satisfies OptionSpec;

/** Of every command that writes packages, in the order of their helps. */
export const PACKAGE_OPTIONS = {
  release: {
    flags: '--release <number>',
    description: 'release of the packages, the 1 of -r1',
    default: 1,
    parse: (text: string): number => {
      if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
      throw new InvalidValue('a whole number from 1');
    },
  },
  maintainer: {
    flags: '--maintainer <text>',
    description: 'who maintains the packages: Name <address>',
  },
  sign: {
    flags: '--sign <key>',
    description: 'sign .apk packages with this key (P-256, PEM)',
    completes: 'file',
  },
  dryRun: { flags: '-n, --dry-run', description: 'show the packages, write nothing' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The value of {@link TARGET_OPTION}: a file when it looks like one. @throws WheelworksError `openwrt/*`, `file/*`. */
export async function releaseOf(
  target: string,
  { cwd }: Pick<CommandContext, 'cwd'>,
): Promise<OpenWrtRelease> {
  const { readTarget } = await import('../../../openwrt/index.ts');
  return readTarget(/[/\\]|\.toml$/.test(target) ? resolve(cwd, target) : target);
}

/** SOURCE_DATE_EPOCH as the time of everything in a package. @throws WheelworksError `cli/*`. */
export function mtimeOf({ env }: Pick<CommandContext, 'env'>): { readonly mtime?: number } {
  const { modified } = sourceDate(env);
  return modified === undefined ? {} : { mtime: modified.getTime() / 1000 };
}
