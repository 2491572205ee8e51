import type { CommandGroup } from '../../../command.ts';
import { generate } from './generate.ts';

export const key: CommandGroup = {
  name: 'key',
  summary: 'make the keys that feeds are signed with',
  description:
    'opkg trusts keys of usign (Ed25519, as signify has them), apk trusts elliptic keys on P-256 in PEM.',
  examples: [
    {
      run: 'wheelworks openwrt key generate feed --manager apk',
      explains: 'feed.pem to sign with, feed.pub.pem for /etc/apk/keys',
    },
  ],
  subcommands: [generate],
};
